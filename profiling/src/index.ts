/// <reference lib="esnext.disposable" preserve="true" />

import type { ProfilingOptions } from './options';
import { recorder } from './recorder';
import { formatStats } from './tracker';

export type { Attributes } from './chunk';
export type { ProfilingOptions } from './options';
export {
  type OperationTimer,
  type ProfileOptions,
  profileFunction,
  type TimingOptions,
  timedOperation,
  timeOperation,
} from './timing';
export { type CallFacts, type PerformanceStats, PerformanceTracker } from './tracker';

/**
 * Sets options; those left out keep their value. Best called before the first operation: another
 * folder or run name later on ends the present log file and begins a new one.
 *
 * @throws RangeError naming the option whose value is not possible.
 */
export function configureProfiling(options: ProfilingOptions): void {
  recorder.configure(options);
}

/**
 * Writes everything recorded by now. Resolves when it is in the file; also when it cannot be
 * written, which the process was then warned about. Never rejects.
 */
export function flushTimings(): Promise<void> {
  return recorder.flush();
}

/**
 * Prints one line of statistics for each operation of this process, most total time first.
 *
 * @param log receives each line, `console.log` by default.
 */
export function logPerformanceSummary(log: (line: string) => void = console.log): void {
  for (const stats of recorder.summary().summary()) log(formatStats(stats));
}
