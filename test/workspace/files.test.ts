import { spawnSync } from 'node:child_process';
import {
  chmodSync,
  lstatSync,
  readdirSync,
  readFileSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { findConfig } from '../../server/src/workspace/config';
import {
  MAX_SOURCE_BYTES,
  readSource,
  readSourceSync,
  type SourceText,
} from '../../server/src/workspace/read';
import { writeSource } from '../../server/src/workspace/write';
import { addFiles, temporaryFolder } from './folder';

/** Reads both ways, which must answer the same. */
async function read(file: string): Promise<SourceText | { problem: string }> {
  const source = await readSource(file);
  expect(readSourceSync(file)).toEqual(source);
  return source;
}

async function readText(file: string): Promise<SourceText> {
  const source = await read(file);
  if ('problem' in source) throw new Error(source.problem);
  return source;
}

const TEXT = 'const ü = "🐌";\r\nconst b = 1;\n';
const STORED: [string, Buffer][] = [
  ['utf8', Buffer.from(TEXT)],
  ['utf8bom', Buffer.from(`\uFEFF${TEXT}`)],
  ['utf16le', Buffer.from(`\uFEFF${TEXT}`, 'utf16le')],
  ['utf16be', Buffer.from(`\uFEFF${TEXT}`, 'utf16le').swap16()],
];

describe.each(STORED)('%s', (encoding, bytes) => {
  test('is read as an editor shows it', async () => {
    const folder = temporaryFolder({ 'a.ts': bytes });
    const source = await read(join(folder, 'a.ts'));
    expect(source).toEqual({ text: TEXT, encoding, bytes: bytes.length });
  });

  test('is kept when a new text is written', async () => {
    const file = join(temporaryFolder({ 'a.ts': bytes }), 'a.ts');
    const source = await readText(file);
    expect(await writeSource(file, source, TEXT.replace('b', 'cc'))).toBeNull();
    expect(await read(file)).toEqual({
      text: TEXT.replace('b', 'cc'),
      encoding,
      bytes: bytes.length + (encoding.startsWith('utf16') ? 2 : 1),
    });
  });
});

test('an empty file is an empty text', async () => {
  const file = join(temporaryFolder({ 'a.ts': '' }), 'a.ts');
  expect(await read(file)).toEqual({ text: '', encoding: 'utf8', bytes: 0 });
});

test('the size limit is exact, and the message has the figures', async () => {
  const folder = temporaryFolder({
    'most.ts': Buffer.alloc(MAX_SOURCE_BYTES, ' '),
    'more.ts': Buffer.alloc(10 * 1024 * 1024, ' '),
  });
  expect((await readText(join(folder, 'most.ts'))).text.length).toBe(MAX_SOURCE_BYTES);
  expect(await read(join(folder, 'more.ts'))).toEqual({
    problem:
      'is too large: 10.0 MB; files up to 5 MB are analysed. Add it to "ignores" in slowpath.yaml to silence this.',
  });
});

test('a NUL byte in a string literal far down does not make a file binary', async () => {
  const text = `${'// comment\n'.repeat(1000)}const a = '\0';\n`;
  const file = join(temporaryFolder({ 'a.ts': text }), 'a.ts');
  expect((await readText(file)).text).toBe(text);
});

test('what is no source text has a reason', async () => {
  const folder = temporaryFolder({ 'binary.ts': Buffer.from([0x7f, 0x45, 0, 1]), 'd.ts/x': '' });
  symlinkSync('circle.ts', join(folder, 'circle.ts'));
  expect(spawnSync('mkfifo', [join(folder, 'pipe.ts')]).status).toBe(0);
  const problems: Record<string, unknown> = {};
  for (const name of ['binary.ts', 'd.ts', 'gone.ts', 'circle.ts', 'pipe.ts']) {
    problems[name] = await read(join(folder, name));
  }
  expect(problems).toEqual({
    'binary.ts': {
      problem: 'is a binary file: there are NUL bytes among its first 8000.',
    },
    'd.ts': { problem: 'is a folder; a file was expected.' },
    'gone.ts': { problem: 'does not exist.' },
    'circle.ts': { problem: 'cannot be read: its symbolic links form a loop.' },
    'pipe.ts': { problem: 'is not a regular file.' },
  });
});

describe('writing', () => {
  test('keeps the mode and leaves no other file behind', async () => {
    const folder = temporaryFolder({ 'run.mjs': 'a' });
    const file = join(folder, 'run.mjs');
    chmodSync(file, 0o755);
    expect(await writeSource(file, await readText(file), 'b')).toBeNull();
    expect(statSync(file).mode & 0o777).toBe(0o755);
    expect(readdirSync(folder)).toEqual(['run.mjs']);
  });

  test('goes to the target of a symbolic link, which stays a link', async () => {
    const folder = temporaryFolder({ 'target.ts': 'a' });
    const link = join(folder, 'link.ts');
    symlinkSync('target.ts', link);
    expect(await writeSource(link, await readText(link), 'b')).toBeNull();
    expect(lstatSync(link).isSymbolicLink()).toBe(true);
    expect(readFileSync(join(folder, 'target.ts'), 'utf8')).toBe('b');
  });

  test('refuses a read-only file, even for the superuser', async () => {
    const file = join(temporaryFolder({ 'a.ts': 'a' }), 'a.ts');
    chmodSync(file, 0o444);
    const source = await readText(file);
    expect(await writeSource(file, source, 'b')).toBe('was not fixed: it is read-only.');
    expect(readFileSync(file, 'utf8')).toBe('a');
  });

  test('refuses a file that changed since it was read', async () => {
    const file = join(temporaryFolder({ 'a.ts': 'a' }), 'a.ts');
    const source = await readText(file);
    for (const change of ['c', '\uFEFFa', '']) {
      writeFileSync(file, change);
      expect(await writeSource(file, source, 'b')).toBe(
        'was not fixed: it changed while it was analysed. Run the command again.',
      );
      expect(readFileSync(file, 'utf8')).toBe(change);
    }
  });

  test('refuses a file that vanished, and does not make it again', async () => {
    const folder = temporaryFolder({ 'a.ts': 'a' });
    const source = await readText(join(folder, 'a.ts'));
    const gone = join(folder, 'gone.ts');
    expect(await writeSource(gone, source, 'b')).toBe('was not fixed: it does not exist.');
    expect(readdirSync(folder)).toEqual(['a.ts']);
  });

  test.each([
    ['not UTF-8', Buffer.from([0x61, 0xff, 0x62])],
    ['a cut-off UTF-16 unit', Buffer.from([0xff, 0xfe, 0x61, 0x00, 0x62])],
  ])('refuses to lose bytes that are %s', async (_, bytes) => {
    const file = join(temporaryFolder({ 'a.ts': bytes }), 'a.ts');
    expect(await writeSource(file, await readText(file), 'b')).toBe(
      'was not fixed: it holds bytes that are no text in its encoding, and writing it would lose them.',
    );
    expect(readFileSync(file)).toEqual(bytes);
  });
});

test('the nearest configuration upward is found, .yaml before .yml', async () => {
  const folder = temporaryFolder({ 'slowpath.yml': '', 'a/b/x.ts': '', 'a/slowpath.yaml/x': '' });
  expect(await findConfig(join(folder, 'a/b'))).toBe(join(folder, 'slowpath.yml'));
  addFiles(folder, { 'slowpath.yaml': '' });
  expect(await findConfig(folder)).toBe(join(folder, 'slowpath.yaml'));
  addFiles(folder, { 'a/b/slowpath.yml': '' });
  expect(await findConfig(join(folder, 'a/b'))).toBe(join(folder, 'a/b/slowpath.yml'));
});
