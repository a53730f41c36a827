import { describe, expect, it } from 'vitest';
import { projectOf, ROOT } from '../rules/fixture';
import { callersOf, LOADER, uses, workspace } from './callers';

describe('what is no call site, and what is no sleep', () => {
  it.each<[string, Record<string, string>]>([
    [
      'another file of that name',
      {
        'src/loader.ts': LOADER,
        'src/b/loader.ts': 'export const loadConfig = () => 1;',
        'src/use.ts': uses("import { loadConfig } from './b/loader';", 'loadConfig'),
      },
    ],
    [
      'another export of the file',
      {
        'src/loader.ts': `${LOADER}export const other = () => 1;`,
        'src/use.ts': uses("import { other as loadConfig } from './loader';", 'loadConfig'),
      },
    ],
    [
      'a package of that name',
      {
        'src/loader.ts': LOADER,
        'src/use.ts': uses("import { loadConfig } from 'loader';", 'loadConfig'),
      },
    ],
    [
      'a type-only import',
      {
        'src/loader.ts': LOADER,
        'src/use.ts': uses("import type { loadConfig } from './loader';", 'loadConfig'),
      },
    ],
    [
      'a shadowed import',
      {
        'src/loader.ts': LOADER,
        'src/use.ts':
          "import { loadConfig } from './loader';\nexport async function one(loadConfig: any) { return loadConfig(); }\nexport async function two(loadConfig: any) { return loadConfig(); }",
      },
    ],
    [
      'a memo of the caller',
      {
        'src/loader.ts': LOADER,
        'src/use.ts':
          "import { loadConfig } from './loader';\nlet a: any, b: any;\nexport async function one() { return (a ??= loadConfig()); }\nexport async function two() { b ??= loadConfig(); return b; }",
      },
    ],
    [
      'tests',
      {
        'src/loader.ts': LOADER,
        'test/use.ts': uses("import { loadConfig } from '../src/loader';", 'loadConfig'),
      },
    ],
    [
      'start-up',
      {
        'src/loader.ts': LOADER,
        'src/use.ts':
          "import { loadConfig } from './loader';\nexport const a = loadConfig();\nexport const b = loadConfig();",
      },
    ],
    [
      'export * of a default',
      {
        'src/loader.ts': LOADER.replace('export', 'export default'),
        'src/barrel.ts': "export * from './loader';",
        'src/use.ts': uses("import load from './barrel';", 'load'),
      },
    ],
    [
      'a closer export wins over export *',
      {
        'src/loader.ts': LOADER,
        'src/barrel.ts': "export * from './loader';\nexport const loadConfig = () => 1;",
        'src/use.ts': uses("import { loadConfig } from './barrel';", 'loadConfig'),
      },
    ],
  ])('not %s', async (_name, files) => {
    expect(await callersOf(files)).toEqual([]);
  });

  it('follows a sleep through barrels', async () => {
    const poll = (from: string) =>
      `import { sleep } from '${from}';\nexport async function f(ask: any) { while (!(await ask())) await sleep(2); }`;
    const sleeper =
      'export const sleep = (s: number) => new Promise((r) => setTimeout(r, s * 1000));';
    const messageOf = async (files: Record<string, string>) =>
      (await projectOf(workspace(files)))
        .report(`${ROOT}/src/poll.ts`)
        .findings.map((it) => it.message);
    const files = {
      'src/poll.ts': poll('./a'),
      'src/a.ts': "export * from './b';",
      'src/b/index.ts': "export { sleep } from './c.js';",
      'src/b/c.ts': sleeper,
    };
    expect((await messageOf(files))[0]).toContain('fixed 2 s');
    expect(
      await messageOf({
        ...files,
        'src/b/c.ts': 'export const sleep = (s: number) => Promise.resolve(s);',
      }),
    ).toEqual([]);
    expect(await messageOf({ ...files, 'src/b/index.ts': "export * from '../a';" })).toEqual([]);
    expect(await messageOf({ 'src/poll.ts': poll('./a') })).toEqual([]);
    const hidden =
      "export * from './c.js';\nexport const sleep = (s: number) => Promise.resolve(s);";
    expect(await messageOf({ ...files, 'src/b/index.ts': hidden })).toEqual([]);
    const overloads =
      'export function sleep(s: number): Promise<void>;\nexport function sleep(s: any): any { return new Promise((r) => setTimeout(r, s)); }';
    expect((await messageOf({ ...files, 'src/b/c.ts': overloads }))[0]).toContain('fixed 2 ms');
  });
});
