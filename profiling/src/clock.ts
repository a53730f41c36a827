import { performance } from 'node:perf_hooks';

/** How far the wall clock may leave the monotonic one (suspend, NTP step) before it is followed. */
const MAX_DRIFT_MS = 50;

let offset = performance.timeOrigin;

/** Monotonic time in ms, with sub-microsecond resolution; only differences mean anything. */
export function now(): number {
  return performance.now();
}

/**
 * What to add to a value of {@link now} to get epoch milliseconds. Constant while the two clocks
 * agree, so that records of one run keep their order and their fractions.
 */
export function wallOffset(): number {
  const current = Date.now() - performance.now();
  if (Math.abs(current - offset) > MAX_DRIFT_MS) offset = current;
  return offset;
}
