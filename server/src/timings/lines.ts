import { MAX_LINE_BYTES } from './record';

const NEWLINE = 10;
const CARRIAGE_RETURN = 13;

/** Receives the lines of a log in order. */
export interface LineSink {
  line(text: string): void;
  /** A line longer than the limit went by; its text is gone. */
  tooLong(): void;
}

/**
 * Cuts a byte stream into lines. Chunks may end anywhere, inside a UTF-8 sequence or a line; bytes
 * after the last line end wait for the next chunk. LF and CRLF end a line; a BOM at the start of a
 * line is dropped. Memory is bounded by the chunk plus one line of `maxLineBytes`.
 */
export class LineSplitter {
  private readonly decoder = new TextDecoder('utf-8');
  private pending: Uint8Array[] = [];
  private pendingLength = 0;
  private skipping = false;

  constructor(
    private readonly sink: LineSink,
    private readonly maxLineBytes = MAX_LINE_BYTES,
  ) {}

  /** Bytes of the unfinished last line. */
  get pendingBytes(): number {
    return this.pendingLength;
  }

  /** Takes the next bytes. They are copied where they must outlive the call. */
  push(chunk: Uint8Array): void {
    const last = chunk.lastIndexOf(NEWLINE);
    if (last < 0) {
      this.hold(chunk);
      return;
    }
    let start = 0;
    if (this.skipping || this.pendingLength > 0) {
      start = chunk.indexOf(NEWLINE) + 1;
      this.hold(chunk.subarray(0, start - 1));
      this.finishPending();
    }
    if (start <= last) this.emit(chunk.subarray(start, last + 1));
    this.hold(chunk.subarray(last + 1));
  }

  /**
   * The stream is over: hands out what waited.
   *
   * @returns whether a last line without line end was handed out.
   */
  end(): boolean {
    const open = this.skipping || this.pendingLength > 0;
    if (open) this.finishPending();
    return open;
  }

  private hold(bytes: Uint8Array): void {
    if (this.skipping || bytes.length === 0) return;
    if (this.pendingLength + bytes.length > this.maxLineBytes + 1) {
      this.skipping = true;
      this.pending = [];
      this.pendingLength = 0;
      return;
    }
    // Not slice(): a Buffer's shares memory that the caller may reuse.
    this.pending.push(new Uint8Array(bytes));
    this.pendingLength += bytes.length;
  }

  private finishPending(): void {
    if (this.skipping) {
      this.skipping = false;
      this.sink.tooLong();
      return;
    }
    const whole = new Uint8Array(this.pendingLength);
    let at = 0;
    for (const part of this.pending) {
      whole.set(part, at);
      at += part.length;
    }
    this.pending = [];
    this.pendingLength = 0;
    this.emitLine(whole);
  }

  /** Whole lines, the last with its line end. Decoding them together is much the fastest. */
  private emit(bytes: Uint8Array): void {
    if (bytes.length > this.maxLineBytes) {
      this.emitOneByOne(bytes);
      return;
    }
    const text = this.decoder.decode(bytes);
    let start = 0;
    for (let end = text.indexOf('\n'); end >= 0; end = text.indexOf('\n', start)) {
      this.emitText(text.slice(start, end));
      start = end + 1;
    }
  }

  private emitOneByOne(bytes: Uint8Array): void {
    let start = 0;
    for (let end = bytes.indexOf(NEWLINE); end >= 0; end = bytes.indexOf(NEWLINE, start)) {
      this.emitLine(bytes.subarray(start, end));
      start = end + 1;
    }
  }

  private emitLine(bytes: Uint8Array): void {
    const length = bytes.at(-1) === CARRIAGE_RETURN ? bytes.length - 1 : bytes.length;
    if (length > this.maxLineBytes) this.sink.tooLong();
    else this.emitText(this.decoder.decode(bytes.subarray(0, length)));
  }

  private emitText(line: string): void {
    const start = line.charCodeAt(0) === 0xfeff ? 1 : 0;
    const end = line.endsWith('\r') ? line.length - 1 : line.length;
    this.sink.line(start === 0 && end === line.length ? line : line.slice(start, end));
  }
}
