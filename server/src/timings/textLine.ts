import { readPrefix, withoutLogger } from './logPrefix';
import { durationFault, type LineReading, reject, type TimingRecord } from './record';
import { readSummary } from './summaryLine';

const SLOW = 'Slow operation: ';
const MILLISECONDS = /^(-?(?:\d+(?:\.\d+)?(?:e[+-]?\d+)?|nan|inf(?:inity)?)) ?ms$/i;
const THRESHOLD = / \(threshold: (-?[\w.+]+) ?ms\)$/;
const OTHER_UNIT = /\b(?:took|in) -?\d[\d.]* ?(?:s|secs?|seconds?|m|mins?|minutes?|h|us|µs|ns)\b/i;

/**
 * Reads the Python helper's log lines, with or without a logging prefix:
 * `Slow operation: NAME took 12.3ms (threshold: 100.0ms)`, `NAME completed in 12.3ms`,
 * `NAME: 12.3ms` and summary lines. Names may hold blanks, colons and slashes. Durations must be
 * in ms; lines that look alike in seconds are none of these and are left alone.
 *
 * `2025-12-13 10:00:00 INFO a: b completed in 1ms` can mean operation `b` of logger `a` or an
 * operation `a: b`. The slow lines of the same log tell which, because their text has a fixed
 * start, and what stands before it stands before the other lines too. Until one was seen, `a` is
 * taken for the logger, the more usual layout.
 */
export class TextLineReader {
  /** What stood between the level and the text of the last slow line. */
  private front: string | null = null;

  /** Reads one line of plain or prefixed text. */
  read(line: string): LineReading {
    if (!line.includes('ms')) return null;
    const { t, rest, mayHoldLogger } = readPrefix(line.trimEnd());
    const slow = rest.indexOf(SLOW);
    if (slow >= 0) {
      if (mayHoldLogger) this.front = rest.slice(0, slow);
      return withTime(readSlow(rest.slice(slow + SLOW.length)), t);
    }
    const message = mayHoldLogger ? this.withoutFront(rest) : rest;
    return withTime(readQuiet(message) ?? readQuiet(rest), t);
  }

  private withoutFront(text: string): string {
    if (this.front !== null && text.startsWith(this.front)) return text.slice(this.front.length);
    return withoutLogger(text);
  }
}

function withTime(reading: LineReading, t: number | null): LineReading {
  if (reading?.kind === 'record') reading.t = t;
  return reading;
}

function readSlow(body: string): LineReading {
  let text = body;
  let thresholdMs: number | null = null;
  const threshold = THRESHOLD.exec(text.slice(-80));
  if (threshold !== null) {
    const value = Number(threshold[1]);
    thresholdMs = durationFault(value) === null ? value : null;
    text = text.slice(0, text.length - threshold[0].length);
  }
  return readDuration(text, ' took ', 'slow', thresholdMs);
}

function readQuiet(text: string): LineReading {
  return (
    readDuration(text, ' completed in ', 'fast', null) ??
    readSummary(text) ??
    (OTHER_UNIT.test(text) ? null : readDuration(text, ': ', 'plain', null))
  );
}

function readDuration(
  text: string,
  marker: string,
  form: TimingRecord['form'],
  thresholdMs: number | null,
): LineReading {
  const at = text.lastIndexOf(marker);
  if (at <= 0) return null;
  const match = MILLISECONDS.exec(text.slice(at + marker.length));
  const op = text.slice(0, at).trim();
  if (match === null || op === '') return null;
  const ms = /^-?inf/i.test(match[1]!) ? Number.POSITIVE_INFINITY : Number(match[1]);
  const fault = durationFault(ms);
  if (fault !== null) return reject(fault);
  return {
    kind: 'record',
    op,
    t: null,
    ms,
    thresholdMs,
    ok: true,
    run: null,
    cold: null,
    cacheHit: null,
    src: null,
    form,
  };
}
