/** Builds the package: dist/index.cjs, dist/index.mjs and their type declarations. */

import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readdirSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { build } from 'esbuild';

const root = dirname(fileURLToPath(import.meta.url));
const dist = join(root, 'dist');

/** Replaces a file in one step, so that a process starting meanwhile never loads half of it. */
function replaceFile(name, contents) {
  const target = join(dist, name);
  const staged = `${target}.${process.pid}.tmp`;
  writeFileSync(staged, contents);
  renameSync(staged, target);
}

async function bundle(format) {
  const result = await build({
    entryPoints: [join(root, 'src/index.ts')],
    outfile: join(dist, `index.${format}.js`),
    bundle: true,
    platform: 'node',
    target: 'node18',
    format,
    write: false,
    metafile: true,
    logLevel: 'warning',
  });
  return {
    code: result.outputFiles[0].contents,
    output: Object.values(result.metafile.outputs)[0],
  };
}

/** Writes the type declarations with the `tsc` that the sources are checked with. */
function declarations() {
  const require = createRequire(import.meta.url);
  const tsc = join(dirname(require.resolve('typescript/package.json')), 'bin/tsc');
  const staging = mkdtempSync(join(dist, '.types-'));
  try {
    const project = join(root, 'tsconfig.build.json');
    execFileSync(process.execPath, [tsc, '-p', project, '--outDir', staging], { stdio: 'inherit' });
    for (const name of readdirSync(staging)) renameSync(join(staging, name), join(dist, name));
  } finally {
    rmSync(staging, { recursive: true, force: true });
  }
}

mkdirSync(dist, { recursive: true });
const cjs = await bundle('cjs');
const { exports } = (await bundle('esm')).output;
replaceFile('index.cjs', cjs.code);
// The ESM entry hands on the CommonJS module, so that a process that loads both keeps one log.
replaceFile(
  'index.mjs',
  `import profiling from './index.cjs';\nexport const { ${exports.join(', ')} } = profiling;\n`,
);
declarations();
replaceFile('index.d.mts', "export * from './index.js';\n");
