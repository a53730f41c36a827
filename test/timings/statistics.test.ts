import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { aggregate, sortOperations } from '../../server/src/timings/aggregate';
import { chart } from '../../server/src/timings/chart';
import { LogReader } from '../../server/src/timings/logReader';
import {
  mergeSorted,
  percentile,
  placeRanks,
  SortedSamples,
} from '../../server/src/timings/samples';
import { TimingStore } from '../../server/src/timings/store';
import type { Sort } from '../../shared/timings';
import { readLog, statsByName } from './readLog';

/** The definition, literally: the smallest value that at least p % of the values do not exceed. */
function naivePercentile(values: number[], p: number): number {
  const fitting = values.filter(
    (value) => values.filter((other) => other <= value).length * 100 >= p * values.length,
  );
  return Math.min(...fitting);
}

const values = fc.array(fc.double({ min: 0, max: 1e6, noNaN: true }), {
  minLength: 1,
  maxLength: 200,
});

describe('percentiles', () => {
  it('equal the definition of nearest rank', () => {
    fc.assert(
      fc.property(values, fc.constantFrom(1, 50, 90, 95, 99, 100), (sample, p) => {
        expect(percentile(Float64Array.from(sample).sort(), p)).toBe(naivePercentile(sample, p));
      }),
    );
  });

  it('take the 19th of 20 for p95, the 99th of 100 for p99', () => {
    const upTo = (n: number): Float64Array => Float64Array.from({ length: n }, (_, i) => i + 1);
    expect(percentile(upTo(20), 95)).toBe(19);
    expect(percentile(upTo(100), 99)).toBe(99);
    expect(percentile(upTo(100), 50)).toBe(50);
    expect(percentile(new Float64Array(0), 50)).toBeNull();
  });

  it('are the same for a log read in parts and asked in between', () => {
    fc.assert(
      fc.property(fc.array(values, { minLength: 1, maxLength: 5 }), (parts) => {
        const store = new TimingStore();
        const reader = new LogReader(store.sink('test.log'));
        for (const part of parts) {
          for (const ms of part)
            reader.push(Buffer.from(`${JSON.stringify({ v: 1, op: 'a', ms })}\n`));
          aggregate(store, null);
        }
        const all = parts.flat();
        const { a } = statsByName(store);
        expect(a).toMatchObject({
          count: all.length,
          p50: naivePercentile(all, 50),
          p95: naivePercentile(all, 95),
          p99: naivePercentile(all, 99),
          minMs: Math.min(...all),
          maxMs: Math.max(...all),
        });
        expect(a!.totalMs).toBeCloseTo(
          all.reduce((sum, ms) => sum + ms, 0),
          3,
        );
      }),
    );
  });

  it('are exact beyond the size of a block, asked early and late', () => {
    const samples = new SortedSamples();
    const all: number[] = [];
    for (let i = 0; i < 150_000; i++) {
      const value = (i * 7919) % 104_729;
      all.push(value);
      samples.push(value);
      if (i === 40_000 || i === 40_001) {
        expect(samples.sorted()).toEqual(Float64Array.from(all).sort());
      }
    }
    expect(samples.sorted()).toEqual(Float64Array.from(all).sort());
  });

  it('are placed as by sorting', () => {
    const few = fc.array(fc.integer({ min: 0, max: 9 }), { minLength: 1, maxLength: 400 });
    fc.assert(
      fc.property(fc.oneof(values, few), fc.array(fc.nat(), { maxLength: 4 }), (sample, picks) => {
        const ranks = picks.map((pick) => pick % sample.length).sort((a, b) => a - b);
        const placed = Float64Array.from(sample);
        placeRanks(placed, ranks);
        const sorted = Float64Array.from(sample).sort();
        expect(ranks.map((rank) => placed[rank])).toEqual(ranks.map((rank) => sorted[rank]));
        expect(placed.sort()).toEqual(sorted);
      }),
    );
  });

  it('merge any number of parts in order', () => {
    fc.assert(
      fc.property(fc.array(values, { maxLength: 5 }), (parts) => {
        const merged = mergeSorted(parts.map((part) => Float64Array.from(part).sort()));
        expect([...merged]).toEqual(parts.flat().sort((a, b) => a - b));
      }),
    );
  });
});

