import { describe, expect, test } from 'vitest';
import { addFiles, temporaryFolder } from '../workspace/folder';
import { ASYNC_READ, HOT_READ, slowpath } from './run';

function exitCode(files: Record<string, string>, ...args: string[]): number | null {
  return slowpath(temporaryFolder(files), ['check', ...args]).code;
}

describe('check ends with', () => {
  test('0 when nothing is found', () => {
    expect(exitCode({ 'a.ts': 'export const a = 1;\n' })).toBe(0);
  });
  test('0 when there are no source files', () => {
    expect(exitCode({ 'a.txt': '' })).toBe(0);
  });
  test('0 when findings are information', () => {
    expect(exitCode({ 'a.ts': ASYNC_READ })).toBe(0);
  });
  test('1 when a finding is a warning', () => {
    expect(exitCode({ 'a.ts': HOT_READ })).toBe(1);
  });
  test('1 when the configuration makes a finding an error, whatever --max-warnings says', () => {
    const files = { 'a.ts': ASYNC_READ, 'slowpath.yaml': 'rules:\n  sync-io-in-async: error\n' };
    expect(exitCode(files)).toBe(1);
    expect(exitCode(files, '--max-warnings', '100')).toBe(1);
  });
  test('1 when there are more warnings than --max-warnings', () => {
    const files = { 'a.ts': HOT_READ, 'b.ts': HOT_READ };
    expect(exitCode(files, '--max-warnings', '1')).toBe(1);
    expect(exitCode(files, '--max-warnings', '2')).toBe(0);
  });
  test('0 when the only warning was fixed', () => {
    const handler = HOT_READ.replace('(request', 'async (request');
    const folder = temporaryFolder({ 'a.ts': handler });
    expect(slowpath(folder, ['check']).code).toBe(1);
    expect(slowpath(folder, ['check', '--fix-suggestions']).code).toBe(0);
  });
});

describe('wrong usage ends with 2, a message and no report', () => {
  const folder = () => temporaryFolder({ 'a.ts': ASYNC_READ, 'slowpath.yaml': '' });
  test.each([
    [['check', '--format', 'xml'], "'xml' is invalid. Allowed choices are stylish, json."],
    [['check', '--min-tier', 'warm'], 'Allowed choices are cold, async, hot, measured.'],
    [['check', '--max-warnings', '-1'], 'Expected a whole number, 0 or more.'],
    [['check', '--max-warnings', '1.5'], 'Expected a whole number, 0 or more.'],
    [['check', '--fxi'], "unknown option '--fxi'\n(Did you mean --fix?)"],
    [['check', 'nowhere.ts'], 'nowhere.ts" does not exist.'],
    [['check', '--cwd', 'nowhere'], 'nowhere" does not exist.'],
    [['check', '--cwd', 'a.ts'], 'a.ts" is a file; a folder was expected.'],
    [['check', '--config', 'nowhere.yaml'], 'nowhere.yaml does not exist.'],
    [['check', '--rule', 'sync-io-in-asink'], 'Did you mean "sync-io-in-async"?'],
    [['check', '--rule', 'a.ts'], 'there is no rule "a.ts"'],
    [['explain', 'uncached-config-laod'], 'Did you mean "uncached-config-load"?'],
    [['explain', 'zzz'], 'The rules are: '],
    [['explain'], "missing required argument 'rule'"],
    [['chekc'], 'Did you mean check?'],
    [['lsp'], "required option '--stdio'"],
    [['timings'], "missing required argument 'files'"],
  ])('slowpath %j', (args, message) => {
    const { code, stdout, stderr } = slowpath(folder(), args);
    expect(stderr).toContain(message);
    expect(stdout).toBe('');
    expect(code).toBe(2);
  });

  test('slowpath without a command prints the help', () => {
    const { code, stderr } = slowpath(folder(), []);
    expect([code, stderr.split('\n')[0]]).toEqual([2, 'Usage: slowpath [options] [command]']);
  });
});

describe('a configuration with mistakes ends with 2 and names the place', () => {
  test.each([
    ['broken YAML', 'rules: [\n', /^slowpath\.yaml:\d+:\d+: error: /m],
    ['a wrong severity', 'rules:\n  sync-io-in-async: loud\n', /^slowpath\.yaml:2:21: error: /m],
    ['a list', '- a\n', /^slowpath\.yaml:1:1: error: /m],
  ])('%s', (_, config, place) => {
    const folder = temporaryFolder({ 'a.ts': HOT_READ, 'slowpath.yaml': config });
    const { code, stdout, stderr } = slowpath(folder, ['check']);
    expect(stderr).toMatch(place);
    expect([code, stdout]).toEqual([2, '']);
  });

  test('a key that is unknown is a warning only', () => {
    const folder = temporaryFolder({ 'slowpath.yaml': 'rulez: {}\n' });
    const { code, stderr } = slowpath(folder, ['check']);
    expect(stderr).toMatch(/^slowpath\.yaml:1:1: warning: .*rulez/);
    expect(code).toBe(0);
  });

  test('the nearest configuration above counts, and --config wins over it', () => {
    const folder = temporaryFolder({
      'a/b/x.ts': HOT_READ,
      'slowpath.yml': 'rules:\n  sync-io-in-async: off\n',
    });
    addFiles(folder, { 'other.yaml': 'rules:\n  sync-io-in-async: error\n' });
    expect(slowpath(`${folder}/a/b`, ['check']).code).toBe(0);
    expect(slowpath(`${folder}/a/b`, ['check', '--config', '../../other.yaml']).code).toBe(1);
  });
});
