import { execFileSync } from 'node:child_process';
import { describe, expect, it } from 'vitest';
import { built, runProgram, useBuiltPackage } from './child';

useBuiltPackage();

/** Runs a program that prints one JSON value, and gives that with the records. */
async function answer(body: string, format: 'esm' | 'cjs' = 'esm') {
  const outcome = await runProgram(body, { format });
  expect(outcome.stderr).toBe('');
  return { ...outcome, value: JSON.parse(outcome.stdout) };
}

describe.each(['esm', 'cjs'] as const)('timedOperation (%s)', (format) => {
  it('hands on what the function returns: a value stays a value, a promise a promise', async () => {
    const { value, records } = await answer(
      `const object = {};
       const promise = timedOperation('async', async () => object);
       const lazy = { then: (done) => done('thenable') };
       console.log(JSON.stringify([
         timedOperation('sync', () => object) === object,
         timedOperation('nothing', () => {}) === undefined,
         timedOperation('null', () => null) === null,
         promise instanceof Promise,
         (await promise) === object,
         await timedOperation('thenable', () => lazy),
       ]));`,
      format,
    );
    expect(value).toEqual([true, true, true, true, true, 'thenable']);
    expect(records.map(({ op, ok }) => [op, ok])).toEqual([
      ['sync', true],
      ['nothing', true],
      ['null', true],
      ['async', true],
      ['thenable', true],
    ]);
  });

  it('passes on the very error, thrown or rejected, and records the failure', async () => {
    const { value, records } = await answer(
      `const error = new TypeError('as it was');
       const stack = error.stack;
       let thrown, rejected, odd;
       try { timedOperation('sync', () => { throw error; }); } catch (e) { thrown = e; }
       try { await timedOperation('async', async () => { throw error; }); } catch (e) { rejected = e; }
       try { timedOperation('odd', () => { throw undefined; }); } catch (e) { odd = e === undefined; }
       console.log(JSON.stringify([thrown === error, rejected === error, odd, error.stack === stack]));`,
      format,
    );
    expect(value).toEqual([true, true, true, true]);
    expect(records.map(({ op, ok }) => [op, ok])).toEqual([
      ['sync', false],
      ['async', false],
      ['odd', false],
    ]);
  });

  it('measures concurrent async operations each on its own', async () => {
    const { value, records } = await answer(
      `const wait = (i) => new Promise((done) => setTimeout(() => done(i), 5 * (10 - i)));
       const all = Array.from({ length: 10 }, (_, i) =>
         timedOperation('parallel', () => wait(i), { attrs: { i } }));
       console.log(JSON.stringify(await Promise.all(all)));`,
      format,
    );
    expect(value).toEqual([0, 1, 2, 3, 4, 5, 6, 7, 8, 9]);
    for (const { ms, attrs } of records) {
      // Timers may fire up to 1 ms early.
      expect(ms).toBeGreaterThanOrEqual(5 * (10 - Number(attrs?.i)) - 1);
    }
    expect(records.map((record) => Number(record.attrs?.i)).sort()).toEqual(value);
  });
});

describe('timeOperation', () => {
  it('ends once, by end, fail or disposal, and knows its duration', async () => {
    const { value, records } = await answer(`
      const symbol = Symbol.dispose ?? Symbol.for('Symbol.dispose');
      const ended = timeOperation('ended', { thresholdMs: 5 });
      const running = ended.durationMs;
      while (ended.durationMs < running + 2);
      ended.end();
      const final = ended.durationMs;
      ended.end(); ended.fail(); ended[symbol]();
      const disposed = timeOperation('disposed'); disposed.cached = true; disposed[symbol]();
      const failed = timeOperation('failed'); failed.cached = false; failed.fail();
      timeOperation('never ended');
      console.log(JSON.stringify({ running, final, again: ended.durationMs }));`);
    expect(value.final).toBeGreaterThanOrEqual(value.running + 2);
    expect(value.again).toBe(value.final);
    expect(records.map(({ op, ok, cache, thr }) => ({ op, ok, cache, thr }))).toEqual([
      { op: 'ended', ok: undefined, cache: undefined, thr: 5 },
      { op: 'disposed', ok: undefined, cache: 'hit', thr: 100 },
      { op: 'failed', ok: false, cache: 'miss', thr: 100 },
    ]);
    expect(records[0]?.ms).toBeCloseTo(value.final, 5);
  });

  it('works where Symbol.dispose is missing', async () => {
    // As on Node 18 before 18.18: the same built code, where the global lacks the symbol.
    const { stdout, records } = await runProgram(
      `const { readFileSync } = require('node:fs');
       const older = { for: (key) => Symbol.for(key) };
       const loaded = { exports: {} };
       new Function('require', 'module', 'exports', 'Symbol', readFileSync(process.env.BUILT, 'utf8'))(
         require, loaded, loaded.exports, older);
       const timer = loaded.exports.timeOperation('x');
       timer[Symbol.for('Symbol.dispose')]();
       loaded.exports.timeOperation('y').end();
       console.log('undefined' in timer);`,
      { format: 'cjs', env: { BUILT: built('index.cjs') } },
    );
    expect(stdout).toBe('false\n');
    expect(records.map((record) => record.op)).toEqual(['x', 'y']);
  });
});

