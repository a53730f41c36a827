import type { Chart } from '../../../shared/timings';
import { placeRanks, rankOf } from './samples';
import type { TimingStore } from './store';

/** More buckets than a wide screen has pixels serve nobody. */
const MAX_BUCKETS = 4000;

export interface ChartQuery {
  /** Index of the operation; `null` charts all together. */
  op: number | null;
  /** Index of the run; `null` charts all together. */
  run: number | null;
  buckets: number;
}

/**
 * Latency over time in buckets: exact minimum, median, 95th percentile and maximum of the records
 * in each. Records are laid out in time, or in log order when no record carries a time.
 *
 * @returns `null` when no record matches.
 */
export function chart(store: TimingStore, query: ChartQuery): Chart | null {
  const wanted = wantedCells(store, query);
  const { xs, values, timed, untimed } = select(store, wanted);
  if (values.length === 0) return null;
  const buckets = Math.max(1, Math.min(MAX_BUCKETS, Math.floor(query.buckets) || 1));
  const { low, width, used } = layOut(xs, buckets);
  const { groups, offsets } = group(xs, values, low, width, used);
  const result: Chart = {
    axis: timed ? 'time' : 'order',
    x: [],
    min: [],
    median: [],
    p95: [],
    max: [],
    count: [],
    bucketWidth: width,
    thresholdMs: sharedThreshold(store, wanted),
    untimed,
  };
  for (let bucket = 0; bucket < used; bucket++) {
    const values = groups.subarray(offsets[bucket]!, offsets[bucket + 1]!);
    if (values.length === 0) continue;
    const median = rankOf(values.length, 50);
    const p95 = rankOf(values.length, 95);
    placeRanks(values, [0, median, p95, values.length - 1]);
    result.x.push(low + (bucket + 0.5) * width);
    result.min.push(values[0]!);
    result.median.push(values[median]!);
    result.p95.push(values[p95]!);
    result.max.push(values.at(-1)!);
    result.count.push(values.length);
  }
  return result;
}

/** 1 for each cell that belongs in the chart. */
function wantedCells(store: TimingStore, { op, run }: ChartQuery): Uint8Array {
  const wanted = new Uint8Array(store.cells.length);
  for (const [id, cell] of store.cells.entries()) {
    if ((op === null || cell.op === op) && (run === null || cell.run === run)) wanted[id] = 1;
  }
  return wanted;
}

interface Selection {
  xs: Float64Array;
  values: Float64Array;
  timed: boolean;
  untimed: number;
}

function select(store: TimingStore, wanted: Uint8Array): Selection {
  const times = store.times.values();
  const durations = store.durations.values();
  const cellOf = store.cellOf.values();
  let matching = 0;
  let withTime = 0;
  for (let i = 0; i < cellOf.length; i++) {
    if (wanted[cellOf[i]!] === 0) continue;
    matching++;
    if (!Number.isNaN(times[i]!)) withTime++;
  }
  const timed = withTime > 0;
  const size = timed ? withTime : matching;
  const xs = new Float64Array(size);
  const values = new Float64Array(size);
  let at = 0;
  for (let i = 0; i < cellOf.length && at < size; i++) {
    if (wanted[cellOf[i]!] === 0 || (timed && Number.isNaN(times[i]!))) continue;
    xs[at] = timed ? times[i]! : at + 1;
    values[at++] = durations[i]!;
  }
  return { xs, values, timed, untimed: matching - size };
}

function layOut(xs: Float64Array, buckets: number): { low: number; width: number; used: number } {
  let low = Number.POSITIVE_INFINITY;
  let high = Number.NEGATIVE_INFINITY;
  for (let i = 0; i < xs.length; i++) {
    if (xs[i]! < low) low = xs[i]!;
    if (xs[i]! > high) high = xs[i]!;
  }
  // A bucket is at least one ms, or one record, wide: finer ones would only repeat points.
  const width = Math.max((high - low) / buckets, 1);
  return { low, width, used: Math.min(buckets, Math.floor((high - low) / width) + 1) };
}

/** Counting sort of the values by bucket. */
function group(
  xs: Float64Array,
  values: Float64Array,
  low: number,
  width: number,
  used: number,
): { groups: Float64Array; offsets: Uint32Array } {
  const bucketOf = new Uint32Array(xs.length);
  const offsets = new Uint32Array(used + 1);
  for (let i = 0; i < xs.length; i++) {
    const bucket = Math.min(used - 1, Math.floor((xs[i]! - low) / width));
    bucketOf[i] = bucket;
    offsets[bucket + 1]!++;
  }
  for (let bucket = 0; bucket < used; bucket++) offsets[bucket + 1]! += offsets[bucket]!;
  const next = offsets.slice();
  const groups = new Float64Array(values.length);
  for (let i = 0; i < values.length; i++) groups[next[bucketOf[i]!]!++] = values[i]!;
  return { groups, offsets };
}

function sharedThreshold(store: TimingStore, wanted: Uint8Array): number | null {
  let shared: number | null = null;
  for (const [id, cell] of store.cells.entries()) {
    if (wanted[id] === 0 || cell.thresholdMs === null) continue;
    if (shared !== null && shared !== cell.thresholdMs) return null;
    shared = cell.thresholdMs;
  }
  return shared;
}
