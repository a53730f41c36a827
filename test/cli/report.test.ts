import { describe, expect, test } from 'vitest';
import { temporaryFolder } from '../workspace/folder';
import { ASYNC_READ, checkJson, HOT_READ, places, slowpath } from './run';

/** Two files, three tiers, evidence in the same file. */
const WORKSPACE = {
  'src/a.ts': ASYNC_READ,
  'src/server.ts': HOT_READ,
  'src/cold.ts': `import { readFileSync } from 'node:fs';
function load() {
  return JSON.parse(readFileSync('config/app.json', 'utf8'));
}
export const name = () => load().name;
export const port = () => load().port;
`,
};

describe('json', () => {
  test('is the documented object, and nothing else', () => {
    const folder = temporaryFolder({ 'src/ü.ts': ASYNC_READ.replace('return', '/* 🐌 */ return') });
    const { stdout, stderr } = slowpath(folder, ['check', '--format', 'json']);
    expect(stderr).toBe('');
    const report = JSON.parse(stdout);
    const message = report.findings[0]?.message;
    expect(message).toMatch(/^`readFileSync` blocks .*`load`/);
    expect(report).toEqual({
      version: 1,
      findings: [
        {
          rule: 'sync-io-in-async',
          severity: 'information',
          tier: 'async',
          file: 'src/ü.ts',
          line: 4,
          column: 19,
          endLine: 4,
          endColumn: 48,
          message,
          evidence: [],
          fix: 'safe',
        },
      ],
      stats: {
        files: 1,
        parsed: 1,
        bytes: 142,
        ms: expect.any(Number),
        rules: expect.objectContaining({ 'sync-io-in-async': expect.any(Number) }),
      },
      faults: [],
    });
  });

  test('has evidence with its own places', () => {
    const { findings } = checkJson(temporaryFolder({ 'a.ts': HOT_READ }));
    expect(findings.map(({ tier, evidence }) => [tier, evidence])).toEqual([
      ['hot', [{ file: 'a.ts', line: 4, column: 1, message: expect.any(String) }]],
    ]);
  });

  test('sorts by file, then place, whatever the order of the arguments', () => {
    const folder = temporaryFolder({
      'b.ts': ASYNC_READ + ASYNC_READ.split('\n').slice(2).join('\n').replace('load', 'again'),
      'a.ts': ASYNC_READ,
      'a/z.ts': ASYNC_READ,
    });
    const expected = ['a.ts:4:10', 'a/z.ts:4:10', 'b.ts:4:10', 'b.ts:7:10'];
    expect(places(checkJson(folder))).toEqual(expected);
    expect(places(checkJson(folder, ['b.ts', 'a', 'a.ts', '.']))).toEqual(expected);
  });

  test('shows paths from --cwd, also those outside of it', () => {
    const folder = temporaryFolder({ 'in/a.ts': ASYNC_READ, 'out/b.ts': ASYNC_READ });
    const report = checkJson(folder, ['--cwd', 'in', '.', '../out']);
    expect(places(report)).toEqual(['a.ts:4:10', '../out/b.ts:4:10']);
  });
});

