import { aggregate } from '../../server/src/timings/aggregate';
import { LogReader } from '../../server/src/timings/logReader';
import { TimingStore } from '../../server/src/timings/store';
import type { OperationStats } from '../../shared/timings';

/** Reads a whole log at once. */
export function readLog(log: string | Uint8Array, file = 'test.log'): TimingStore {
  const store = new TimingStore();
  const reader = new LogReader(store.sink(file));
  reader.push(typeof log === 'string' ? Buffer.from(log) : log);
  reader.end();
  return store;
}

/** Statistics by operation name. */
export function statsByName(store: TimingStore): Record<string, OperationStats> {
  return Object.fromEntries(aggregate(store, null).map(({ stats }) => [stats.op, stats]));
}

/** The single record of a one-line log, or what the line was counted as. */
export function readLine(line: string): string {
  const store = readLog(line);
  const [stats] = aggregate(store, null);
  if (stats !== undefined) return `${stats.stats.op} = ${stats.stats.totalMs} ms`;
  const [reason] = store.rejected.keys();
  return reason === undefined ? `unrelated ${store.unrelatedLines}` : `rejected: ${reason}`;
}
