import { describe, expect, it } from 'vitest';
import { built, numbersOf, runProgram, upTo, useBuiltPackage } from './child';

useBuiltPackage();

const RECORD = (count: number) =>
  `for (let i = 0; i < ${count}; i += 1) timedOperation('step', () => i, { attrs: { i } });`;

describe.each(['esm', 'cjs'] as const)('nothing recorded is lost (%s)', (format) => {
  it('at a normal end', async () => {
    const { code, stderr, records, logs } = await runProgram(RECORD(2500), { format });
    expect({ code, stderr, files: logs.length }).toEqual({ code: 0, stderr: '', files: 1 });
    expect(numbersOf(records)).toEqual(upTo(2500));
  });

  it('at process.exit, with its code kept', async () => {
    const { code, records } = await runProgram(`${RECORD(2500)} process.exit(7);`, { format });
    expect(code).toBe(7);
    expect(numbersOf(records)).toEqual(upTo(2500));
  });

  it('at an uncaught error, reported as always', async () => {
    const { code, stderr, records } = await runProgram(
      `${RECORD(1500)} timedOperation('last', () => { throw new Error('out of luck'); });`,
      { format },
    );
    expect(code).toBe(1);
    expect(stderr).toContain('Error: out of luck');
    expect(numbersOf(records.slice(0, -1))).toEqual(upTo(1500));
    expect(records.at(-1)).toMatchObject({ op: 'last', ok: false });
  });

  it('at an unhandled rejection of a timed promise', async () => {
    const { code, stderr, records } = await runProgram(
      `${RECORD(10)} timedOperation('last', async () => { throw new Error('nobody waits'); });`,
      { format },
    );
    expect(code).toBe(1);
    expect(stderr).toContain('Error: nobody waits');
    expect(records.at(-1)).toMatchObject({ op: 'last', ok: false });
  });
});

describe('nothing is lost or written twice', () => {
  it('over 100,000 records with turns of the event loop between', async () => {
    const { records, lines } = await runProgram(`
      for (let i = 0; i < 100_000; i += 1) {
        timedOperation('step', () => i, { attrs: { i } });
        if (i % 500 === 0) await new Promise(setImmediate);
      }`);
    expect(lines[0]?.header).toBe(true);
    expect(numbersOf(records)).toEqual(upTo(100_000));
  });

  it('over 100,000 records in one synchronous loop', async () => {
    const { records } = await runProgram(RECORD(100_000));
    expect(numbersOf(records)).toEqual(upTo(100_000));
  });

  // A write is handed to the thread pool some microtasks after the flush, so the exits fall
  // before it, while it runs and after it.
  it.each([0, 1, 2, 3, 4, 8])(
    'at an exit %i microtasks after a flush began',
    async (microtasks) => {
      const { records, logs } = await runProgram(`
      ${RECORD(20_000)}
      void flushTimings();
      for (let i = 0; i < ${microtasks}; i += 1) await null;
      timedOperation('step', () => 0, { attrs: { i: 20_000 } });
      process.exit();`);
      expect(logs).toHaveLength(1);
      expect(numbersOf(records)).toEqual(upTo(20_001));
    },
  );

  it.each([1, 2, 4, 9])('at an exit %i event loop turns into writing', async (turns) => {
    const { records } = await runProgram(`
      ${RECORD(20_000)}
      void flushTimings();
      for (let i = 0; i < ${turns}; i += 1) await new Promise(setImmediate);
      process.exit();`);
    expect(numbersOf(records)).toEqual(upTo(20_000));
  });

  it('when operations are timed in exit listeners', async () => {
    const { records } = await runProgram(`
      process.on('exit', () => timedOperation('step', () => 0, { attrs: { i: 0 } }));
      timedOperation('step', () => 0, { attrs: { i: 1 } });
      process.on('exit', () => timedOperation('step', () => 0, { attrs: { i: 2 } }));`);
    expect(numbersOf(records)).toEqual(upTo(3));
  });

  it('from worker threads, each with a file of its own', async () => {
    const { records, logs } = await runProgram(
      `
      const { Worker, isMainThread, threadId } = require('node:worker_threads');
      if (isMainThread) { new Worker(__filename); new Worker(__filename); }
      configureProfiling({ run: 'threads' });
      timedOperation('step', () => 0, { attrs: { i: threadId } });`,
      { format: 'cjs' },
    );
    expect(logs).toEqual(['threads-2.ndjson', 'threads-3.ndjson', 'threads.ndjson']);
    expect(numbersOf(records)).toEqual(upTo(3));
  });

  it('in a process that loads both module formats: one log', async () => {
    const { records, logs } = await runProgram(
      `
      import { createRequire } from 'node:module';
      const other = createRequire(import.meta.url)(process.env.OTHER);
      timedOperation('step', () => 0, { attrs: { i: 0 } });
      other.timedOperation('step', () => 0, { attrs: { i: 1 } });`,
      {
        env: { OTHER: built('index.cjs') },
      },
    );
    expect(logs).toHaveLength(1);
    expect(numbersOf(records)).toEqual([0, 1]);
  });
});

it('does not keep the process alive, and beforeExit comes once', async () => {
  const { stdout, records } = await runProgram(`
    configureProfiling({ flushIntervalMs: 86_400_000 });
    process.on('beforeExit', () => console.log('beforeExit'));
    timedOperation('step', () => 1);`);
  expect(stdout).toBe('beforeExit\n');
  expect(records).toHaveLength(1);
});

it('writes on its own while the process goes on', async () => {
  const { stdout } = await runProgram(`
    import { readdirSync, statSync } from 'node:fs';
    configureProfiling({ run: 'live', flushIntervalMs: 20 });
    timedOperation('step', () => 1);
    const written = () => readdirSync('.').includes('.slowpath') &&
      readdirSync('.slowpath/timings').some((f) => statSync('.slowpath/timings/' + f).size > 0);
    while (!written()) await new Promise((r) => setTimeout(r, 5));
    console.log('seen before the end');`);
  expect(stdout).toBe('seen before the end\n');
});

describe.skipIf(process.platform === 'win32')('signals', () => {
  const wait = 'setInterval(() => {}, 1000);';

  it.each(['SIGTERM', 'SIGINT'])('%s ends the process as without the helper', async (signal) => {
    const outcome = await runProgram(
      `timedOperation('step', () => 1); ${wait} process.kill(process.pid, '${signal}');`,
    );
    expect(outcome).toMatchObject({ code: null, signal });
  });

  it('lose nothing when the program ends itself', async () => {
    const { code, records } = await runProgram(`
      process.once('SIGTERM', () => process.exit(143));
      ${RECORD(1500)} ${wait}
      process.kill(process.pid, 'SIGTERM');`);
    expect(code).toBe(143);
    expect(numbersOf(records)).toEqual(upTo(1500));
  });
});
