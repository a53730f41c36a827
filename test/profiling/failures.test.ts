import { spawnSync } from 'node:child_process';
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { numbersOf, readLogs, runProgram, temporaryFolder, upTo, useBuiltPackage } from './child';

useBuiltPackage();

const occupied = (folder: string) => writeFileSync(join(folder, '.slowpath'), 'a file');
/** Linux's tool that lifts the limit of a running process. */
const hasPrlimit = spawnSync('prlimit', ['--version']).status === 0;
const warnings = (stderr: string) => stderr.match(/Slowpath cannot write/g)?.length ?? 0;

describe('a folder that cannot be written', () => {
  const PROGRAM = `
    for (let round = 0; round < 3; round += 1) {
      for (let i = 0; i < 3000; i += 1) timedOperation('step', () => i);
      await flushTimings();
    }
    console.log('done', timedOperation('answer', () => 42));`;

  it.each(['esm', 'cjs'] as const)(
    'is told once, and the application goes on (%s)',
    async (format) => {
      const outcome = await runProgram(PROGRAM, {
        format,
        prepare: occupied,
      });
      expect(outcome.code).toBe(0);
      expect(outcome.stdout).toBe('done 42\n');
      expect(warnings(outcome.stderr)).toBe(1);
      expect(outcome.stderr).toContain(join(outcome.folder, '.slowpath/timings'));
      expect(outcome.stderr).toContain('SLOWPATH_TIMINGS_DIR');
    },
  );

  it('is told also when the process ends with process.exit at once', async () => {
    const { code, stderr } = await runProgram(`timedOperation('a', () => 1); process.exit(4);`, {
      prepare: occupied,
    });
    expect({ code, warnings: warnings(stderr) }).toEqual({ code: 4, warnings: 1 });
  });

  it('is told to onWarning instead where that is set', async () => {
    const { stdout, stderr } = await runProgram(
      `configureProfiling({ onWarning: (message) => console.log('told:', message) });
       timedOperation('a', () => 1);`,
      { prepare: occupied },
    );
    expect(stdout).toMatch(/^told: Slowpath cannot write its timing log in .*\n$/);
    expect(stderr).toBe('');
  });

  it('still leaves a summary', async () => {
    const { stdout } = await runProgram(
      `timedOperation('a', () => 1); await flushTimings(); timedOperation('a', () => 1);
       logPerformanceSummary();`,
      { prepare: occupied },
    );
    expect(stdout).toMatch(/^a: count=2 slow=0 errors=0 min=/);
  });
});

// A limit on the size of files fails writes as a full disk does, part of a batch written.
describe.skipIf(process.platform === 'win32')('a file that cannot grow', () => {
  it('keeps what fitted, warns once, and the application goes on', async () => {
    const { code, stdout, stderr, folder } = await runProgram(
      `configureProfiling({ run: 'full' });
       for (let i = 0; i < 5000; i += 1) timedOperation('step', () => i, { attrs: { i } });
       await flushTimings();
       await flushTimings();
       console.log('done');`,
      { before: 'ulimit -f 64 &&' },
    );
    expect({ code, stdout, warnings: warnings(stderr) }).toEqual({
      code: 0,
      stdout: 'done\n',
      warnings: 1,
    });
    const text = readFileSync(join(folder, '.slowpath/timings/full.ndjson'), 'utf8');
    const whole = text.slice(0, text.lastIndexOf('\n')).split('\n').slice(1);
    expect(whole.map((line) => JSON.parse(line).attrs.i)).toEqual(upTo(whole.length));
    expect(whole.length).toBeGreaterThan(100);
  });

  it.skipIf(!hasPrlimit)('is tried again, and loses nothing once there is room', async () => {
    const { stderr, records } = await runProgram(
      `import { execFileSync } from 'node:child_process';
       const record = (from) => {
         for (let i = from; i < from + 5000; i += 1) timedOperation('step', () => i, { attrs: { i } });
       };
       record(0);
       await flushTimings();
       record(5000);
       execFileSync('prlimit', ['--pid', String(process.pid), '--fsize=unlimited:unlimited']);
       await flushTimings();
       record(10_000);`,
      { before: 'ulimit -S -f 64 &&' },
    );
    expect(warnings(stderr)).toBe(1);
    expect(numbersOf(records)).toEqual(upTo(15_000));
  });
});

