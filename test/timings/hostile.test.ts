import { describe, expect, it } from 'vitest';
import { aggregate } from '../../server/src/timings/aggregate';
import { LogReader } from '../../server/src/timings/logReader';
import { MAX_NAME_LENGTH, MAX_NAMES, visibleName } from '../../server/src/timings/names';
import { MAX_CELLS, MAX_RUNS, OTHER_OPERATIONS, TimingStore } from '../../server/src/timings/store';
import { readLog, statsByName } from './readLog';

const record = (op: string, ms = 1, run = 'r'): string =>
  `${JSON.stringify({ v: 1, op, t: 1, ms, run })}\n`;

describe('hostile logs', () => {
  it('bounds huge names, tells them apart and says what was cut', () => {
    const start = 'n'.repeat(100_000);
    const store = readLog(record(`${start}a`) + record(`${start}b`) + record(`${start}a`));
    expect(store.ops).toHaveLength(2);
    for (const op of store.ops) {
      expect(op.length).toBeLessThanOrEqual(MAX_NAME_LENGTH);
      expect(op).toMatch(/^n{448}… \[99553 more characters, #[0-9a-z]+\]$/);
    }
    expect(aggregate(store, null).map(({ stats }) => stats.count)).toEqual([2, 1]);
  });

  it('never cuts a name inside a surrogate pair', () => {
    for (let shift = 0; shift < 2; shift++) {
      const [op] = readLog(record(`${'x'.repeat(shift)}${'😀'.repeat(500)}`)).ops;
      expect(op!.split('…')[0]).not.toMatch(/[\ud800-\udbff]$/);
    }
  });

  it('makes control, direction and invisible characters visible', () => {
    expect(visibleName('a\u001b[2J\u202eb\u200bc\n\0\ud800')).toBe(
      'a\\u{1b}[2J\\u{202e}b\\u{200b}c\\u{a}\\u{0}\\u{d800}',
    );
    expect(visibleName('GET /größe/😀')).toBe('GET /größe/😀');
  });

  it('takes names of object members for what they are', () => {
    const store = readLog(record('__proto__', 2) + record('constructor', 3));
    expect(store.ops).toEqual(['__proto__', 'constructor']);
    expect(aggregate(store, null).map(({ stats }) => stats.totalMs)).toEqual([2, 3]);
  });

  it('folds a million distinct names, and says so', () => {
    const store = new TimingStore();
    const reader = new LogReader(store.sink('test.log'));
    const names = 1_000_000;
    for (let block = 0; block < names; block += 1000) {
      let text = '';
      for (let i = block; i < block + 1000; i++) text += `{"v":1,"op":"name ${i}","t":1,"ms":2}\n`;
      reader.push(Buffer.from(text));
    }
    expect(store.records).toBe(names);
    expect(store.ops).toHaveLength(MAX_NAMES + 1);
    expect(store.foldedRecords).toBe(names - MAX_NAMES);
    const stats = statsByName(store);
    expect(stats[OTHER_OPERATIONS]).toMatchObject({ count: names - MAX_NAMES, p50: 2 });
    expect(stats['name 9999']).toMatchObject({ count: 1 });
  });

  it('bounds runs, and pairs of operation and run', () => {
    const store = new TimingStore();
    const reader = new LogReader(store.sink('test.log'));
    for (let run = 0; run < MAX_RUNS + 500; run++) {
      for (let op = 0; op < 30; op++) reader.push(Buffer.from(record(`op ${op}`, 1, `run ${run}`)));
    }
    expect(store.runs.length).toBe(MAX_RUNS + 1);
    expect(store.cells.length).toBeLessThanOrEqual(MAX_CELLS + MAX_RUNS + 1);
    const total = aggregate(store, null).reduce((sum, { stats }) => sum + stats.count, 0);
    expect(total).toBe((MAX_RUNS + 500) * 30);
    expect(store.foldedRecords).toBe(statsByName(store)[OTHER_OPERATIONS]!.count);
  });

  it.each([
    ['blanks before a summary', `x${' '.repeat(900_000)}y: count=1 avg=1.0ms`],
    ['blanks after a key', `count${' '.repeat(900_000)}ms`],
    ['digits', `a: ${'1'.repeat(900_000)}ms`],
    ['digits of another unit', `in ${'1.'.repeat(450_000)}: 1ms`],
    ['opened brackets', `2025-12-13 10:00:00 ${'['.repeat(900_000)}: 1ms`],
    ['dots', `INFO ${'a.'.repeat(450_000)} ms`],
    ['colour codes', `${'\u001b[1;'.repeat(200_000)}: 1ms`],
    ['markers', `${'Slow operation: '.repeat(50_000)} took 1ms`],
    ['statistics', `a: ${'count=1, avg=1.0ms, '.repeat(45_000)}`],
  ])('is not held up by a long line of %s', (_, line) => {
    const store = readLog(`${line}\nb: 1.0ms\n`);
    expect(statsByName(store).b).toMatchObject({ count: 1 });
  });

  it('reads what is good between binary junk', () => {
    const junk = Buffer.from(Array.from({ length: 5000 }, (_, i) => (i * 131) % 251));
    const bytes = Buffer.concat([Buffer.from(record('a')), junk, Buffer.from(`\n${record('a')}`)]);
    const store = readLog(bytes);
    expect(store.records).toBe(2);
    expect(store.rejectedLines).toBeGreaterThan(0);
  });
});
