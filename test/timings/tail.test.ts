import { appendFile, mkdir, mkdtemp, rename, rm, truncate, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { FileTail } from '../../server/src/workspace/tail';

let folder: string;
let file: string;
let tail: FileTail;
/** Everything the tail told, as text; `|` stands for a rotation, a restart begins anew. */
let seen: string;
let restarts: number;
let exists: boolean;
let failures: string[];

function follow(): void {
  seen = '';
  restarts = 0;
  failures = [];
  tail = new FileTail(
    file,
    {
      bytes: (chunk) => {
        seen += Buffer.from(chunk).toString('latin1');
      },
      rotated: () => {
        seen += '|';
      },
      restarted: () => {
        seen = '';
        restarts++;
      },
      progress: (state) => {
        exists = state.exists;
      },
      failed: (error) => {
        failures.push(error.code ?? error.message);
      },
    },
    { pollMs: 50 },
  );
  tail.start();
}

const until = (expected: string): Promise<void> =>
  vi.waitFor(() => expect(seen).toBe(expected), { timeout: 10_000, interval: 10 });

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'slowpath-tail-'));
  file = join(folder, 'run.ndjson');
});

afterEach(async () => {
  await tail.stop();
  await rm(folder, { recursive: true, force: true });
});

describe('FileTail', () => {
  it('reads what is there, then what is appended', async () => {
    await writeFile(file, 'one\n');
    follow();
    await until('one\n');
    await appendFile(file, 'two\n');
    await until('one\ntwo\n');
    await appendFile(file, 'thr');
    await until('one\ntwo\nthr');
  });

  it('reads a file larger than its chunks whole and in order', async () => {
    const lines = Array.from({ length: 100_000 }, (_, i) => `line ${i}\n`).join('');
    await writeFile(file, lines);
    follow();
    await vi.waitFor(() => expect(seen.length).toBe(lines.length), { timeout: 10_000 });
    expect(seen).toBe(lines);
  });

  it('waits for a file, and a folder, that do not exist yet', async () => {
    file = join(folder, 'later', 'run.ndjson');
    follow();
    await vi.waitFor(() => expect(exists).toBe(false), { timeout: 10_000 });
    await mkdir(join(folder, 'later'));
    await writeFile(file, 'one\n');
    await until('one\n');
    expect(failures).toEqual([]);
  });

  it('loses nothing when the file is rotated while it is written', async () => {
    await writeFile(file, 'old 1\n');
    follow();
    await until('old 1\n');
    await rename(file, `${file}.1`);
    await appendFile(`${file}.1`, 'old 2\n');
    await writeFile(file, 'new 1\n');
    await until('old 1\nold 2\n|new 1\n');
    await appendFile(file, 'new 2\n');
    await until('old 1\nold 2\n|new 1\nnew 2\n');
  });

  it('goes on after the file was emptied in place', async () => {
    await writeFile(file, 'a line long enough to count\n');
    follow();
    await until('a line long enough to count\n');
    await truncate(file, 0);
    await until('a line long enough to count\n|');
    await appendFile(file, 'next\n');
    await until('a line long enough to count\n|next\n');
  });

  it('reads a file anew that was overwritten by a longer one', async () => {
    await writeFile(file, 'one\n');
    follow();
    await until('one\n');
    await writeFile(file, 'another, longer start\n');
    await until('one\n|another, longer start\n');
    await appendFile(file, 'two\n');
    await until('one\n|another, longer start\ntwo\n');
  });

  it('starts over when the same log was written anew', async () => {
    const head = '{"v":1,"header":true,"run":"2025-12-13T10:00:00Z-4711"}\n';
    await writeFile(file, `${head}one\ntwo\n`);
    follow();
    await until(`${head}one\ntwo\n`);
    await writeFile(`${file}.new`, `${head}one\nthree\n`);
    await rename(`${file}.new`, file);
    await until(`${head}one\nthree\n`);
    expect(restarts).toBe(1);
  });

  it('goes on when the files of one run start with the same header', async () => {
    const head = '{"v":1,"header":true,"run":"2025-12-13T10:00:00Z-4711"}\n';
    await writeFile(file, `${head}one\n`);
    follow();
    await until(`${head}one\n`);
    await rename(file, `${file}.1`);
    await writeFile(file, `${head}two\n`);
    await until(`${head}one\n|${head}two\n`);
    expect(restarts).toBe(0);
  });

  it('survives deletion and picks the file up when it comes back', async () => {
    await writeFile(file, 'one\n');
    follow();
    await until('one\n');
    await rm(file);
    await vi.waitFor(() => expect(exists).toBe(false), { timeout: 10_000 });
    await writeFile(file, 'two\n');
    await until('one\n|two\n');
    expect(exists).toBe(true);
  });

  it('survives deletion of the whole folder', async () => {
    file = join(folder, 'logs', 'run.ndjson');
    await mkdir(join(folder, 'logs'));
    await writeFile(file, 'one\n');
    follow();
    await until('one\n');
    await rm(join(folder, 'logs'), { recursive: true });
    await vi.waitFor(() => expect(exists).toBe(false), { timeout: 10_000 });
    await mkdir(join(folder, 'logs'));
    await writeFile(file, 'two\n');
    await until('one\n|two\n');
  });

  it('says why a file cannot be read, and keeps trying', async () => {
    await mkdir(file);
    follow();
    await vi.waitFor(() => expect(failures).toContain('EISDIR'), { timeout: 10_000 });
    await rm(file, { recursive: true });
    await writeFile(file, 'one\n');
    await vi.waitFor(() => expect(seen).toContain('one\n'), { timeout: 10_000 });
  });

  it('tells nothing after it was stopped', async () => {
    await writeFile(file, 'one\n');
    follow();
    await until('one\n');
    await tail.stop();
    await appendFile(file, 'two\n');
    tail.check();
    expect(seen).toBe('one\n');
  });
});
