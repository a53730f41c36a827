/**
 * The timing protocol: what the language server, the extension and the panel's page say to each
 * other about timing logs. The page never receives raw records, only aggregates and buckets.
 */

/** Why a line of a timing log was not read as a record. Each is counted and shown. */
export type RejectReason =
  | 'line-too-long'
  | 'not-text'
  | 'malformed-json'
  | 'not-a-record'
  | 'unsupported-version'
  | 'no-operation'
  | 'duration-missing'
  | 'duration-negative'
  | 'duration-not-finite'
  | 'duration-absurd'
  | 'incomplete-line';

export interface RejectCount {
  reason: RejectReason;
  count: number;
}

/** Statistics of one operation. Durations in ms; `null` stands for "cannot be known". */
export interface OperationStats {
  /** The operation's name as logged; longer than 512 UTF-16 units it ends in a marker. */
  op: string;
  count: number;
  errors: number;
  /** Records above their threshold. Read it beside `withThreshold`. */
  slow: number;
  /** Records that came with a threshold. */
  withThreshold: number;
  /** The threshold seen last. */
  thresholdMs: number | null;
  totalMs: number | null;
  minMs: number | null;
  meanMs: number | null;
  maxMs: number | null;
  /** Nearest-rank percentiles of all samples. */
  p50: number | null;
  p95: number | null;
  p99: number | null;
  /** The log holds this operation's slow calls only, so no percentile of all calls exists. */
  censored: boolean;
  /** `summary`: read from a summary line, no samples were logged. */
  basis: 'samples' | 'summary';
  cacheHits: number;
  cacheMisses: number;
  cold: number;
  coldMeanMs: number | null;
  warm: number;
  warmMeanMs: number | null;
  /** Source position the helper recorded, e.g. `src/config.ts:12:3`. */
  src: string | null;
}

/** One process run found in the logs. Times are epoch ms. */
export interface RunStats {
  run: string;
  /** File the run was first seen in, as the caller named it. */
  file: string;
  records: number;
  firstT: number | null;
  lastT: number | null;
  /** Scalars of the run's header line (runtime, CPU, commit …). */
  info: Record<string, string | number | boolean>;
}

/** Columns the table can be sorted by. */
export const SORT_COLUMNS = [
  'op',
  'count',
  'totalMs',
  'p50',
  'p95',
  'p99',
  'maxMs',
  'slowPct',
  'cacheHitPct',
] as const;
export type SortColumn = (typeof SORT_COLUMNS)[number];

export interface Sort {
  column: SortColumn;
  descending: boolean;
}

/** Share of slow calls from 0 to 1; `null` without thresholds or when the log has slow calls only. */
export function slowShare(stats: OperationStats): number | null {
  return stats.withThreshold > 0 && !stats.censored ? stats.slow / stats.withThreshold : null;
}

/** Share of calls a cache answered, from 0 to 1; `null` when no call tells. */
export function cacheHitShare(stats: OperationStats): number | null {
  const known = stats.cacheHits + stats.cacheMisses;
  return known > 0 ? stats.cacheHits / known : null;
}

/** Order of two operations; unknown values come last either way, equal ones by name. */
export function compareStats(a: OperationStats, b: OperationStats, sort: Sort): number {
  const direction = sort.descending ? -1 : 1;
  const byName = a.op < b.op ? -1 : a.op > b.op ? 1 : 0;
  if (sort.column === 'op') return direction * byName;
  const x = sortValue(a, sort.column);
  const y = sortValue(b, sort.column);
  if (x === null || y === null) return x === y ? byName : x === null ? 1 : -1;
  return direction * (x - y) || byName;
}

function sortValue(stats: OperationStats, column: Exclude<SortColumn, 'op'>): number | null {
  if (column === 'slowPct') return slowShare(stats);
  return column === 'cacheHitPct' ? cacheHitShare(stats) : stats[column];
}

/** A row of the table: statistics plus what the page needs to name and address the operation. */
export interface OperationRow extends OperationStats {
  /** Stable while the log stays open. */
  id: number;
  /** The name with control and direction characters made visible. */
  label: string;
}

