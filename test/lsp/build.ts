import { mkdtempSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import esbuild from 'esbuild';

const ROOT = resolve(__dirname, '../..');
const require = createRequire(__filename);

export interface BuildOptions {
  /** Statements that run when the server loads its compiler, before it does. */
  beforeCompiler?: string;
}

/**
 * Bundles the real server as `scripts/build.mjs` does, with the compiler outside of the bundle.
 * @returns path of the server's script, in a new folder
 */
export async function buildServer({ beforeCompiler = '' }: BuildOptions = {}): Promise<string> {
  const folder = mkdtempSync(join(tmpdir(), 'slowpath-server-'));
  const compiler = JSON.stringify(require.resolve('@ts-morph/common'));
  writeFileSync(
    join(folder, 'compiler.js'),
    `${beforeCompiler}\nmodule.exports = require(${compiler});\n`,
  );
  const outfile = join(folder, 'server.js');
  await esbuild.build({
    absWorkingDir: ROOT,
    entryPoints: ['server/src/main.ts'],
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