describe('chart', () => {
  const record = (op: string, t: number | undefined, ms: number, thr?: number): string =>
    `${JSON.stringify({ v: 1, op, t, ms, thr })}\n`;

  it('holds exact figures of each bucket', () => {
    fc.assert(
      fc.property(
        fc.array(fc.tuple(fc.nat(100_000), fc.double({ min: 0, max: 1e4, noNaN: true })), {
          minLength: 1,
          maxLength: 300,
        }),
        fc.integer({ min: 1, max: 50 }),
        (points, buckets) => {
          const store = readLog(points.map(([t, ms]) => record('a', t, ms)).join(''));
          const drawn = chart(store, { op: null, run: null, buckets })!;
          const low = Math.min(...points.map(([t]) => t));
          const high = Math.max(...points.map(([t]) => t));
          expect(drawn.x.length).toBeLessThanOrEqual(buckets);
          const groups = new Map<number, number[]>();
          const width = Math.max((high - low) / buckets, 1);
          const last = Math.min(buckets - 1, Math.floor((high - low) / width));
          for (const [t, ms] of points) {
            const bucket = Math.min(last, Math.floor((t - low) / width));
            groups.set(bucket, [...(groups.get(bucket) ?? []), ms]);
          }
          const expected = [...groups].sort(([a], [b]) => a - b).map(([, group]) => group);
          expect(drawn.count).toEqual(expected.map((group) => group.length));
          expect(drawn.min).toEqual(expected.map((group) => Math.min(...group)));
          expect(drawn.max).toEqual(expected.map((group) => Math.max(...group)));
          expect(drawn.median).toEqual(expected.map((group) => naivePercentile(group, 50)));
          expect(drawn.p95).toEqual(expected.map((group) => naivePercentile(group, 95)));
        },
      ),
      { numRuns: 200 },
    );
  });

  it('shows one operation, its threshold, and what it leaves out', () => {
    const store = readLog(
      record('a', 1000, 5, 10) +
        record('b', 1500, 50, 20) +
        record('a', 2000, 7, 10) +
        record('a', undefined, 9, 10),
    );
    expect(chart(store, { op: 0, run: null, buckets: 2 })).toMatchObject({
      axis: 'time',
      median: [5, 7],
      thresholdMs: 10,
      untimed: 1,
    });
    expect(chart(store, { op: null, run: null, buckets: 2 })).toMatchObject({ thresholdMs: null });
    expect(chart(store, { op: 7, run: null, buckets: 2 })).toBeNull();
  });

  it('goes by record order where the log has no times', () => {
    const drawn = chart(readLog('a: 3.0ms\na: 1.0ms\na: 2.0ms\n'), {
      op: 0,
      run: null,
      buckets: 9,
    });
    expect(drawn).toMatchObject({ axis: 'order', median: [3, 1, 2], untimed: 0 });
  });
});

describe('sorting', () => {
  it('puts unknown values last either way', () => {
    const store = readLog(
      'Slow operation: c took 120.0ms (threshold: 100.0ms)\na: 3.0ms\nb: 1.0ms\n',
    );
    const order = (sort: Sort): string[] =>
      sortOperations(aggregate(store, null), sort).map(({ stats }) => stats.op);
    expect(order({ column: 'p95', descending: true })).toEqual(['a', 'b', 'c']);
    expect(order({ column: 'p95', descending: false })).toEqual(['b', 'a', 'c']);
    expect(order({ column: 'maxMs', descending: true })).toEqual(['c', 'a', 'b']);
    expect(order({ column: 'op', descending: true })).toEqual(['c', 'b', 'a']);
    expect(order({ column: 'slowPct', descending: true })).toEqual(['a', 'b', 'c']);
  });
});
