import type { RejectReason } from '../../../shared/timings';
import { readJsonLine } from './jsonLine';
import { LineSplitter } from './lines';
import type { LineReading, RunHeader, SummaryLine, TimingRecord } from './record';
import { TextLineReader } from './textLine';

/** Receives what a log says. */
export interface TimingSink {
  /** @param run the run the record belongs to; `null`: the log names none. */
  record(record: TimingRecord, run: string | null): void;
  header(header: RunHeader): void;
  summary(summary: SummaryLine, run: string | null): void;
  /** Records that the writer of the log gave up. */
  dropped(count: number): void;
  rejected(reason: RejectReason, count: number): void;
  unrelated(count: number): void;
}

/** More replacement and control characters than this share of a line: it is no text. */
const JUNK_SHARE = 0.1;
const JUNK = /[\x00-\x08\x0e-\x1a\x1c-\x1f\ufffd]/g;

/**
 * Reads one timing log, byte by byte as it grows. The layout is found line by line, so that a log
 * may mix records, the Python helper's lines and lines about other things.
 *
 * Lines about other things are *unrelated* in a mixed log. In a log of records they are damage:
 * once the first record or header was seen they count as rejected, those before it included.
 */
export class LogReader {
  private readonly text = new TextLineReader();
  private readonly splitter: LineSplitter;
  private run: string | null = null;
  private recordLog = false;
  private otherLines = 0;
  private finalLine = false;

  constructor(private readonly sink: TimingSink) {
    this.splitter = new LineSplitter({
      line: (line) => this.line(line),
      tooLong: () => this.sink.rejected('line-too-long', 1),
    });
  }

  /** Bytes of a last line that has no line end yet. */
  get pendingBytes(): number {
    return this.splitter.pendingBytes;
  }

  /** Takes the next bytes of the log. */
  push(bytes: Uint8Array): void {
    this.splitter.push(bytes);
  }

  /** The log will not grow any more: reads the last line even without line end. */
  end(): void {
    this.finalLine = true;
    this.splitter.end();
    this.finalLine = false;
  }

  private line(line: string): void {
    const text = line.trim();
    if (text === '') return;
    const json = text.charCodeAt(0) === 0x7b;
    const reading = json ? readJsonLine(text, this.text) : this.text.read(text);
    if (reading === null) {
      this.other(text);
      return;
    }
    if (!this.recordLog && json && isHelperLine(reading)) this.becomeRecordLog();
    this.take(reading);
  }

  private take(reading: Exclude<LineReading, null>): void {
    switch (reading.kind) {
      case 'record':
        this.sink.record(reading, reading.run ?? this.run);
        break;
      case 'header':
        this.run = reading.run;
        this.sink.header(reading);
        break;
      case 'summary':
        this.sink.summary(reading, this.run);
        break;
      case 'dropped':
        this.sink.dropped(reading.count);
        break;
      case 'rejected': {
        const cut = this.finalLine && reading.reason === 'malformed-json';
        this.sink.rejected(cut ? 'incomplete-line' : reading.reason, 1);
      }
    }
  }

  private other(text: string): void {
    if (isJunk(text)) {
      this.sink.rejected('not-text', 1);
    } else if (this.recordLog) {
      this.sink.rejected('not-a-record', 1);
    } else {
      this.otherLines++;
      this.sink.unrelated(1);
    }
  }

  private becomeRecordLog(): void {
    this.recordLog = true;
    if (this.otherLines === 0) return;
    this.sink.unrelated(-this.otherLines);
    this.sink.rejected('not-a-record', this.otherLines);
    this.otherLines = 0;
  }
}

/** Written by the profiling helper, not found in the message of a JSON logging layout. */
function isHelperLine(reading: Exclude<LineReading, null>): boolean {
  return reading.kind === 'header' || (reading.kind === 'record' && reading.form === 'record');
}

function isJunk(text: string): boolean {
  const sample = text.slice(0, 4096);
  return (sample.match(JUNK)?.length ?? 0) > sample.length * JUNK_SHARE;
}
