import { describe, expect, it } from 'vitest';
import {
  EVENT_METHODS,
  INLINE_CALLS,
  INLINE_METHODS,
  ITERATION_METHODS,
  NEXT_HANDLERS,
} from '../../server/src/linter/facts/frameworks';
import { tiersIn } from './check';

const FS = "import { readFileSync } from 'node:fs';\n";
const BODY = "readFileSync('a.txt', 'utf8')";

describe('iteration', () => {
  it.each([...ITERATION_METHODS])('%s', async (method) => {
    const inside = `${FS}export async function f(list: string[]) { list.${method}(() => ${BODY}); }`;
    expect(await tiersIn(inside)).toEqual(['hot']);
    const sync = `${FS}export function f(list: string[]) { list.${method}(() => ${BODY}); }`;
    expect(await tiersIn(sync)).toEqual([]);
    const second = `${FS}export async function f(list: any) { list.${method}(1, () => ${BODY}); }`;
    expect(await tiersIn(second)).toEqual([]);
    const short = `${FS}export async function f() { ['a', 'b'].${method}(() => ${BODY}); }`;
    expect(await tiersIn(short)).toEqual(['async']);
    const onLoad = `${FS}const list = process.argv;\nlist.${method}(() => ${BODY});`;
    expect(await tiersIn(onLoad)).toEqual([]);
    const chained = `${FS}export async function f(list?: string[]) { return list?.${method}(function () { return ${BODY}; }); }`;
    expect(await tiersIn(chained)).toEqual(['hot']);
  });

  it('Array.from', async () => {
    const real = `${FS}export async function f(n: number) { Array.from({ length: n }, () => ${BODY}); }`;
    expect(await tiersIn(real)).toEqual(['hot']);
    const own = `${FS}export async function f(Array: any) { Array.from({}, () => ${BODY}); }`;
    expect(await tiersIn(own)).toEqual([]);
  });

  it('follows functions passed by name', async () => {
    const load = `function load() { return ${BODY}; }`;
    expect(
      await tiersIn(`${FS}${load}\nexport async function f(l: string[]) { l.map(load); }`),
    ).toEqual(['hot']);
    expect(await tiersIn(`${FS}${load}\nexport async function f() { ['a'].map(load); }`)).toEqual([
      'async',
    ]);
    expect(
      await tiersIn(`${FS}${load}\nexport async function f(p: any) { return p.then(load); }`),
    ).toEqual(['async']);
    expect(await tiersIn(`${FS}${load}\nprocess.argv.map(load);`)).toEqual([]);
    const arrow = `const load = () => ${BODY};`;
    expect(
      await tiersIn(`${FS}${arrow}\nexport async function f(l: string[]) { l.forEach(load); }`),
    ).toEqual(['hot']);
    const method = `export class C { private load() { return ${BODY}; } async all(l: string[]) { return l.map(this.load); } }`;
    expect(await tiersIn(FS + method)).toEqual(['hot']);
    const asyncLoad = `async function load() { return ${BODY}; }`;
    expect(
      await tiersIn(
        `${FS}${asyncLoad}\nexport function f(l: string[]) { return Promise.all(l.map(load)); }`,
      ),
    ).toEqual(['hot']);
  });

  it('runs the list of a loop once', async () => {
    const head = `${FS}export async function f() { for (const line of ${BODY}) console.log(line); }`;
    expect(await tiersIn(head)).toEqual(['async']);
    const first = `${FS}export async function f() { for (let i = ${BODY}.length; i > 0; i--) console.log(i); }`;
    expect(await tiersIn(first)).toEqual(['async']);
    const test = `${FS}export async function f() { for (let i = 0; i < ${BODY}.length; i++) console.log(i); }`;
    expect(await tiersIn(test)).toEqual(['hot']);
    const receiver = `${FS}export async function f() { ${BODY}.split('').map((it) => it); }`;
    expect(await tiersIn(receiver)).toEqual(['async']);
  });
});

