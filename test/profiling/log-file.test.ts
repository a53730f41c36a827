import { pbkdf2 } from 'node:crypto';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { LogFile } from '../../profiling/src/log-file';
import { temporaryFolder, useBuiltPackage } from './child';

useBuiltPackage();

const ONE_MEGABYTE = `${'x'.repeat(1023)}\n`.repeat(1024);

/** Occupies every thread of the pool, so that a write handed over now starts later. */
function occupyThreadPool(): Promise<unknown> {
  const job = () => new Promise((done) => pbkdf2('a', 'b', 40_000, 64, 'sha512', done));
  return Promise.all(Array.from({ length: 4 }, job));
}

function unexpected(error: Error): never {
  throw error;
}

const bodyOf = (folder: string, run: string) => {
  const text = readFileSync(join(folder, `${run}.ndjson`), 'utf8');
  expect(text).toMatch(/^\{"v":1,"header":true,.*\}\n/);
  return text.slice(text.indexOf('\n') + 1);
};

it('writes a batch once that is written again while its first write waits', async () => {
  const folder = temporaryFolder();
  const file = new LogFile(folder, 'run', unexpected);
  const occupied = occupyThreadPool();
  const first = file.append('first\n');
  expect(file.pending).toBe(true);
  expect(file.appendSync()).toBe(true);
  expect(file.pending).toBe(false);
  expect(file.appendSync('second\n')).toBe(true);
  expect(await first).toBe(true);
  expect(await file.append('third\n')).toBe(true);
  await occupied;
  file.close();
  expect(bodyOf(folder, 'run')).toBe('first\nsecond\nthird\n');
});

it('never writes to a file that got the descriptor of a closed one', async () => {
  const folder = temporaryFolder();
  const old = new LogFile(folder, 'old', unexpected);
  const occupied = occupyThreadPool();
  const write = old.append(ONE_MEGABYTE);
  old.appendSync();
  old.close();
  const next = new LogFile(folder, 'new', unexpected);
  next.appendSync('short\n');
  await occupied;
  await write;
  next.close();
  expect(bodyOf(folder, 'old')).toBe(ONE_MEGABYTE);
  expect(bodyOf(folder, 'new')).toBe('short\n');
});

it('creates nothing before the first batch, and nothing for none', async () => {
  const folder = temporaryFolder();
  const file = new LogFile(join(folder, 'deep'), 'run', unexpected);
  expect(await file.append()).toBe(true);
  expect(file.appendSync()).toBe(true);
  file.close();
  expect(readdirSync(folder)).toEqual([]);
});
