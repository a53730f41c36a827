import {
  compareStats,
  type OperationStats,
  type RejectCount,
  type RunStats,
  type Sort,
} from '../../../shared/timings';
import { mergeSorted, percentile } from './samples';
import type { Cell, TimingStore } from './store';

/** An operation's statistics with its index in the store. */
export interface OperationResult {
  id: number;
  stats: OperationStats;
}

/**
 * Statistics of every operation, in order of first appearance.
 *
 * @param run index of the run to look at; `null`: all runs together.
 */
export function aggregate(store: TimingStore, run: number | null): OperationResult[] {
  const results: OperationResult[] = [];
  for (const [id, op] of store.ops.entries()) {
    const cells = store.cellsByOp[id]!.filter((cell) => run === null || cell.run === run);
    const stats = statsOf(store, op, cells);
    if (stats !== null) results.push({ id, stats });
  }
  return results;
}

/** Statistics of one operation; `null` when the chosen run has none of it. */
export function aggregateOne(
  store: TimingStore,
  id: number,
  run: number | null,
): OperationResult | null {
  const op = store.ops[id];
  if (op === undefined) return null;
  const cells = store.cellsByOp[id]!.filter((cell) => run === null || cell.run === run);
  const stats = statsOf(store, op, cells);
  return stats && { id, stats };
}

/** The runs as they are reported. */
export function runStats(store: TimingStore): RunStats[] {
  return store.runs.map((run) => ({
    run: run.name,
    file: run.file,
    records: run.records,
    firstT: Number.isFinite(run.firstT) ? run.firstT : null,
    lastT: Number.isFinite(run.lastT) ? run.lastT : null,
    info: run.info,
  }));
}

/** Rejected lines by reason, most frequent first. */
export function rejectCounts(store: TimingStore): RejectCount[] {
  return [...store.rejected]
    .map(([reason, count]) => ({ reason, count }))
    .sort((a, b) => b.count - a.count);
}

/** Orders operations in place; unknown values come last either way, equal ones by name. */
export function sortOperations(results: OperationResult[], sort: Sort): OperationResult[] {
  return results.sort((a, b) => compareStats(a.stats, b.stats, sort));
}

/**
 * Slow calls alone say nothing about all calls. A run without any line of a fast call was logged
 * at a level that drops those, so what it holds of an operation that has slow lines only is a part.
 */
function isCensored(store: TimingStore, cell: Cell): boolean {
  return cell.slowLines > 0 && cell.slowLines === cell.count && !store.runs[cell.run]!.fastLines;
}

function statsOf(store: TimingStore, op: string, cells: readonly Cell[]): OperationStats | null {
  const measured = cells.filter((cell) => cell.count > 0);
  const censored = measured.some((cell) => isCensored(store, cell));
  const summaries = cells.filter((cell) => cell.summary !== null);
  if (summaries.length > 0 && (measured.length === 0 || censored)) {
    return summaryStats(op, summaries, measured);
  }
  return measured.length === 0 ? null : sampleStats(op, measured, censored);
}

function sampleStats(op: string, cells: readonly Cell[], censored: boolean): OperationStats {
  const sorted = mergeSorted(cells.map((cell) => cell.samples.sorted()));
  const totalMs = sum(cells, (cell) => cell.totalMs);
  const at = (p: number): number | null => (censored ? null : percentile(sorted, p));
  return {
    ...countsOf(op, cells),
    totalMs,
    minMs: sorted[0]!,
    meanMs: totalMs / sorted.length,
    maxMs: sorted.at(-1)!,
    p50: at(50),
    p95: at(95),
    p99: at(99),
    censored,
    basis: 'samples',
  };
}

/**
 * What summary lines say. Percentiles of several runs cannot be joined without samples, so they
 * are known for a single summary only.
 */
function summaryStats(
  op: string,
  cells: readonly Cell[],
  measured: readonly Cell[],
): OperationStats {
  const all = cells.map((cell) => cell.summary!);
  const single = all.length === 1 ? all[0]! : null;
  const count = all.reduce((total, one) => total + one.count, 0);
  const totalMs = combine(
    all.map((one) => one.totalMs),
    (a, b) => a + b,
  );
  const counts = countsOf(op, measured);
  const slow = combine(
    all.map((one) => one.slow),
    (a, b) => a + b,
  );
  return {
    ...counts,
    count,
    errors:
      combine(
        all.map((one) => one.errors),
        (a, b) => a + b,
      ) ?? counts.errors,
    slow: slow ?? counts.slow,
    withThreshold: slow === null && counts.slow === 0 ? 0 : count,
    totalMs,
    minMs: combine(
      all.map((one) => one.minMs),
      Math.min,
    ),
    meanMs: totalMs === null || count === 0 ? null : totalMs / count,
    maxMs: combine(
      all.map((one) => one.maxMs),
      Math.max,
    ),
    p50: single?.p50 ?? null,
    p95: single?.p95 ?? null,
    p99: single?.p99 ?? null,
    censored: false,
    basis: 'summary',
  };
}

type Counts = Pick<
  OperationStats,
  | 'op'
  | 'count'
  | 'errors'
  | 'slow'
  | 'withThreshold'
  | 'thresholdMs'
  | 'cacheHits'
  | 'cacheMisses'
  | 'cold'
  | 'coldMeanMs'
  | 'warm'
  | 'warmMeanMs'
  | 'src'
>;

function countsOf(op: string, cells: readonly Cell[]): Counts {
  const cold = sum(cells, (cell) => cell.cold);
  const warm = sum(cells, warmOf);
  return {
    op,
    count: sum(cells, (cell) => cell.count),
    errors: sum(cells, (cell) => cell.errors),
    slow: sum(cells, (cell) => cell.slow),
    withThreshold: sum(cells, (cell) => cell.withThreshold),
    thresholdMs: cells.findLast((cell) => cell.thresholdMs !== null)?.thresholdMs ?? null,
    cacheHits: sum(cells, (cell) => cell.cacheHits),
    cacheMisses: sum(cells, (cell) => cell.cacheMisses),
    cold,
    coldMeanMs: cold > 0 ? sum(cells, (cell) => cell.coldMs) / cold : null,
    warm,
    warmMeanMs: warm > 0 ? sum(cells, warmMsOf) / warm : null,
    src: cells.find((cell) => cell.src !== null)?.src ?? null,
  };
}

/** The helper marks cold calls only; where it does, the others are warm. */
const warmOf = (cell: Cell): number =>
  cell.warm === 0 && cell.cold > 0 ? cell.count - cell.cold : cell.warm;
const warmMsOf = (cell: Cell): number =>
  cell.warm === 0 && cell.cold > 0 ? cell.totalMs - cell.coldMs : cell.warmMs;

function sum(cells: readonly Cell[], value: (cell: Cell) => number): number {
  return cells.reduce((total, cell) => total + value(cell), 0);
}

/** Joins values of several summaries; unknown as soon as one of them is. */
function combine(
  values: readonly (number | null)[],
  join: (a: number, b: number) => number,
): number | null {
  let result: number | null = null;
  for (const value of values) {
    if (value === null) return null;
    result = result === null ? value : join(result, value);
  }
  return result;
}
