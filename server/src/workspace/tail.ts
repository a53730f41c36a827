import { type FSWatcher, watch } from 'node:fs';
import { type FileHandle, open, stat } from 'node:fs/promises';
import { basename, dirname } from 'node:path';

const CHUNK_BYTES = 256 * 1024;
/** Start of the file kept to recognise it by: two lines of a log fit. */
const HEAD_BYTES = 4096;
const NEWLINE = 10;

export interface TailSink {
  /** Bytes appended to the file, in order; valid during the call only. */
  bytes(chunk: Uint8Array): void;
  /** The log goes on in a new file, or from the start of the emptied one: the line at hand ends. */
  rotated(): void;
  /** The same log was written anew: forget what was read, it comes again. */
  restarted(): void;
  /** All that is readable was read, or the file went or came. */
  progress(state: TailState): void;
  /** The file cannot be read; the tail keeps trying. */
  failed(error: NodeJS.ErrnoException): void;
}

export interface TailState {
  exists: boolean;
  /** Everything present was read. */
  caughtUp: boolean;
  /** Bytes read of the present file, and its size. */
  bytesRead: number;
  totalBytes: number;
}

export interface TailOptions {
  /** Look at the file at least this often, in ms, where change events are unreliable. */
  pollMs?: number;
}

/**
 * Follows a growing file and reads appended bytes only. The open handle outlives rename and
 * deletion, so what was still written to a rotated file is read before its successor is opened.
 */
export class FileTail {
  private handle: FileHandle | null = null;
  private offset = 0;
  private head = Buffer.alloc(0);
  private watcher: FSWatcher | null = null;
  private timer: NodeJS.Timeout | null = null;
  private running: Promise<void> | null = null;
  private again = false;
  private stopped = false;
  private readonly buffer = Buffer.allocUnsafe(CHUNK_BYTES);

  /** @param file absolute path; it need not exist yet. */
  constructor(
    private readonly file: string,
    private readonly sink: TailSink,
    private readonly options: TailOptions = {},
  ) {}

  /** Starts following. Reading begins with the present content. */
  start(): void {
    this.check();
  }

  /** Stops following and releases the file. Resolves when no more callbacks will come. */
  async stop(): Promise<void> {
    this.stopped = true;
    this.watcher?.close();
    this.watcher = null;
    if (this.timer !== null) clearTimeout(this.timer);
    await this.running;
    await this.handle?.close();
    this.handle = null;
  }

  /** Looks at the file now, or once more after the look under way. */
  check(): void {
    if (this.stopped) return;
    if (this.running !== null) {
      this.again = true;
      return;
    }
    this.running = this.look()
      .catch((error: NodeJS.ErrnoException) => this.sink.failed(error))
      .finally(() => {
        this.running = null;
        if (this.stopped) return;
        this.watchDirectory();
        if (this.again) {
          this.again = false;
          this.check();
        } else {
          this.schedule();
        }
      });
  }

  private schedule(): void {
    if (this.timer !== null) clearTimeout(this.timer);
    this.timer = setTimeout(() => this.check(), this.options.pollMs ?? 1000);
    this.timer.unref();
  }

  /** The directory is watched, not the file: its entry survives rotation. */
  private watchDirectory(): void {
    if (this.watcher !== null) return;
    const name = basename(this.file);
    try {
      this.watcher = watch(dirname(this.file), { persistent: false }, (_event, changed) => {
        if (changed === null || changed === name) this.check();
      });
      this.watcher.on('error', () => this.unwatch());
    } catch {
      // No directory yet, or no watches left: the interval looks, and the next look tries again.
      this.watcher = null;
    }
  }

  private unwatch(): void {
    this.watcher?.close();
    this.watcher = null;
  }

