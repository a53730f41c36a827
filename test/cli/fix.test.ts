import { spawn } from 'node:child_process';
import {
  chmodSync,
  lstatSync,
  readdirSync,
  readFileSync,
  statSync,
  symlinkSync,
  utimesSync,
} from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test, vi } from 'vitest';
import { temporaryFolder } from '../workspace/folder';
import { ASYNC_READ, ASYNC_READ_FIXED, CLI, checkJson, HOT_READ, slowpath } from './run';

function read(folder: string, name: string): string {
  return readFileSync(join(folder, name), 'utf8');
}

test('--fix applies safe fixes, says how many, and reports the rest', () => {
  const folder = temporaryFolder({ 'a.ts': ASYNC_READ, 'b.ts': HOT_READ, 'c/d.ts': ASYNC_READ });
  const { code, stdout } = slowpath(folder, ['check', '--fix']);
  expect(read(folder, 'a.ts')).toBe(ASYNC_READ_FIXED);
  expect(read(folder, 'c/d.ts')).toBe(ASYNC_READ_FIXED);
  expect(read(folder, 'b.ts')).toBe(HOT_READ);
  expect(stdout).toContain('Fixed 2 problems in 2 files.\n');
  expect(stdout).toContain('b.ts\n  5:16  warning');
  expect(stdout).toMatch(/^1 problem in 1 file \(1 warning\); 3 files checked/m);
  expect(code).toBe(1);
});

test('a second --fix finds nothing to do and touches no file', () => {
  const folder = temporaryFolder({ 'a.ts': ASYNC_READ });
  slowpath(folder, ['check', '--fix']);
  const file = join(folder, 'a.ts');
  utimesSync(file, 1, 1);
  expect(slowpath(folder, ['check', '--fix']).stdout).toContain('Nothing was fixed.\n');
  expect(statSync(file).mtimeMs).toBe(1000);
});

test('--fix leaves suggestions alone, --fix-suggestions applies both', () => {
  const suggestion = `import { readFileSync, writeFileSync } from 'node:fs';

export async function load(): Promise<string> {
  return readFileSync('x.txt', 'utf8');
}

export async function store(text: string): Promise<void> {
  if (text === '') return;
  writeFileSync('y.txt', text);
  writeFileSync('z.txt', text);
}
`;
  const folder = temporaryFolder({ 'a.ts': suggestion });
  expect(new Set(checkJson(folder).findings.map(({ fix }) => fix))).toEqual(
    new Set(['safe', 'suggestion']),
  );
  const afterSafe = checkJson(folder, ['--fix']).findings.map(({ fix }) => fix);
  expect(afterSafe.length).toBeGreaterThan(0);
  expect(afterSafe).not.toContain('safe');
  expect(checkJson(folder, ['--fix-suggestions']).findings).toEqual([]);
});

test('--fix with --rule fixes that rule only', () => {
  const folder = temporaryFolder({ 'a.ts': ASYNC_READ });
  slowpath(folder, ['check', '--fix', '--rule', 'fixed-interval-polling']);
  expect(read(folder, 'a.ts')).toBe(ASYNC_READ);
  slowpath(folder, ['check', '--fix', '--rule', 'sync-io-in-async']);
  expect(read(folder, 'a.ts')).toBe(ASYNC_READ_FIXED);
});

test('--fix stays within the paths named', () => {
  const folder = temporaryFolder({
    'package.json': '{}',
    'a.ts': ASYNC_READ,
    'b.ts': ASYNC_READ,
  });
  slowpath(folder, ['check', '--fix', 'a.ts']);
  expect([read(folder, 'a.ts'), read(folder, 'b.ts')]).toEqual([ASYNC_READ_FIXED, ASYNC_READ]);
});

