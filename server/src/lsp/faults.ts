import type { Fault } from '../../../shared/finding';
import { messages } from './messages';
import type { Log } from './runSafe';

/** Faults remembered; beyond it the oldest may be logged again, which beats growing for ever. */
const REMEMBERED = 1000;

/** Writes each fault of the analysis to the log once. */
export class FaultLog {
  readonly #log: Pick<Log, 'error'>;
  readonly #seen = new Set<string>();

  constructor(log: Pick<Log, 'error'>) {
    this.#log = log;
  }

  report(faults: readonly Fault[]): void {
    for (const { file, rule, message } of faults) this.once(messages.fault(file, rule, message));
  }

  /** Writes a line unless it was written before. */
  once(line: string): void {
    if (this.#seen.has(line)) return;
    if (this.#seen.size >= REMEMBERED) {
      for (const oldest of this.#seen) {
        this.#seen.delete(oldest);
        break;
      }
    }
    this.#seen.add(line);
    this.#log.error(line);
  }
}