describe('profileFunction', () => {
  it('keeps this, arguments, result, name and length', async () => {
    const { value, records } = await answer(`
      class Store {
        factor = 3;
        scale(a, b) { return this.factor * (a + b); }
        async load(id) { if (id < 0) throw new RangeError('negative'); return id * this.factor; }
      }
      Store.prototype.scale = profileFunction(Store.prototype.scale);
      Store.prototype.load = profileFunction(Store.prototype.load, { name: 'Store.load' });
      const store = new Store();
      const caught = await store.load(-1).catch((error) => error.name);
      console.log(JSON.stringify([store.scale(1, 2), await store.load(5), caught,
        store.scale.name, store.scale.length, store.load.length]));`);
    expect(value).toEqual([9, 15, 'RangeError', 'scale', 2, 1]);
    expect(records.map(({ op, ok }) => [op, ok])).toEqual([
      ['Store.load', false],
      ['scale', true],
      ['Store.load', true],
    ]);
  });
});

describe('the log', () => {
  it('begins with the run and has records of exactly the documented keys', async () => {
    const before = Date.now();
    const { lines, logs } = await runProgram(`
      timedOperation('first', (timer) => { timer.cached = true; }, {
        thresholdMs: 2.5,
        attrs: { text: 'a "b"', yes: true, n: 1.5, nan: NaN, nested: {}, none: undefined, big: 1n },
      });
      timedOperation('first', () => {});`);
    const [header, first, second] = lines;
    const run = logs[0]?.replace('.ndjson', '');
    expect(run).toMatch(/^\d{8}T\d{9}Z-\d+$/);
    expect(header).toMatchObject({ v: 1, header: true, run, runtime: `node ${process.version}` });
    expect(Object.keys(first ?? {}).join()).toBe('v,op,t,ms,thr,ok,run,pid,cold,cache,src,attrs');
    expect(first).toMatchObject({
      ...{ v: 1, op: 'first', thr: 2.5, ok: true, run, pid: header?.pid, cold: true },
      ...{ cache: 'hit', src: 'program.mjs:3', attrs: { text: 'a "b"', yes: true, n: 1.5 } },
    });
    expect(Object.keys(first?.attrs ?? {})).toEqual(['text', 'yes', 'n']);
    expect(Object.keys(second ?? {}).join()).toBe('v,op,t,ms,thr,ok,run,pid,src');
    expect(first?.t).toBeGreaterThan(before - 100);
    expect(second?.t).toBeLessThan(Date.now() + 100);
    // The record's time is the operation's start.
    expect(second?.t).toBeGreaterThanOrEqual((first?.t ?? 0) + (first?.ms ?? 0) - 0.002);
  });

  it('names the commit that is checked out, also in a linked worktree', async () => {
    const git = (folder: string, ...words: string[]) =>
      execFileSync('git', ['-c', 'user.name=a', '-c', 'user.email=a@b', ...words], {
        cwd: folder,
        encoding: 'utf8',
        stdio: ['ignore', 'pipe', 'ignore'],
      }).trim();
    const heads: string[] = [];
    const loose = (folder: string) => {
      git(folder, 'init', '-q');
      git(folder, 'commit', '-q', '--allow-empty', '-m', 'x');
      heads.push(git(folder, 'rev-parse', 'HEAD'));
    };
    const packed = (folder: string) => {
      loose(folder);
      git(folder, 'pack-refs', '--all');
    };
    const program = `timedOperation('a', () => 1);`;
    const outcomes = [
      await runProgram(program, { prepare: loose }),
      await runProgram(program, { prepare: packed }),
      await runProgram(
        `import { mkdirSync } from 'node:fs'; process.chdir('tree'); mkdirSync('sub');
         process.chdir('sub'); ${program}`,
        {
          prepare: (folder) => {
            loose(folder);
            git(folder, 'worktree', 'add', '-q', 'tree');
          },
        },
      ),
    ];
    expect(outcomes.map(({ lines }) => lines[0]?.commit)).toEqual(heads);
  });

  it('keeps one line a record, whatever the name', async () => {
    const names = [
      'say "hi"',
      'back\\slash',
      'two\nlines\r\n',
      'separators \u2028 \u2029',
      'control \u0000\u0007\u001b[31m\u007f\u0085',
      'half a pair \ud800',
      '<script>alert(1)</script>',
      'naïve 操作 🚀',
      '__proto__',
      'constructor',
      ' ',
    ];
    const { folder, logs, records } = await runProgram(
      `for (const name of ${JSON.stringify(names)}) {
         timedOperation(name, () => 1, { attrs: { [name + '!']: name } });
       }`,
    );
    expect(records.map((record) => record.op)).toEqual(names);
    for (const { op, attrs } of records) expect(attrs?.[`${op}!`]).toBe(op);
    const { createInterface } = await import('node:readline');
    const { createReadStream } = await import('node:fs');
    const input = createReadStream(`${folder}/.slowpath/timings/${logs[0]}`);
    let count = 0;
    for await (const line of createInterface({ input })) {
      JSON.parse(line);
      count += 1;
    }
    expect(count).toBe(names.length + 1);
  });
});

