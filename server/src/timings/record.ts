import type { RejectReason } from '../../../shared/timings';

/** Longest line read, in bytes. Longer ones are skipped and counted. */
export const MAX_LINE_BYTES = 1 << 20;

/** Longest credible duration: 30 days, in ms. */
export const MAX_DURATION_MS = 30 * 24 * 3600 * 1000;

/** Latest credible record time: the year 2100, epoch ms. Times outside 1970–2100 are unknown. */
const MAX_TIME_MS = 4_102_444_800_000;

/** One timed call. Absent facts are `null`. */
export interface TimingRecord {
  kind: 'record';
  op: string;
  /** Epoch ms. */
  t: number | null;
  ms: number;
  thresholdMs: number | null;
  ok: boolean;
  run: string | null;
  cold: boolean | null;
  cacheHit: boolean | null;
  src: string | null;
  /**
   * How the line presents the call: `slow` and `fast` are the two halves of a helper that logs
   * slow calls loudly and others quietly; `plain` lines and `record`s of the profiling helper are
   * written whatever the duration was.
   */
  form: 'record' | 'plain' | 'slow' | 'fast';
}

/** First line of a run: what ran it. */
export interface RunHeader {
  kind: 'header';
  run: string;
  info: Record<string, string | number | boolean>;
}

/** Statistics that a helper printed about an operation; durations in ms. */
export interface SummaryLine {
  kind: 'summary';
  op: string;
  count: number;
  errors: number | null;
  slow: number | null;
  totalMs: number | null;
  minMs: number | null;
  meanMs: number | null;
  maxMs: number | null;
  p50: number | null;
  p95: number | null;
  p99: number | null;
}

/** The helper had to give up records because its memory is bounded. */
export interface Dropped {
  kind: 'dropped';
  count: number;
}

export interface Rejection {
  kind: 'rejected';
  reason: RejectReason;
}

/** What a reader makes of a line; `null`: the line is about something else. */
export type LineReading = TimingRecord | RunHeader | SummaryLine | Dropped | Rejection | null;

export const reject = (reason: RejectReason): Rejection => ({ kind: 'rejected', reason });

/**
 * Judges a duration in ms.
 *
 * @returns the reason to reject it, or `null` when it is credible.
 */
export function durationFault(ms: number): RejectReason | null {
  if (!Number.isFinite(ms)) return 'duration-not-finite';
  if (ms < 0) return 'duration-negative';
  return ms > MAX_DURATION_MS ? 'duration-absurd' : null;
}

/** A credible epoch time in ms, else `null`: one absurd time must not flatten a whole chart. */
export function credibleTime(t: unknown): number | null {
  return typeof t === 'number' && t >= 0 && t <= MAX_TIME_MS ? t : null;
}
