import { cpSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { basename, dirname, join, resolve } from 'node:path';
import esbuild from 'esbuild';

const ROOT = resolve(__dirname, '../..');
const require = createRequire(__filename);

export interface BuildOptions {
  /** Source file to start from: the server's own, unless the command line's is wanted. */
  entry?: 'server/src/main.ts' | 'server/src/cli.ts';
  /** Statements that run when the server loads its compiler, before it does. */
  beforeCompiler?: string;
}

/**
 * Bundles the real server as `scripts/build.mjs` does, with the compiler outside of the bundle.
 * @returns path of the server's script, in a new folder that `removeServer` deletes
 */
export async function buildServer({
  entry = 'server/src/main.ts',
  beforeCompiler = '',
}: BuildOptions = {}): Promise<string> {
  // The command line reads its version from the package that its folder is in.
  const root = mkdtempSync(join(tmpdir(), 'slowpath-server-'));
  cpSync(join(ROOT, 'package.json'), join(root, 'package.json'));
  const folder = join(root, 'dist');
  mkdirSync(folder);
  const compiler = JSON.stringify(require.resolve('@ts-morph/common'));
  writeFileSync(
    join(folder, 'compiler.js'),
    `${beforeCompiler}\nmodule.exports = require(${compiler});\n`,
  );
  const outfile = join(folder, `${basename(entry, '.ts')}.js`);
  await esbuild.build({
    absWorkingDir: ROOT,
    entryPoints: [entry],
    outfile,
    bundle: true,
    platform: 'node',
    format: 'cjs',
    target: 'node20',
    mainFields: ['module', 'main'],
    logLevel: 'warning',
    plugins: [
      {
        name: 'shared-compiler',
        setup(build) {
          build.onResolve({ filter: /^@ts-morph\/common$/ }, () => ({
            path: './compiler.js',
            external: true,
          }));
        },
      },
    ],
  });
  return outfile;
}

/** Deletes what `buildServer` has made. */
export function removeServer(script: string): void {
  rmSync(dirname(dirname(script)), { recursive: true, force: true });
}
