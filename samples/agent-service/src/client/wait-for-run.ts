import { setTimeout as sleep } from 'node:timers/promises';
import type { RunRecord } from '../agent/types';

/** Where the state of a run comes from: this process, or a service over HTTP. */
export interface RunSource {
  getRun(id: string): Promise<RunRecord>;
}

/** A run had not finished when the caller stopped waiting. */
export class RunTimeoutError extends Error {}

/** Waits for runs by looking at their status. */
export class RunWaiter {
  private readonly source: RunSource;
  readonly pollInterval: number;
  readonly timeout: number;

  /**
   * @param pollInterval time between two looks, in ms
   * @param timeout longest wait, in ms
   */
  constructor(source: RunSource, pollInterval = 1000, timeout = 30_000) {
    this.source = source;
    this.pollInterval = pollInterval;
    this.timeout = timeout;
  }

  /**
   * Resolves with the run once it has completed or failed.
   *
   * @throws RunTimeoutError when the run is still going after the timeout
   */
  async waitForRun(id: string): Promise<RunRecord> {
    const deadline = Date.now() + this.timeout;
    let run = await this.source.getRun(id);
    while (run.status === 'queued' || run.status === 'running') {
      if (Date.now() >= deadline) {
        throw new RunTimeoutError(`Run ${id} is still ${run.status} after ${this.timeout} ms.`);
      }
      await sleep(this.pollInterval);
      run = await this.source.getRun(id);
    }
    return run;
  }
}