describe('a fixed file keeps', () => {
  test.each([
    ['CRLF and byte order mark', (text: string) => `\uFEFF${text.replaceAll('\n', '\r\n')}`],
    ['CRLF', (text: string) => text.replaceAll('\n', '\r\n')],
    ['its byte order mark', (text: string) => `\uFEFF${text}`],
    ['no line end at its end', (text: string) => text.trimEnd()],
  ])('%s', (_, stored) => {
    const folder = temporaryFolder({ 'a.ts': stored(ASYNC_READ) });
    slowpath(folder, ['check', '--fix']);
    expect(read(folder, 'a.ts')).toBe(stored(ASYNC_READ_FIXED));
  });

  test('UTF-16', () => {
    const stored = (text: string) => Buffer.from(`\uFEFF${text}`, 'utf16le');
    const folder = temporaryFolder({ 'a.ts': stored(ASYNC_READ) });
    slowpath(folder, ['check', '--fix']);
    expect(readFileSync(join(folder, 'a.ts'))).toEqual(stored(ASYNC_READ_FIXED));
  });

  test('its mode', () => {
    const folder = temporaryFolder({ 'a.mts': ASYNC_READ });
    chmodSync(join(folder, 'a.mts'), 0o750);
    slowpath(folder, ['check', '--fix']);
    expect(statSync(join(folder, 'a.mts')).mode & 0o777).toBe(0o750);
  });

  test('being a symbolic link, when it was named', () => {
    const folder = temporaryFolder({ 'target.ts': ASYNC_READ });
    symlinkSync('target.ts', join(folder, 'link.ts'));
    slowpath(folder, ['check', '--fix', 'link.ts']);
    expect(lstatSync(join(folder, 'link.ts')).isSymbolicLink()).toBe(true);
    expect(read(folder, 'target.ts')).toBe(ASYNC_READ_FIXED);
  });
});

describe('a file that cannot be fixed is left as it is, and the others are fixed', () => {
  test.each([
    ['read-only', Buffer.from(ASYNC_READ), 0o444, 'The file was not fixed: it is read-only.'],
    [
      'not UTF-8',
      Buffer.concat([Buffer.from(ASYNC_READ), Buffer.from([0x2f, 0x2f, 0xff, 0x0a])]),
      0o644,
      'The file was not fixed: it holds bytes that are no text in its encoding, and writing it would lose them.',
    ],
  ])('%s', (_, bytes, mode, message) => {
    const folder = temporaryFolder({ 'a.ts': bytes, 'b.ts': ASYNC_READ });
    chmodSync(join(folder, 'a.ts'), mode);
    const report = checkJson(folder, ['--fix']);
    expect(report.faults).toEqual([{ file: 'a.ts', message }]);
    expect(report.findings.map(({ file }) => file)).toEqual(['a.ts']);
    expect(readFileSync(join(folder, 'a.ts'))).toEqual(bytes);
    expect(read(folder, 'b.ts')).toBe(ASYNC_READ_FIXED);
    expect(readdirSync(folder)).toEqual(['a.ts', 'b.ts']);
  });
});

test('an interrupted --fix leaves every file whole and nothing beside them', async () => {
  const names = Array.from({ length: 400 }, (_, i) => `f${i}.ts`);
  const folder = temporaryFolder(Object.fromEntries(names.map((name) => [name, ASYNC_READ])));
  const child = spawn(process.execPath, [CLI, 'check', '--fix'], { cwd: folder, stdio: 'ignore' });
  const ended = new Promise((resolve) => child.on('exit', (_, signal) => resolve(signal)));
  const fixed = () => names.filter((name) => read(folder, name) === ASYNC_READ_FIXED).length;
  const first = () => read(folder, 'f0.ts');
  await vi.waitUntil(() => first() === ASYNC_READ_FIXED, { timeout: 20_000, interval: 1 });
  child.kill('SIGINT');
  expect(await ended).toBe('SIGINT');
  expect(fixed()).toBeLessThan(names.length);
  const texts = new Set(names.map((name) => read(folder, name)));
  expect(texts).toEqual(new Set([ASYNC_READ, ASYNC_READ_FIXED]));
  expect(readdirSync(folder).sort()).toEqual([...names].sort());
});