describe('events', () => {
  it.each([...EVENT_METHODS])('%s', async (method) => {
    const use = (call: string) => `${FS}export function f(emitter: any) { ${call} }`;
    expect(await tiersIn(use(`emitter.${method}('data', () => ${BODY});`))).toEqual(['hot']);
    expect(
      await tiersIn(use(`emitter.${method}('data', handle); function handle() { ${BODY}; }`)),
    ).toEqual(['hot']);
    expect(await tiersIn(use(`emitter.${method}('data', 1, () => ${BODY});`))).toEqual([]);
    expect(await tiersIn(use(`emitter?.${method}('data', () => ${BODY});`))).toEqual(['hot']);
  });

  it('leaves process events alone', async () => {
    for (const event of ['exit', 'SIGTERM', 'uncaughtException'])
      expect(await tiersIn(`${FS}process.on('${event}', () => ${BODY});`)).toEqual([]);
    expect(
      await tiersIn(
        `${FS}import process from 'node:process';\nprocess.on('exit', async () => { ${BODY}; });`,
      ),
    ).toEqual([]);
    expect(
      await tiersIn(`${FS}globalThis.process.once('exit', async () => { ${BODY}; });`),
    ).toEqual([]);
  });
});

describe('callbacks that run as part of the code around them', () => {
  it.each([...INLINE_METHODS])('.%s', async (method) => {
    const inside = `${FS}export async function f(p: any) { return p.${method}(() => ${BODY}); }`;
    expect(await tiersIn(inside)).toEqual(['async']);
    const onLoad = `${FS}declare const p: any;\np.${method}(() => ${BODY});`;
    expect(await tiersIn(onLoad)).toEqual([]);
    const loop = `${FS}export async function f(p: any[]) { for (const it of p) it.${method}(() => ${BODY}); }`;
    expect(await tiersIn(loop)).toEqual(['hot']);
  });

  it.each(INLINE_CALLS.map((it) => [`${it.module} ${it.path}`, it] as const))(
    '%s',
    async (_name, row) => {
      const load = row.module ? `import { ${row.path} } from '${row.module}';\n` : '';
      const call = row.path === 'Promise' ? 'new Promise' : row.path;
      const name = row.path === 'timedOperation' ? "'x', " : '';
      const inside = `${FS}${load}export async function f() { return ${call}(${name}() => ${BODY}); }`;
      expect(await tiersIn(inside)).toEqual(['async']);
      const onLoad = `${FS}${load}${call}(${name}async () => { ${BODY}; });`;
      expect(await tiersIn(onLoad)).toEqual([]);
    },
  );

  it('runs a function called in place with the code around it', async () => {
    expect(await tiersIn(`${FS}(async () => { ${BODY}; })();`)).toEqual([]);
    expect(await tiersIn(`${FS}void (async function main() { ${BODY}; })();`)).toEqual([]);
    expect(await tiersIn(`${FS}(async () => { ${BODY}; })().catch(console.error);`)).toEqual([]);
    expect(await tiersIn(`${FS}export async function f() { (() => ${BODY})(); }`)).toEqual([
      'async',
    ]);
  });

  it('takes a top-level main for start-up, and its loops', async () => {
    expect(await tiersIn(`${FS}async function main() { ${BODY}; }\nmain();`)).toEqual([]);
    expect(
      await tiersIn(`${FS}const main = async () => { ${BODY}; };\nmain().catch(console.error);`),
    ).toEqual([]);
    expect(
      await tiersIn(`${FS}async function main() { ${BODY}; }\nawait main();\nexport { main };`),
    ).toEqual(['async']);
  });
});

