import { credibleTime } from './record';

/** What stands before the message of a log line. */
export interface PrefixedLine {
  /** Epoch ms, when the line starts with a date and time. */
  t: number | null;
  /** The text after time and level, with the logger's name still in front where ambiguous. */
  rest: string;
  /** A time or level was found, so that `rest` may start with the logger's name. */
  mayHoldLogger: boolean;
}

const TIMESTAMP =
  /^[[(]?(\d{4})-(\d\d)-(\d\d)[T ](\d\d):(\d\d):(\d\d)(?:[.,](\d{1,9}))? ?(Z|[+-]\d\d:?\d\d)?[\])]?/;
const TIME_ONLY = /^[[(]?\d\d:\d\d:\d\d(?:[.,]\d{1,9})?[\])]?(?=[\s|])/;
const LEVEL = /^(?:DEBUG|INFO|WARN|WARNING|ERROR|CRITICAL|FATAL|TRACE|SUCCESS|NOTSET)$/;
const TOKEN = /\[[^\]]{0,80}\]|\([^)]{0,80}\)|\{[^}]{0,80}\}|[\w.$@/<>-]+/y;
const SEPARATORS = /[\s|:-]*/y;
/** Where the line was logged: `module:function:12` (loguru), `logger:file.py:12` (pytest), `file.py:12`. */
const PLACE = /^(?:[\w.<>]+:[\w.<>]+:\d+|[\w./\\-]+\.py:\d+):? (?:- )?/;
/** The name of a logger in front of the message: `package.module: ` or `package.module - `. */
const LOGGER = /^[A-Za-z_][\w.$-]*(?:: | - )/;
const SGR = /\x1b\[[\d;]*m/g;

/**
 * Takes the prefix off a log line: colour codes, date and time, level, and the logger where its
 * place is certain. Understood are Python's `basicConfig` layout (`WARNING:root:message`), the
 * usual `asctime`, `levelname` and `name` orders with blanks, dashes, brackets or bars between
 * them, loguru and structlog. Times without zone are read as local time, as Python writes them.
 */
export function readPrefix(line: string): PrefixedLine {
  let rest = line.includes('\x1b[') ? line.replace(SGR, '') : line;
  let t: number | null = null;
  let dated = false;
  const stamp = TIMESTAMP.exec(rest) ?? TIME_ONLY.exec(rest);
  if (stamp !== null) {
    dated = true;
    if (stamp[1] !== undefined) t = epochOf(stamp);
    rest = rest.slice(stamp[0].length);
  }
  const level = findLevel(rest, dated ? 4 : 1);
  if (level === null) {
    return { t, rest: dated ? afterSeparators(rest) : rest, mayHoldLogger: dated };
  }
  return { t, ...afterLevel(rest, level) };
}

/** Takes the name of a logger off the front, where there is one. */
export function withoutLogger(text: string): string {
  return text.replace(LOGGER, '');
}

/**
 * Reads a date and time as log formats write them: ISO 8601 or `asctime`.
 *
 * @returns epoch ms, or `null` when the text is something else.
 */
export function parseTimestamp(text: string): number | null {
  const match = TIMESTAMP.exec(text);
  return match && epochOf(match);
}

function epochOf(match: RegExpExecArray): number | null {
  const [, year, month, day, hour, minute, second, fraction = '', zone] = match;
  const ms = Number(`0.${fraction || '0'}`) * 1000;
  const parts = [Number(year), Number(month) - 1, Number(day)] as const;
  const time = [Number(hour), Number(minute), Number(second), Math.floor(ms)] as const;
  if (zone === undefined) return credibleTime(new Date(...parts, ...time).getTime());
  return credibleTime(Date.UTC(...parts, ...time) - offsetOf(zone));
}

function offsetOf(zone: string): number {
  if (zone === 'Z') return 0;
  const sign = zone.startsWith('-') ? -1 : 1;
  const digits = zone.slice(1).replace(':', '');
  return sign * (Number(digits.slice(0, 2)) * 60 + Number(digits.slice(2))) * 60_000;
}

interface Level {
  end: number;
  /** Tokens such as a logger's name or a process id stood before the level. */
  tokensBefore: number;
}

function findLevel(text: string, tokens: number): Level | null {
  let at = skip(text, 0);
  for (let index = 0; index < tokens; index++) {
    TOKEN.lastIndex = at;
    const token = TOKEN.exec(text)?.[0];
    if (token === undefined) return null;
    if (isLevel(token)) return { end: at + token.length, tokensBefore: index };
    at = skip(text, at + token.length);
  }
  return null;
}

/** Levels are capitals, except in brackets, where structlog writes them small and padded. */
function isLevel(token: string): boolean {
  if (!/^[[(]/.test(token)) return LEVEL.test(token);
  return LEVEL.test(token.slice(1, -1).trim().toUpperCase());
}

function afterLevel(text: string, level: Level): { rest: string; mayHoldLogger: boolean } {
  const tail = text.slice(level.end);
  if (/^:\S/.test(tail)) {
    const message = tail.indexOf(':', 1);
    return message < 0
      ? { rest: tail.slice(1), mayHoldLogger: false }
      : { rest: tail.slice(message + 1), mayHoldLogger: false };
  }
  const rest = afterSeparators(tail);
  const place = PLACE.exec(rest);
  if (place !== null) return { rest: rest.slice(place[0].length), mayHoldLogger: false };
  return { rest, mayHoldLogger: level.tokensBefore === 0 };
}

const afterSeparators = (text: string): string => text.slice(skip(text, 0));

function skip(text: string, at: number): number {
  SEPARATORS.lastIndex = at;
  return at + (SEPARATORS.exec(text)?.[0].length ?? 0);
}