it('gives an operation without a name one, so that its records are read', async () => {
  const { records } = await runProgram("timedOperation('', () => 1);");
  expect(records.map((record) => record.op)).toEqual(['(unnamed)']);
});

describe('statistics', () => {
  it('PerformanceTracker counts exactly and gives nearest-rank percentiles within 0.4 %', async () => {
    const { value } = await answer(`
      const tracker = new PerformanceTracker();
      const values = Array.from({ length: 1000 }, (_, i) => ((i * 7919) % 1000) + 1);
      for (const ms of values) tracker.record('op', ms, { slow: ms > 900, failed: ms === 5, cached: ms % 2 === 0 });
      tracker.record('other', 0);
      tracker.record('one', 12.5);
      let refused = [];
      for (const bad of [-1, NaN, Infinity]) {
        try { tracker.record('op', bad); } catch (error) { refused.push(error.name); }
      }
      const stats = tracker.stats('op');
      const order = tracker.summary().map((s) => s.operation);
      const single = tracker.stats('one');
      tracker.reset();
      console.log(JSON.stringify({ stats, order, single, refused, after: tracker.summary().length }));`);
    const { p50, p95, p99, ...exact } = value.stats;
    expect(exact).toEqual({
      ...{ operation: 'op', count: 1000, errors: 1, slow: 100, cacheHits: 500, cacheMisses: 500 },
      ...{ total: 500_500, min: 1, avg: 500.5, max: 1000 },
    });
    for (const [found, rank] of [
      [p50, 500],
      [p95, 950],
      [p99, 990],
    ]) {
      expect(Math.abs(found / rank - 1)).toBeLessThan(0.004);
    }
    expect(value.order).toEqual(['op', 'one', 'other']);
    expect(value.single).toMatchObject({ min: 12.5, p50: 12.5, p95: 12.5, p99: 12.5, max: 12.5 });
    expect(value.refused).toEqual(['RangeError', 'RangeError', 'RangeError']);
    expect(value.after).toBe(0);
  });

  it('logPerformanceSummary counts every record once, written or not', async () => {
    const { stdout } = await runProgram(`
      for (let i = 0; i < 1500; i += 1) timedOperation('a\\nb', () => i);
      logPerformanceSummary((line) => console.log(line.split(' min=')[0]));
      await flushTimings();
      const t = timeOperation('a\\nb', { thresholdMs: 0 }); t.cached = true; t.fail();
      logPerformanceSummary((line) => console.log(line.split(' min=')[0]));`);
    expect(stdout).toBe(
      'a b: count=1500 slow=0 errors=0\na b: count=1501 slow=1 errors=1 cacheHits=1/1\n',
    );
  });
});