/** Latency buckets over time, or over record order when the log carries no times. */
export interface Chart {
  axis: 'time' | 'order';
  /** Centre of each non-empty bucket: epoch ms, or record number from 1. */
  x: number[];
  min: number[];
  median: number[];
  p95: number[];
  max: number[];
  count: number[];
  /** Width of a bucket in units of `x`. */
  bucketWidth: number;
  /** Shown threshold in ms, when all charted operations share one. */
  thresholdMs: number | null;
  /** Records left out because they carry no time. */
  untimed: number;
}

/** A log that can be opened. */
export interface RunFile {
  /** Absolute path. */
  file: string;
  /** Path below its workspace folder, or the file name. */
  label: string;
  bytes: number;
  /** Last change, epoch ms. */
  modified: number;
}

export type LogPhase = 'loading' | 'live' | 'missing' | 'failed';

export interface LogStatus {
  phase: LogPhase;
  bytesRead: number;
  totalBytes: number;
  /** How often the file was replaced or cut while open. */
  rotations: number;
  /** For `failed`: what happened, in words for the user. */
  message: string | null;
}

/** What the table and the chart show at one moment. */
export interface TimingsView {
  session: number;
  file: string;
  status: LogStatus;
  records: number;
  rejected: RejectCount[];
  rejectedLines: number;
  /** Lines of other content in a mixed log. */
  unrelatedLines: number;
  /** A last line without line end is waiting for its rest. */
  pendingLine: boolean;
  /** Records counted under "(other operations)" because the log has too many names. */
  foldedRecords: number;
  /** Records the profiling helper gave up because its memory is bounded. */
  droppedRecords: number;
  runs: RunStats[];
  /** Operations matching the filter, before `limit`. */
  matching: number;
  operations: OperationRow[];
  /** Row of the operation that the chart shows, also when the filter hides it. */
  selected: OperationRow | null;
  chart: Chart | null;
}

export interface TimingsQuery {
  session: number;
  /** Show one run only: its index in `TimingsView.runs`. */
  run: number | null;
  /** Case-insensitive part of the name; empty shows all. */
  filter: string;
  sort: Sort;
  /** Rows wanted at most. */
  limit: number;
  /** Operation the chart shows; `null` for all together. */
  chartOp: number | null;
  /** Buckets wanted, from the width of the page. */
  buckets: number;
}

/** Requests to the server. `slowpath/timings/<type>` is the method, the rest its parameters. */
export type TimingsRequest =
  | { type: 'list' }
  | { type: 'open'; file: string }
  | ({ type: 'query' } & TimingsQuery)
  | { type: 'subscribe'; session: number }
  | { type: 'close'; session: number };

export type TimingsRequestType = TimingsRequest['type'];

/** The answer to each request. `null` from `query`: the session is not open any more. */
export interface TimingsResults {
  list: { runs: RunFile[] };
  open: { session: number; file: string };
  query: TimingsView | null;
  subscribe: null;
  close: null;
}

/** LSP method of a request. */
export function timingsMethod(type: TimingsRequestType): string {
  return `slowpath/timings/${type}`;
}

/** Server → client: a subscribed log has news; sent at most a few times a second. */
export const TIMINGS_CHANGED = 'slowpath/timings/changed';

export interface TimingsChanged {
  session: number;
}

/** Page → extension. */
export type PageMessage =
  | { type: 'ready' }
  | { type: 'request'; id: number; request: TimingsRequest }
  | { type: 'pickFile' }
  | { type: 'reveal'; file: string; op: string; src: string | null };

/** Extension → page. */
export type HostMessage =
  | { type: 'response'; id: number; ok: true; result: TimingsResults[TimingsRequestType] }
  | { type: 'response'; id: number; ok: false; message: string }
  | { type: 'changed'; session: number }
  | { type: 'show'; file: string }
  | { type: 'strings'; strings: Record<string, string>; locale: string };

/** What the page keeps across reloads of the window (webview state and serializer). */
export interface PanelState {
  file: string | null;
  filter: string;
  sort: Sort;
}
