import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { aggregate, rejectCounts, runStats } from '../../server/src/timings/aggregate';
import { LogReader } from '../../server/src/timings/logReader';
import { TimingStore } from '../../server/src/timings/store';
import { readLog } from './readLog';

const outcome = (store: TimingStore): object => ({
  operations: aggregate(store, null),
  runs: runStats(store),
  rejected: rejectCounts(store),
  unrelated: store.unrelatedLines,
});

const name = fc.string({ unit: 'grapheme', minLength: 1, maxLength: 12 });
const duration = fc.double({ min: 0, max: 1e6, noNaN: true });
const anyLine = fc.oneof(
  fc
    .record({ op: name, t: fc.nat(), ms: duration, cache: fc.constantFrom('hit', 'miss') })
    .map((record) => JSON.stringify({ v: 1, ...record })),
  fc.tuple(name, duration).map(([op, ms]) => `WARNING:root:${op} completed in ${ms.toFixed(1)}ms`),
  fc.constantFrom('', 'INFO: größe 🚀 started', '{"v":1,"op":"a","ms":-1}', '{"half', 'b: 3.0ms'),
  fc.string({ unit: 'binary' }),
);
const log = fc
  .tuple(fc.array(fc.tuple(anyLine, fc.constantFrom('\n', '\r\n')), { maxLength: 30 }), anyLine)
  .map(([lines, last]) => lines.map(([text, end]) => text + end).join('') + last);

describe('streaming', () => {
  it('reads the same wherever the bytes are cut', () => {
    fc.assert(
      fc.property(log, fc.array(fc.nat(200), { maxLength: 40 }), (text, cuts) => {
        const bytes = Buffer.from(text);
        const store = new TimingStore();
        const reader = new LogReader(store.sink('test.log'));
        // One buffer for all chunks, as a file reader has it: nothing may be kept by reference.
        const buffer = Buffer.alloc(bytes.length);
        let at = 0;
        for (const cut of [...cuts, bytes.length]) {
          const length = bytes.copy(buffer, 0, at, at + cut);
          reader.push(buffer.subarray(0, length));
          buffer.fill(0xff);
          at += length;
        }
        reader.end();
        expect(outcome(store)).toEqual(outcome(readLog(bytes)));
      }),
      { numRuns: 500 },
    );
  });

  it('keeps a last line without line end until the log is final', () => {
    const store = new TimingStore();
    const reader = new LogReader(store.sink('test.log'));
    reader.push(Buffer.from('{"v":1,"op":"a","t":1,"ms":1}\n{"v":1,"op":"a","t"'));
    expect([store.records, store.rejectedLines, reader.pendingBytes]).toEqual([1, 0, 19]);
    reader.push(Buffer.from(':2,"ms":2}'));
    expect([store.records, store.rejectedLines]).toEqual([1, 0]);
    reader.push(Buffer.from('\n'));
    expect([store.records, store.rejectedLines, reader.pendingBytes]).toEqual([2, 0, 0]);
    reader.push(Buffer.from('b: 3.0ms'));
    reader.end();
    expect([store.records, store.rejectedLines]).toEqual([3, 0]);
  });

  it('skips lines over 1 MB and reads on', () => {
    const huge = `{"v":1,"op":"${'x'.repeat(1 << 20)}","t":1,"ms":1}\n`;
    const good = '{"v":1,"op":"a","t":1,"ms":1}\n';
    for (const size of [1 << 24, 65_536, 1000]) {
      const bytes = Buffer.from(good + huge + good + huge.trimEnd());
      const store = new TimingStore();
      const reader = new LogReader(store.sink('test.log'));
      for (let at = 0; at < bytes.length; at += size) reader.push(bytes.subarray(at, at + size));
      reader.end();
      expect(store.records).toBe(2);
      expect(rejectCounts(store)).toEqual([{ reason: 'line-too-long', count: 2 }]);
    }
  });

  it('reads CRLF and byte order marks, also where files were joined', () => {
    const part = '\ufeff{"v":1,"op":"a","t":1,"ms":1}\r\nb: 2.0ms\r\n';
    const store = readLog(part + part);
    expect([store.records, store.rejectedLines, store.ops]).toEqual([4, 0, ['a', 'b']]);
  });
});