describe('which findings are reported', () => {
  test('tier async and up, unless --min-tier says otherwise', () => {
    const folder = temporaryFolder(WORKSPACE);
    const tiers = (...args: string[]) => checkJson(folder, args).findings.map((it) => it.tier);
    expect(tiers()).toEqual(['async', 'hot']);
    expect(tiers('--min-tier', 'hot')).toEqual(['hot']);
    expect(tiers('--min-tier', 'measured')).toEqual([]);
    expect(tiers('--min-tier', 'cold')).toEqual(['async', 'cold', 'hot']);
  });

  test('only those of the rules named, and paths may follow', () => {
    const folder = temporaryFolder(WORKSPACE);
    const rules = (...args: string[]) =>
      checkJson(folder, ['--min-tier', 'cold', ...args]).findings.map((it) => it.rule);
    expect(rules('--rule', 'uncached-config-load')).toEqual(['uncached-config-load']);
    expect(rules('--rule', 'uncached-config-load', 'src/a.ts')).toEqual([]);
    expect(rules('--rule', 'uncached-config-load', 'sync-io-in-async')).toHaveLength(3);
    expect(rules('src/a.ts', '--rule', 'sync-io-in-async')).toEqual(['sync-io-in-async']);
  });

  test('a file by itself gets the findings it has in its project', () => {
    const folder = temporaryFolder({
      'package.json': '{}',
      'config.ts': `import { readFileSync } from 'node:fs';
export function loadConfig() {
  return JSON.parse(readFileSync('config.json', 'utf8'));
}
`,
      'server.ts': `import { createServer } from 'node:http';
import { loadConfig } from './config';
createServer((request, response) => {
  response.end(loadConfig().greeting);
});
`,
    });
    const all = checkJson(folder).findings.filter(({ file }) => file === 'config.ts');
    expect(all.map(({ rule, tier }) => [rule, tier])).toContainEqual([
      'uncached-config-load',
      'hot',
    ]);
    expect(checkJson(folder, ['config.ts']).findings).toEqual(all);
  });

  test('ignores of the configuration hold for files named, too', () => {
    const folder = temporaryFolder({ ...WORKSPACE, 'slowpath.yaml': 'ignores:\n  - src/a.ts\n' });
    expect(places(checkJson(folder))).toEqual(['src/server.ts:5:16']);
    expect(places(checkJson(folder, ['src/a.ts']))).toEqual([]);
  });
});

describe('stylish', () => {
  const run = (env: NodeJS.ProcessEnv = {}) =>
    slowpath(temporaryFolder(WORKSPACE), ['check'], env).stdout;
  const settled = (text: string) => text.replace(/in \d+(\.\d+)? m?s/, 'in TIME');

  test('groups by file, aligns columns, indents evidence and sums up', () => {
    const text = settled(run())
      .replace(/`[^\n]*$/gm, 'MESSAGE')
      .replace(/(↳ \S+ ).*/g, '$1 …');
    expect(text).toBe(
      `src/a.ts
  4:10  information  sync-io-in-async  MESSAGE

src/server.ts
  5:16  warning  sync-io-in-async  MESSAGE
        ↳ 4:1  …

2 problems in 2 files (1 warning, 1 information); 3 files checked in TIME.
2 can be fixed with --fix.
`.replace('2 can', text.match(/(\d) can/)?.[0] ?? ''),
    );
  });

  test('says so when nothing was found, and when there was nothing to look at', () => {
    const clean = slowpath(temporaryFolder({ 'a.ts': '' }), ['check']).stdout;
    expect(settled(clean)).toBe('No problems found; 1 file checked in TIME.\n');
    const empty = slowpath(temporaryFolder(), ['check']).stdout;
    expect(empty).toBe('No TypeScript or JavaScript files were found.\n');
  });

  test('is coloured on request only, and colour changes nothing else', () => {
    const plain = settled(run());
    const coloured = settled(run({ FORCE_COLOR: '1' }));
    expect(plain).not.toContain('\u001b');
    expect(coloured).toContain('\u001b[33mwarning\u001b[0m');
    expect(coloured.replaceAll(/\u001b\[\d+m/g, '')).toBe(plain);
    expect(settled(run({ FORCE_COLOR: '0' }))).toBe(plain);
    expect(settled(run({ NO_COLOR: '1', FORCE_COLOR: '' }))).toBe(coloured);
  });
});

test('--stats states time, memory and rules on standard error, for every format', () => {
  const folder = temporaryFolder(WORKSPACE);
  const { stdout, stderr } = slowpath(folder, ['check', '--stats', '--format', 'json']);
  expect(JSON.parse(stdout).stats.files).toBe(3);
  const rows = stderr
    .trim()
    .split('\n')
    .map((line) => line.split(/ {2,}/)[0]);
  expect(rows.slice(0, 6)).toEqual(['files', 'parsed', 'read', 'total', 'parse', 'walk']);
  expect(rows).toContain('sync-io-in-async');
  expect(stderr).toMatch(/^peak memory +\d+\.\d +MB$/m);
});
