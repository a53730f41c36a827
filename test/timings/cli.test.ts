import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { runTimings } from '../../server/src/cli/timings';

let cwd: string;

beforeAll(async () => {
  cwd = await mkdtemp(join(tmpdir(), 'slowpath-cli-'));
  const records = Array.from({ length: 100 }, (_, i) =>
    JSON.stringify({ v: 1, op: 'load_config', t: 1000 + i, ms: i + 1, thr: 90, run: 'r1' }),
  );
  await writeFile(join(cwd, 'run.ndjson'), `${records.join('\n')}\n{"v":1,"op":"x","ms":-1}\n`);
  await writeFile(
    join(cwd, 'python.log'),
    'WARNING:root:Slow operation: db: query took 120.0ms (threshold: 100.0ms)\nINFO:root:up\n',
  );
  await writeFile(join(cwd, 'hostile.log'), '\u001b[2J\u202e\u0007: 3.0ms\n');
  await writeFile(join(cwd, 'empty.log'), '');
});

afterAll(() => rm(cwd, { recursive: true }));

async function run(files: string[], format: 'table' | 'json') {
  const out: string[] = [];
  const err: string[] = [];
  const code = await runTimings(
    files,
    { format, cwd },
    { write: (text) => out.push(text) },
    { write: (text) => err.push(text) },
  );
  return { code, out: out.join(''), err: err.join('') };
}

describe('slowpath timings', () => {
  it('prints the JSON document of the contract', async () => {
    const { code, out, err } = await run(['run.ndjson', 'python.log'], 'json');
    expect([code, err]).toEqual([0, '']);
    const document = JSON.parse(out);
    expect(document).toMatchObject({ version: 1, rejectedLines: 1, unrelatedLines: 1 });
    expect(document.operations).toHaveLength(2);
    expect(document.operations[0]).toMatchObject({
      op: 'load_config',
      count: 100,
      errors: 0,
      slow: 10,
      totalMs: 5050,
      minMs: 1,
      meanMs: 50.5,
      maxMs: 100,
      p50: 50,
      p95: 95,
      p99: 99,
      censored: false,
    });
    expect(document.operations[1]).toMatchObject({
      op: 'db: query',
      censored: true,
      p50: null,
      p95: null,
      p99: null,
    });
    expect(document.runs.map((one: { run: string }) => one.run)).toEqual(['r1', 'python.log']);
  });

  it('prints a table with notes', async () => {
    const { code, out } = await run(['run.ndjson', 'python.log'], 'table');
    expect(code).toBe(0);
    const lines = out.split('\n');
    expect(lines[1]!.split(/ {2,}/)).toEqual([
      'load_config',
      '100',
      '0',
      '10.0%',
      '5050.0 ms',
      '50.0 ms',
      '95.0 ms',
      '99.0 ms',
      '100.0 ms',
    ]);
    expect(lines[2]!.split(/ {2,}/)).toEqual([
      'db: query *',
      '1',
      '0',
      '–',
      '120.0 ms',
      '–',
      '–',
      '–',
      '120.0 ms',
    ]);
    expect(out).toContain('Rejected lines: 1 (1 negative duration).');
    expect(out).toContain('Lines about other things: 1.');
  });

  it('shows readable files beside unreadable ones, and exits 2', async () => {
    const { code, out, err } = await run(['missing.ndjson', '.', 'run.ndjson'], 'json');
    expect(code).toBe(2);
    expect(JSON.parse(out).operations).toHaveLength(1);
    expect(err.split('\n').slice(0, 2)).toEqual([
      'slowpath timings: missing.ndjson does not exist.',
      'slowpath timings: . is a folder; a file was expected.',
    ]);
  });

  it('sends no control characters of a log to the terminal', async () => {
    const { out } = await run(['hostile.log'], 'table');
    expect(out).toContain('\\u{202e}\\u{7}');
    expect(out).not.toMatch(/[\u0000-\u0009\u000b-\u001f\u202e]/);
  });

  it('says so when there is nothing to show', async () => {
    expect(await run(['empty.log'], 'table')).toEqual({
      code: 0,
      out: 'No timing records found.\n',
      err: '',
    });
    expect((await run([], 'table')).code).toBe(2);
  });
});