describe('Next.js and React', () => {
  it.each([...NEXT_HANDLERS])('%s of a route file', async (name) => {
    const code = `${FS}export function ${name}() { return ${BODY}; }`;
    expect(await tiersIn(code, { path: 'app/api/x/route.ts' })).toEqual(['hot']);
    expect(await tiersIn(code, { path: 'src/app/route.js' })).toEqual(['hot']);
    expect(await tiersIn(code, { path: 'app/api/x/router.ts' })).toEqual([]);
    expect(await tiersIn(code, { path: 'lib/route.ts' })).toEqual([]);
    expect(await tiersIn(code.replace('export ', ''), { path: 'app/api/x/route.ts' })).toEqual([]);
    const arrow = `${FS}export const ${name} = () => ${BODY};`;
    expect(await tiersIn(arrow, { path: 'app/api/x/route.ts' })).toEqual(['hot']);
    const later = `${FS}async function ${name}() { return ${BODY}; }\nexport { ${name} };`;
    expect(await tiersIn(later, { path: 'app/api/x/route.ts' })).toEqual(['hot']);
  });

  it('default exports of pages/api', async () => {
    const code = `${FS}export default function handler() { return ${BODY}; }`;
    expect(await tiersIn(code, { path: 'pages/api/x.ts' })).toEqual(['hot']);
    expect(await tiersIn(code, { path: 'src/pages/api/deep/x.ts' })).toEqual(['hot']);
    expect(await tiersIn(code, { path: 'pages/x.ts' })).toEqual([]);
    expect(await tiersIn(code.replace('default ', ''), { path: 'pages/api/x.ts' })).toEqual([]);
    const named = `${FS}const handler = async () => ${BODY};\nexport default handler;`;
    expect(await tiersIn(named, { path: 'pages/api/x.ts' })).toEqual(['hot']);
    const direct = `${FS}export default async () => ${BODY};`;
    expect(await tiersIn(direct, { path: 'pages/api/x.ts' })).toEqual(['hot']);
  });

  it('components run per render, other functions with JSX do not', async () => {
    const options = { path: 'src/View.tsx' };
    for (const code of [
      `export function View() { ${BODY}; return <p />; }`,
      `export const View = () => { ${BODY}; return <p>x</p>; };`,
      `export const View = () => { ${BODY}; return <></>; };`,
      `import { memo } from 'react';\nexport const View = memo(() => { ${BODY}; return <p />; });`,
      `import { forwardRef } from 'react';\nexport const View = forwardRef((p, r) => { ${BODY}; return <p />; });`,
    ])
      expect(await tiersIn(FS + code, options), code).toEqual(['hot']);
    for (const code of [
      `export function view() { ${BODY}; return <p />; }`,
      `export function View() { ${BODY}; return 1; }`,
      `export function Build() { ${BODY}; function Inner() { return <p />; } return Inner; }`,
    ])
      expect(await tiersIn(FS + code, options), code).toEqual([]);
  });
});

describe('code that runs once', () => {
  it.each([
    'test/a.ts',
    'src/a.test.ts',
    'src/a.spec.tsx',
    'e2e/a.ts',
    'src/__tests__/a.ts',
    'bench/a.ts',
    'db/migrations/001.ts',
    'scripts/a.ts',
    'vite.config.ts',
    'gulpfile.js',
    'build/a.mjs',
    'bin/a.ts',
    'tools/a.ts',
    'src/scripts/a.ts',
  ])('%s', async (path) => {
    expect(await tiersIn(`${FS}export async function f() { ${BODY}; }`, { path })).toEqual([]);
  });

  it.each([
    'src/latest.ts',
    'src/contest/a.ts',
    'src/testing-service.ts',
    'src/tools/a.ts',
    'src/build/a.ts',
    'src/config.ts',
    'src/respec.ts',
    'src/emigrations/a.ts',
    'src/binary/a.ts',
  ])('not %s', async (path) => {
    expect(await tiersIn(`${FS}export async function f() { ${BODY}; }`, { path })).toEqual([
      'async',
    ]);
  });

  it('a file with a #! line', async () => {
    expect(
      await tiersIn(`#!/usr/bin/env node\n${FS}export async function f() { ${BODY}; }`),
    ).toEqual([]);
  });
});
