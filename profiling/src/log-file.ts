import { closeSync, mkdirSync, openSync, write, writeSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { runFields } from './format';
import { runHeader } from './header';

/** How many names are tried when another process (or thread) already writes this run's file. */
const MAX_NAME_ATTEMPTS = 100;

/**
 * The log of one process. Batches go to explicit positions of a file that nobody else writes:
 * so a batch whose asynchronous write is under way can be written again synchronously when the
 * process ends, and comes out once whichever of the two is last.
 */
export class LogFile {
  readonly runFields: string;
  #fd: number | undefined;
  #end = 0;
  /** The batch that follows `#end` and is not known to be on disk. */
  #batch: Buffer | undefined;
  #writing = false;
  #closing = false;
  /** Set once the file cannot be opened: then every batch is discarded. */
  #unusable = false;

  /**
   * @param directory folder of the log, created when the first batch is written.
   * @param run the run's name, also the file's.
   * @param onError told of each failure, with the folder or file it is about.
   */
  constructor(
    private readonly directory: string,
    private readonly run: string,
    private readonly onError: (error: Error, path: string) => void,
  ) {
    this.runFields = runFields(run, process.pid);
  }

  /** Whether a batch handed over earlier is not known to be written. */
  get pending(): boolean {
    return this.#batch !== undefined;
  }

  /**
   * Writes a batch, or without one tries the pending batch again.
   *
   * @param text whole lines; only when nothing is pending.
   * @returns whether everything handed over is written or given up for good.
   */
  append(text?: string): Promise<boolean> {
    const batch = this.#take(text);
    if (batch === undefined) return Promise.resolve(true);
    this.#writing = true;
    return new Promise((done) => this.#writeFrom(batch, 0, done));
  }

  /** As {@link append}, but has written (or failed) when it returns. */
  appendSync(text?: string): boolean {
    const batch = this.#take(text);
    if (batch === undefined) return true;
    try {
      for (let offset = 0; offset < batch.length; ) {
        const length = batch.length - offset;
        offset += writeSync(this.#fd!, batch, offset, length, this.#end + offset);
      }
    } catch (error) {
      this.onError(error as Error, this.directory);
      return false;
    }
    this.#finish(batch);
    return true;
  }

  /** Closes the file, once an asynchronous write that is under way has let go of it. */
  close(): void {
    this.#closing = true;
    if (this.#writing || this.#fd === undefined) return;
    closeSync(this.#fd);
    this.#fd = undefined;
  }

  #take(text: string | undefined): Buffer | undefined {
    if (text !== undefined) this.#batch = Buffer.from(text, 'utf8');
    if (this.#batch === undefined) return undefined;
    if (this.#fd === undefined && !this.#open()) this.#batch = undefined;
    return this.#batch;
  }

  #finish(batch: Buffer): void {
    this.#end += batch.length;
    this.#batch = undefined;
  }

  #writeFrom(batch: Buffer, offset: number, done: (written: boolean) => void): void {
    const length = batch.length - offset;
    write(this.#fd!, batch, offset, length, this.#end + offset, (error, written) => {
      const superseded = this.#batch !== batch;
      if (!superseded && error === null && written < length) {
        this.#writeFrom(batch, offset + written, done);
        return;
      }
      this.#writing = false;
      if (this.#closing) this.close();
      if (superseded) return done(true);
      if (error === null) this.#finish(batch);
      else this.onError(error, this.directory);
      done(error === null);
    });
  }

  /** Creates the file with its header. Runs once, at the first batch. */
  #open(): boolean {
    if (this.#unusable) return false;
    try {
      mkdirSync(this.directory, { recursive: true });
      this.#fd = this.#create();
      const header = Buffer.from(runHeader(this.run), 'utf8');
      // Behind the batch in the code, before it in the file.
      this.#batch = Buffer.concat([header, this.#batch!]);
      return true;
    } catch (error) {
      this.#unusable = true;
      this.onError(error as Error, resolve(this.directory));
      return false;
    }
  }

  /** Opens a file that did not exist, so that no other log is ever overwritten. */
  #create(): number {
    for (let attempt = 1; ; attempt += 1) {
      const name = attempt === 1 ? this.run : `${this.run}-${attempt}`;
      try {
        return openSync(join(this.directory, `${name}.ndjson`), 'wx');
      } catch (error) {
        const taken = (error as NodeJS.ErrnoException).code === 'EEXIST';
        if (!taken || attempt === MAX_NAME_ATTEMPTS) throw error;
      }
    }
  }
}