  private async look(): Promise<void> {
    const found = await statOrNull(this.file);
    if (this.handle === null) {
      if (found === null) {
        this.report(false);
        return;
      }
      if (!(await this.openFile())) return;
    } else if (found === null || !(await this.isSame(found))) {
      await this.drain();
      if (found === null) {
        // A watch on a deleted directory stays silent for ever; the next look sets a new one.
        this.unwatch();
        this.report(false);
        return;
      }
      if (!(await this.replace())) return;
    }
    await this.followCut();
    await this.drain();
    if (!this.stopped) this.report(true);
  }

  private async isSame(found: Identity): Promise<boolean> {
    const own = await this.handle!.stat({ bigint: true });
    return own.ino === found.ino && own.dev === found.dev;
  }

  private async openFile(): Promise<boolean> {
    try {
      this.handle = await open(this.file, 'r');
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'ENOENT') throw error;
      this.report(false);
      return false;
    }
    this.offset = 0;
    return true;
  }

  private async replace(): Promise<boolean> {
    await this.handle!.close();
    this.handle = null;
    if (!(await this.openFile())) return false;
    await this.beginAgain();
    return true;
  }

  /** A file shorter than what was read, or with another start, was emptied or written anew. */
  private async followCut(): Promise<void> {
    const { size } = await this.handle!.stat();
    if (size === this.offset) return;
    if (size > this.offset && (await this.startsAsBefore())) return;
    this.offset = 0;
    await this.beginAgain();
  }

  private async startsAsBefore(): Promise<boolean> {
    const found = Buffer.alloc(this.head.length);
    const { bytesRead } = await this.handle!.read(found, 0, found.length, 0);
    return bytesRead === found.length && found.equals(this.head);
  }

  private async beginAgain(): Promise<void> {
    const known = firstTwoLines(this.head);
    const found = Buffer.alloc(known.length);
    const { bytesRead } = await this.handle!.read(found, 0, known.length, 0);
    this.head = Buffer.alloc(0);
    if (known.length > 0 && bytesRead === known.length && found.equals(known)) {
      this.sink.restarted();
    } else {
      this.sink.rotated();
    }
  }

  private async drain(): Promise<void> {
    while (!this.stopped && this.handle !== null) {
      const bytesRead = await this.readChunk(this.handle);
      if (bytesRead === 0) return;
      const chunk = this.buffer.subarray(0, bytesRead);
      if (this.head.length < HEAD_BYTES && this.offset === this.head.length) {
        this.head = Buffer.concat([this.head, chunk.subarray(0, HEAD_BYTES - this.head.length)]);
      }
      this.offset += bytesRead;
      this.sink.bytes(chunk);
      if (bytesRead === CHUNK_BYTES) await this.reportReading();
    }
  }

  private async readChunk(handle: FileHandle): Promise<number> {
    try {
      return (await handle.read(this.buffer, 0, CHUNK_BYTES, this.offset)).bytesRead;
    } catch (error) {
      // What cannot be read (a folder, a lost network drive) is opened anew at the next look.
      this.handle = null;
      await handle.close();
      throw error;
    }
  }

  private async reportReading(): Promise<void> {
    const { size } = await this.handle!.stat();
    const totalBytes = Math.max(size, this.offset);
    this.sink.progress({ exists: true, caughtUp: false, bytesRead: this.offset, totalBytes });
  }

  private report(exists: boolean): void {
    const bytes = this.offset;
    this.sink.progress({ exists, caughtUp: true, bytesRead: bytes, totalBytes: bytes });
  }
}

/**
 * What tells a log from its successor. The first line alone does not: the files of one run may
 * all start with the same header.
 *
 * @returns nothing where `head` holds no two whole lines.
 */
function firstTwoLines(head: Buffer): Buffer {
  const first = head.indexOf(NEWLINE);
  const second = first < 0 ? -1 : head.indexOf(NEWLINE, first + 1);
  return head.subarray(0, second + 1);
}

interface Identity {
  ino: bigint;
  dev: bigint;
}

async function statOrNull(file: string): Promise<Identity | null> {
  try {
    return await stat(file, { bigint: true });
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return null;
    throw error;
  }
}
