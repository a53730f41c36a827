import type { Runtime } from './runtime';

/** Half of the 20 ms a slice may take: the file that overruns it is finished first. */
const SLICE_MS = 10;

/** Cuts long work into slices, between which requests are answered. */
export class Slices {
  readonly #runtime: Pick<Runtime, 'now' | 'breathe'>;
  #start: number;

  constructor(runtime: Pick<Runtime, 'now' | 'breathe'>) {
    this.#runtime = runtime;
    this.#start = runtime.now();
  }

  /** Awaited between units of work; waits only when the slice is used up. */
  async rest(): Promise<void> {
    if (this.#runtime.now() - this.#start < SLICE_MS) return;
    await this.#runtime.breathe();
    this.#start = this.#runtime.now();
  }
}