describe('memory', () => {
  it('is bounded, and what is given up is counted in the log', async () => {
    const { lines, records } = await runProgram(
      `for (let i = 0; i < 300_000; i += 1) timedOperation('step', () => i);`,
    );
    const dropped = lines.filter((line) => line.dropped !== undefined);
    expect(dropped).toHaveLength(1);
    expect(dropped[0]).toMatchObject({ v: 1, dropped: 300_000 - records.length });
    expect(records.length).toBe(263_168);
  });

  it('of operation names is bounded too', async () => {
    const { records } = await runProgram(
      `for (let i = 0; i < 12_000; i += 1) timedOperation('op ' + i, () => i);
       timedOperation('op 0', () => 1);
       timedOperation('op 11999', () => 1);
       logPerformanceSummary((line) => line.startsWith('(other') && console.log(line));`,
    );
    expect(records).toHaveLength(12_002);
    expect(records.filter((record) => record.cold)).toHaveLength(10_000);
  });
});

describe('a log is never overwritten', () => {
  it('when two processes are given the same run name', async () => {
    const directory = temporaryFolder();
    const program = `configureProfiling({ run: 'same', directory: ${JSON.stringify(directory)} });
      timedOperation('step', () => 1, { attrs: { i: Number(process.env.I) } });`;
    await runProgram(program, { env: { I: '0' } });
    await runProgram(program, { env: { I: '1' } });
    const { logs, records } = readLogs(directory);
    expect(logs).toEqual(['same-2.ndjson', 'same.ndjson']);
    expect(numbersOf(records)).toEqual([0, 1]);
  });
});

describe('switched off', () => {
  it.each([
    ['by the environment', '', { SLOWPATH_TIMINGS: 'off' }],
    ['by the program', 'configureProfiling({ enabled: false });', {}],
    [
      'by the environment against the program',
      'configureProfiling({ enabled: true });',
      { SLOWPATH_TIMINGS: 'off' },
    ],
  ])('%s: no file, same results', async (_, configure, env) => {
    const { stdout, folder } = await runProgram(
      `${configure}
       console.log(timedOperation('a', () => 1), await timedOperation('b', async () => 2));
       const timer = timeOperation('c'); timer.end(); console.log(timer.durationMs >= 0);
       try { timedOperation('d', () => { throw new Error('x'); }); } catch (e) { console.log(e.message); }
       logPerformanceSummary();`,
      { env },
    );
    expect(stdout).toBe('1 2\ntrue\nx\n');
    expect(existsSync(join(folder, '.slowpath'))).toBe(false);
  });
});

describe('options', () => {
  it('SLOWPATH_TIMINGS_DIR names the folder, whatever the program says', async () => {
    const directory = join(temporaryFolder(), 'deep/er');
    await runProgram(
      `configureProfiling({ directory: 'elsewhere' }); timedOperation('a', () => 1);`,
      {
        env: { SLOWPATH_TIMINGS_DIR: directory },
      },
    );
    expect(readLogs(directory).records).toHaveLength(1);
  });

  it('another run name begins a new file; the first is complete', async () => {
    const { folder } = await runProgram(`
      configureProfiling({ run: 'first' });
      for (let i = 0; i < 3000; i += 1) timedOperation('a', () => i, { attrs: { i } });
      void flushTimings();
      await null; await null;
      configureProfiling({ run: 'second' });
      timedOperation('b', () => 1);`);
    const { logs, lines } = readLogs(join(folder, '.slowpath/timings'));
    expect(logs).toEqual(['first.ndjson', 'second.ndjson']);
    const first = lines.filter((line) => line.run === 'first');
    expect(numbersOf(first.slice(1))).toEqual(upTo(3000));
    expect(lines.at(-1)).toMatchObject({ op: 'b', run: 'second' });
  });

  it.each([
    [`{ run: '../../etc/x' }`, 'Expected the option run as 1 to 200 letters'],
    [
      '{ thresholdMs: NaN }',
      'Expected the option thresholdMs as a number of ms that is not negative, found NaN.',
    ],
    [
      '{ flushIntervalMs: -1 }',
      'Expected the option flushIntervalMs as a number of ms that is not negative, found -1.',
    ],
  ])('%s is refused with a reason', async (options, message) => {
    const { code, stderr } = await runProgram(`configureProfiling(${options});`);
    expect(code).toBe(1);
    expect(stderr).toContain(`RangeError: ${message}`);
  });
});
