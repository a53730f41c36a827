import { resolve } from 'node:path';
import { type Attributes, CHUNK_SIZE, Chunk, Flag } from './chunk';
import { wallOffset } from './clock';
import { formatChunk, formatDropped } from './format';
import { LogFile } from './log-file';
import type { Operation } from './operation';
import { defaultSettings, mergeSettings, type ProfilingOptions, type Settings } from './options';
import { PerformanceTracker } from './tracker';

/** Full chunks that may wait for the disk: 262,144 records, about 9 MB. */
const MAX_WAITING_CHUNKS = 256;

/** Shortest time in ms before a failed write is tried again. */
const MIN_RETRY_MS = 500;

/** Takes records on the operation's path, and batches, counts and writes them off it. */
class Recorder {
  settings: Settings = defaultSettings();
  readonly #tracker = new PerformanceTracker();
  #file = this.#newFile();
  #chunk: Chunk | undefined;
  #waiting: Chunk[] = [];
  #dropped = 0;
  #tail: Promise<void> = Promise.resolve();
  #timer: NodeJS.Timeout | undefined;
  #hooked = false;
  #exiting = false;

  /** Applies options. Another folder or run name ends the present file and begins a new one. */
  configure(options: ProfilingOptions): void {
    const before = this.settings;
    const after = mergeSettings(before, options);
    const moves = after.directory !== before.directory || after.run !== before.run;
    if (moves) this.flushSync();
    this.settings = after;
    if (!moves) return;
    this.#file.close();
    this.#file = this.#newFile();
  }

  /**
   * Adds one record.
   *
   * @param start monotonic ms at which the operation began.
   * @param ms its duration.
   * @param threshold ms beyond which it is slow.
   * @param flags bits of {@link Flag}.
   */
  add(
    operation: Operation,
    start: number,
    ms: number,
    threshold: number,
    flags: number,
    attributes: Attributes | undefined,
  ): void {
    let chunk = this.#chunk;
    if (chunk === undefined || chunk.length === CHUNK_SIZE) {
      if (chunk !== undefined && this.#waiting.length >= MAX_WAITING_CHUNKS) {
        this.#dropped += 1;
        return;
      }
      chunk = this.#nextChunk();
    }
    const i = chunk.length;
    chunk.operations[i] = operation;
    chunk.starts[i] = start;
    chunk.durations[i] = ms;
    chunk.thresholds[i] = threshold;
    chunk.flags[i] = flags;
    if (attributes !== undefined) chunk.attributes.set(i, { ...attributes });
    chunk.length = i + 1;
    if (this.#exiting) this.flushSync();
  }

  /** Writes what is recorded by now; resolves when that is done, or cannot be done at present. */
  flush(): Promise<void> {
    this.#seal();
    this.#tail = this.#tail.then(() => this.#drain());
    return this.#tail;
  }

  /** As {@link flush}, before it returns; includes a batch whose asynchronous write is under way. */
  flushSync(): void {
    this.#seal();
    for (;;) {
      const batch = this.#file.pending ? undefined : this.#nextBatch();
      if (batch === undefined && !this.#file.pending) return;
      if (!this.#file.appendSync(batch)) return;
    }
  }

  /** The statistics of everything recorded by now. */
  summary(): PerformanceTracker {
    for (const chunk of this.#waiting) this.#count(chunk);
    if (this.#chunk !== undefined) this.#count(this.#chunk);
    return this.#tracker;
  }

  #newFile(): LogFile {
    let warned = false;
    return new LogFile(resolve(this.settings.directory), this.settings.run, (error, path) => {
      if (!warned) this.#warn(error, path);
      warned = true;
    });
  }

  #warn(error: Error, path: string): void {
    const message = `Slowpath cannot write its timing log in ${path} (${error.message}). The application is not affected, but timings are being lost. Free space there, make the folder writable, or set SLOWPATH_TIMINGS_DIR to another one; SLOWPATH_TIMINGS=off stops recording.`;
    const { onWarning } = this.settings;
    if (onWarning !== undefined) onWarning(message);
    // A process warning is printed in the next tick, and after 'exit' there is none.
    else if (this.#exiting) process.stderr.write(`${message}\n`);
    else process.emitWarning(message, { type: 'SlowpathWarning', code: 'SLOWPATH_TIMINGS_LOG' });
  }

  #nextChunk(): Chunk {
    this.#hookExit();
    if (this.#chunk !== undefined) {
      this.#waiting.push(this.#chunk);
      this.#schedule(0);
    } else {
      this.#schedule(this.settings.flushIntervalMs);
    }
    this.#chunk = new Chunk(wallOffset());
    return this.#chunk;
  }

  #schedule(delayMs: number): void {
    if (this.#timer !== undefined && delayMs > 0) return;
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => {
      this.#timer = undefined;
      void this.flush();
    }, delayMs);
    this.#timer.unref();
  }

  #seal(): void {
    if (this.#chunk === undefined) return;
    this.#waiting.push(this.#chunk);
    this.#chunk = undefined;
  }

  async #drain(): Promise<void> {
    for (;;) {
      // Asked anew each time: a synchronous flush may have come between.
      const batch = this.#file.pending ? undefined : this.#nextBatch();
      if (batch === undefined && !this.#file.pending) return;
      if (!(await this.#file.append(batch))) break;
    }
    this.#schedule(Math.max(this.settings.flushIntervalMs, MIN_RETRY_MS));
  }

  /** Serialises the oldest waiting chunk, with the count of what was given up since the last. */
  #nextBatch(): string | undefined {
    const chunk = this.#waiting.shift();
    if (chunk === undefined) return undefined;
    this.#count(chunk);
    const run = this.#file.runFields;
    const text = formatChunk(chunk, run);
    if (this.#dropped === 0) return text;
    const note = formatDropped(this.#dropped, Date.now(), run);
    this.#dropped = 0;
    return text + note;
  }

  #count(chunk: Chunk): void {
    for (; chunk.counted < chunk.length; chunk.counted += 1) {
      const i = chunk.counted;
      const flags = chunk.flags[i]!;
      const ms = chunk.durations[i]!;
      this.#tracker.record(chunk.operations[i]!.name, ms, {
        failed: (flags & Flag.failed) !== 0,
        slow: ms > chunk.thresholds[i]!,
        cached: flags & Flag.hit ? true : flags & Flag.miss ? false : undefined,
      });
    }
  }

  /** Nothing recorded may be lost at the end; both events leave the way of ending as it is. */
  #hookExit(): void {
    if (this.#hooked) return;
    this.#hooked = true;
    process.on('beforeExit', () => this.flushSync());
    process.on('exit', () => {
      this.#exiting = true;
      this.flushSync();
    });
  }
}

/** The process's recorder. */
export const recorder = new Recorder();
