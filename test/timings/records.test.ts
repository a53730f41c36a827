import { describe, expect, it } from 'vitest';
import { rejectCounts, runStats } from '../../server/src/timings/aggregate';
import { readLine, readLog, statsByName } from './readLog';

const line = (fields: object): string => `${JSON.stringify({ v: 1, ...fields })}\n`;

describe('records of the profiling helper', () => {
  it('counts errors, slow calls, cache answers and cold calls', () => {
    const store = readLog(
      line({ header: true, run: 'r1', node: '20.1', commit: 'abc', nested: { a: 1 } }) +
        line({
          op: 'a',
          t: 1000,
          ms: 30,
          thr: 20,
          ok: false,
          run: 'r1',
          cold: true,
          cache: 'miss',
        }) +
        line({
          op: 'a',
          t: 2000,
          ms: 10,
          thr: 20,
          ok: true,
          run: 'r1',
          cache: 'hit',
          src: 'a.ts:3',
        }) +
        line({ op: 'a', t: 3000, ms: 20, thr: 20, cache: true }),
    );
    expect(statsByName(store).a).toEqual({
      op: 'a',
      count: 3,
      errors: 1,
      slow: 1,
      withThreshold: 3,
      thresholdMs: 20,
      totalMs: 60,
      minMs: 10,
      meanMs: 20,
      maxMs: 30,
      p50: 20,
      p95: 30,
      p99: 30,
      censored: false,
      basis: 'samples',
      cacheHits: 2,
      cacheMisses: 1,
      cold: 1,
      coldMeanMs: 30,
      warm: 2,
      warmMeanMs: 15,
      src: 'a.ts:3',
    });
    expect(runStats(store)).toEqual([
      {
        run: 'r1',
        file: 'test.log',
        records: 3,
        firstT: 1000,
        lastT: 3000,
        info: { node: '20.1', commit: 'abc' },
      },
    ]);
  });

  it.each([
    ['{"v":1,"op":"a","t":1,"ms":-1}', 'duration-negative'],
    ['{"v":1,"op":"a","t":1,"ms":NaN}', 'duration-not-finite'],
    ['{"v":1,"op":"a","t":1,"ms":-Infinity}', 'duration-not-finite'],
    ['{"v":1,"op":"a","t":1,"ms":null}', 'duration-not-finite'],
    ['{"v":1,"op":"a","t":1,"ms":1e999}', 'duration-not-finite'],
    ['{"v":1,"op":"a","t":1,"ms":1e300}', 'duration-absurd'],
    ['{"v":1,"op":"a","t":1,"ms":"5"}', 'duration-missing'],
    ['{"v":1,"op":"a","t":1}', 'duration-missing'],
    ['{"v":1,"op":"","t":1,"ms":1}', 'no-operation'],
    ['{"v":1,"op":7,"t":1,"ms":1}', 'no-operation'],
    ['{"v":1,"t":1,"ms":1}', 'no-operation'],
    ['{"v":2,"op":"a","t":1,"ms":1}', 'unsupported-version'],
    ['{"v":1,"header":true}', 'not-a-record'],
    ['{"v":1,"op":"a","t":1,"ms":1', 'incomplete-line'],
    ['{"v":1,"op":"a","t":1,"ms":1\n', 'malformed-json'],
    ['{]\n', 'malformed-json'],
    ['\x00\x01\x02\x03\xff\xfe junk\n', 'not-text'],
  ])('rejects %j', (text, reason) => {
    expect(readLine(text)).toBe(`rejected: ${reason}`);
  });

  it('counts damage in a log of records, also before its first record', () => {
    const store = readLog(`op":"a","ms":1}\n${line({ op: 'a', t: 1, ms: 1 })}half a li\n{"x":1}\n`);
    expect(store.records).toBe(1);
    expect(rejectCounts(store)).toEqual([{ reason: 'not-a-record', count: 3 }]);
    expect(store.unrelatedLines).toBe(0);
  });

  it('counts records the helper gave up', () => {
    expect(readLog(line({ dropped: 12, t: 5, run: 'r' })).droppedRecords).toBe(12);
  });

  it('keeps a record whose time is absurd, without its time', () => {
    const store = readLog(
      line({ op: 'a', t: 1e300, ms: 1 }) +
        line({ op: 'a', t: -5, ms: 1 }) +
        line({ op: 'a', ms: 1 }),
    );
    expect(store.records).toBe(3);
    expect(runStats(store)[0]).toMatchObject({ firstT: null, lastT: null });
  });

  it('tells runs apart and joins them', () => {
    const store = readLog(
      line({ header: true, run: 'r1' }) +
        line({ op: 'a', t: 1, ms: 1, run: 'r1' }) +
        line({ header: true, run: 'r2' }) +
        line({ op: 'a', t: 2, ms: 3 }),
    );
    expect(runStats(store).map(({ run, records }) => [run, records])).toEqual([
      ['r1', 1],
      ['r2', 1],
    ]);
    expect(statsByName(store).a).toMatchObject({ count: 2, p50: 1, p99: 3, totalMs: 4 });
  });
});
