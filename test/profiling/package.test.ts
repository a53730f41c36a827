import { execFileSync, spawnSync } from 'node:child_process';
import { mkdirSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { expect, it } from 'vitest';
import { temporaryFolder, useBuiltPackage } from './child';

useBuiltPackage();

const ROOT = resolve(__dirname, '../..');

/** A folder with the package installed as a workspace link. */
function consumer(): string {
  const folder = temporaryFolder();
  mkdirSync(join(folder, 'node_modules'));
  symlinkSync(join(ROOT, 'profiling'), join(folder, 'node_modules/slowpath-profiling'), 'junction');
  return folder;
}

it('has no dependencies and exports the same names to both module formats', () => {
  const manifest = JSON.parse(readFileSync(join(ROOT, 'profiling/package.json'), 'utf8'));
  expect(manifest.dependencies).toBeUndefined();
  const folder = consumer();
  const names = (type: string, body: string) =>
    execFileSync(process.execPath, [`--input-type=${type}`, '-e', body], {
      cwd: folder,
      encoding: 'utf8',
    });
  const esm = names(
    'module',
    `import * as all from 'slowpath-profiling'; console.log(Object.keys(all).sort().join())`,
  );
  const cjs = names(
    'commonjs',
    `console.log(Object.keys(require('slowpath-profiling')).sort().join())`,
  );
  expect(esm).toBe(
    'PerformanceTracker,configureProfiling,flushTimings,logPerformanceSummary,profileFunction,timeOperation,timedOperation\n',
  );
  expect(cjs).toBe(esm);
});

it('has types that hold in strict ESM and CommonJS programs', () => {
  const folder = consumer();
  const program = `
    import { configureProfiling, profileFunction, timedOperation, timeOperation } from 'slowpath-profiling';
    configureProfiling({ thresholdMs: 5 });
    export const a: number = timedOperation('a', (timer) => { timer.cached = true; return 1; });
    export const b: Promise<string> = timedOperation('b', async () => 'x', { attrs: { n: 1 } });
    export function generic<T>(get: () => T): T { return timedOperation('c', get); }
    export const d: (x: number, y?: string) => Promise<boolean> =
      profileFunction(async (x: number, y?: string) => x > 1 && y === 'z');
    export function e(): void { using timer = timeOperation('e'); timer.cached = false; }
    // @ts-expect-error attributes are flat
    timedOperation('f', () => 1, { attrs: { nested: {} } });
  `;
  writeFileSync(join(folder, 'esm.mts'), program);
  writeFileSync(join(folder, 'cjs.cts'), program);
  expect(typeErrors(folder, ['esm.mts', 'cjs.cts'])).toBe('');
});

it('has a README whose examples hold', () => {
  const folder = consumer();
  const text = readFileSync(join(ROOT, 'profiling/README.md'), 'utf8');
  const examples = [...text.matchAll(/```ts\n([\s\S]*?)```/g)].map(([, code]) => code);
  expect(examples.length).toBe(3);
  const files = examples.map((code, i) => {
    writeFileSync(join(folder, `example${i}.mts`), `${code}\nexport {};\n`);
    return `example${i}.mts`;
  });
  writeFileSync(
    join(folder, 'service.d.ts'),
    `declare function loadConfig(): object;
     declare const db: { find(id: string): Promise<object[]> };
     declare const id: string;
     declare const path: string;
     declare const pages: Map<string, string>;
     declare function render(path: string): string;
     declare function runWorkflow(): void;
     declare function runJob(): void;
     declare function compileTemplate(text: string): string;
     declare const console: { log(...values: unknown[]): void };`,
  );
  expect(typeErrors(folder, ['service.d.ts', ...files])).toBe('');
  const lines = [...text.matchAll(/```ndjson\n(.*)\n```/g)].map(([, line]) => JSON.parse(line!));
  expect(lines.map((line) => line.header ?? line.op)).toEqual([true, 'history.find']);
});

/** What the compiler says of strict programs in a folder; empty when all is well. */
function typeErrors(folder: string, files: string[]): string {
  writeFileSync(
    join(folder, 'tsconfig.json'),
    JSON.stringify({
      compilerOptions: {
        ...{ strict: true, noEmit: true, target: 'es2022', lib: ['es2022'], types: [] },
        ...{ module: 'nodenext', moduleResolution: 'nodenext', skipLibCheck: false },
      },
      files,
    }),
  );
  const tsc = join(ROOT, 'node_modules/typescript/bin/tsc');
  return spawnSync(process.execPath, [tsc, '-p', folder], { encoding: 'utf8' }).stdout;
}
