import { execFile, spawnSync } from 'node:child_process';
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { pathToFileURL } from 'node:url';
import { promisify } from 'node:util';
import { afterEach, beforeEach, expect, it } from 'vitest';

const MODULE = pathToFileURL(path.resolve(import.meta.dirname, '../../scripts/lock.mjs')).href;

let folder: string;

beforeEach(() => {
  folder = fs.mkdtempSync(path.join(os.tmpdir(), 'slowpath-lock-'));
});

afterEach(() => fs.rmSync(folder, { recursive: true }));

/** Runs a process that enters the lock, writes down when it does and when it leaves. */
async function enter(): Promise<void> {
  const script = `
    import fs from 'node:fs';
    import { setImmediate } from 'node:timers/promises';
    import { withLock } from ${JSON.stringify(MODULE)};
    const note = (text) => fs.appendFileSync(${JSON.stringify(path.join(folder, 'log'))}, text);
    await withLock(${JSON.stringify(path.join(folder, 'lock'))}, async () => {
      note('in ');
      for (let turn = 0; turn < 1000; turn++) await setImmediate();
      note('out ');
    });`;
  await promisify(execFile)(process.execPath, ['--input-type=module', '--eval', script]);
}

it('lets one process in at a time', async () => {
  await Promise.all([enter(), enter(), enter()]);
  expect(fs.readFileSync(path.join(folder, 'log'), 'utf8')).toBe('in out '.repeat(3));
  expect(fs.readdirSync(folder)).toEqual(['log']);
});

it('takes over the lock of a process that died', async () => {
  const dead = spawnSync(process.execPath, ['--eval', '']).pid;
  fs.mkdirSync(path.join(folder, 'lock'));
  fs.writeFileSync(path.join(folder, 'lock/pid'), String(dead));
  await enter();
  expect(fs.readdirSync(folder)).toEqual(['log']);
});
