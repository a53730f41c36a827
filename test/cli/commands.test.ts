import { spawnSync } from 'node:child_process';
import { copyFileSync, mkdirSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { wantsColour } from '../../server/src/cli/output';
import { rules } from '../../server/src/rules/index';
import { temporaryFolder } from '../workspace/folder';
import { CLI, HOT_READ, node, ROOT, slowpath } from './run';

test('rules lists every rule, as a table and as JSON', () => {
  const folder = temporaryFolder();
  const table = slowpath(folder, ['rules']).stdout.trimEnd().split('\n');
  expect(table[0]).toMatch(/^RULE +FIX +FINDS$/);
  const rows = table.slice(1).map((row) => row.split(/ {2,}/));
  const expected = rules.map(({ meta }) => [meta.id, meta.fix ?? 'none', meta.summary]);
  expect(rows).toEqual(expected);
  const json = JSON.parse(slowpath(folder, ['rules', '--format', 'json']).stdout);
  expect(json.version).toBe(1);
  expect(
    json.rules.map((rule: Record<string, string>) => [rule.id, rule.fix ?? 'none', rule.summary]),
  ).toEqual(expected);
});

test.each(rules.map(({ meta }) => meta.id))('explain %s prints its page', (id) => {
  const { code, stdout } = slowpath(temporaryFolder(), ['explain', id]);
  expect(stdout).toBe(readFileSync(join(ROOT, 'docs/rules', `${id}.md`), 'utf8'));
  expect(code).toBe(0);
});

test('help, version and timings do without the compiler', () => {
  const folder = temporaryFolder({
    'log.ndjson': '{"v":1,"op":"load","t":1,"ms":2.5}\n',
  });
  const dist = join(folder, 'slowpath/dist');
  mkdirSync(dist, { recursive: true });
  copyFileSync(CLI, join(dist, 'cli.js'));
  copyFileSync(join(ROOT, 'package.json'), join(dirname(dist), 'package.json'));
  const run = (...args: string[]) => node(folder, [join(dist, 'cli.js'), ...args]);
  const { version } = JSON.parse(readFileSync(join(ROOT, 'package.json'), 'utf8'));
  expect(run('--version')).toEqual({ code: 0, stdout: `${version}\n`, stderr: '' });
  expect(run('--help')).toMatchObject({ code: 0, stderr: '' });
  expect(run('check', '--help')).toMatchObject({ code: 0, stderr: '' });
  expect(run('check', '--help').stdout).toContain('Exit codes: 0');
  const { code, stdout } = run('timings', 'log.ndjson', '--format', 'json');
  expect([code, JSON.parse(stdout).operations[0].op]).toEqual([0, 'load']);
  expect(run('check')).toMatchObject({ code: 2, stdout: '' });
});

test('a reader that goes away early is no error', () => {
  const files = Array.from({ length: 1500 }, (_, i) => [`f${i}.ts`, HOT_READ]);
  const folder = temporaryFolder(Object.fromEntries(files));
  const script = `"$0" "$1" check --format json | head -n 2; echo "\${PIPESTATUS[0]}"`;
  const { stdout, stderr } = spawnSync('bash', ['-c', script, process.execPath, CLI], {
    cwd: folder,
    encoding: 'utf8',
  });
  expect(stderr).toBe('');
  expect(stdout).toMatch(/^\{\n {2}"version": 1,\n[01]\n$/);
});

describe('colour', () => {
  test.each([
    [true, {}, true],
    [false, {}, false],
    [true, { NO_COLOR: '1' }, false],
    [true, { NO_COLOR: '' }, true],
    [true, { TERM: 'dumb' }, false],
    [false, { FORCE_COLOR: '1' }, true],
    [false, { FORCE_COLOR: '1', NO_COLOR: '1' }, true],
    [true, { FORCE_COLOR: '0' }, false],
  ])('terminal %s, environment %j: %s', (isTTY, environment, expected) => {
    expect(wantsColour({ isTTY }, environment)).toBe(expected);
  });
});
