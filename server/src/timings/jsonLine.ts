import { parseTimestamp } from './logPrefix';
import {
  credibleTime,
  durationFault,
  type LineReading,
  type RunHeader,
  reject,
  type TimingRecord,
} from './record';
import type { TextLineReader } from './textLine';

/** Where JSON logging layouts keep the message: logging, pino, structlog, loguru, docker, OTel. */
const MESSAGE_FIELDS = ['message', 'msg', 'event', 'text', 'log', 'body'] as const;
const TIME_FIELDS = ['timestamp', 'time', 'ts', '@timestamp', 'asctime', 'created', 't'] as const;
/** What Python's `json` writes for durations that are no numbers; JSON itself has no such words. */
const NOT_FINITE = /"ms"\s*:\s*(?:-?Infinity|NaN)\b/;
const MAX_INFO_FIELDS = 24;
const MAX_INFO_LENGTH = 200;

type JsonObject = Record<string, unknown>;

/**
 * Reads a line that starts with `{`: a record or run header of the profiling helper, or a line of
 * a JSON logging layout whose message is one of the Python helper's.
 *
 * @param text reads the message of a JSON logging layout.
 */
export function readJsonLine(line: string, text: TextLineReader): LineReading {
  let value: unknown;
  try {
    value = JSON.parse(line);
  } catch {
    return reject(NOT_FINITE.test(line) ? 'duration-not-finite' : 'malformed-json');
  }
  const object = value as JsonObject;
  if (object.header === true) return readHeader(object);
  if ('op' in object || ('ms' in object && object.v === 1)) return readRecord(object);
  if (object.v === 1 && Number.isSafeInteger(object.dropped)) {
    return { kind: 'dropped', count: Math.max(0, object.dropped as number) };
  }
  const message = MESSAGE_FIELDS.find((field) => typeof object[field] === 'string');
  if (message !== undefined) return readMessage(object, object[message] as string, text);
  return object.v === 1 ? reject('no-operation') : null;
}

function readHeader(object: JsonObject): LineReading {
  if (!supported(object.v)) return reject('unsupported-version');
  if (typeof object.run !== 'string' || object.run === '') return reject('not-a-record');
  const info: RunHeader['info'] = {};
  for (const [key, field] of Object.entries(object).slice(0, MAX_INFO_FIELDS)) {
    if (key === 'v' || key === 'header' || key === 'run' || key === '__proto__') continue;
    if (typeof field === 'string') info[key] = field.slice(0, MAX_INFO_LENGTH);
    else if (typeof field === 'number' || typeof field === 'boolean') info[key] = field;
  }
  return { kind: 'header', run: object.run, info };
}

function readRecord(object: JsonObject): LineReading {
  if (!supported(object.v)) return reject('unsupported-version');
  const { op, ms, thr, cache } = object;
  if (typeof op !== 'string' || op === '') return reject('no-operation');
  if (typeof ms !== 'number')
    return reject(ms === null ? 'duration-not-finite' : 'duration-missing');
  const fault = durationFault(ms);
  if (fault !== null) return reject(fault);
  const record: TimingRecord = {
    kind: 'record',
    op,
    t: credibleTime(object.t),
    ms,
    thresholdMs: typeof thr === 'number' && durationFault(thr) === null ? thr : null,
    ok: object.ok !== false,
    run: typeof object.run === 'string' && object.run !== '' ? object.run : null,
    cold: typeof object.cold === 'boolean' ? object.cold : null,
    cacheHit: cacheOutcome(cache),
    src: typeof object.src === 'string' && object.src !== '' ? object.src : null,
    form: 'record',
  };
  return record;
}

const supported = (version: unknown): boolean => version === 1 || version === undefined;

function cacheOutcome(cache: unknown): boolean | null {
  if (cache === true || cache === 'hit') return true;
  return cache === false || cache === 'miss' ? false : null;
}

function readMessage(object: JsonObject, message: string, text: TextLineReader): LineReading {
  const reading = text.read(message);
  if (reading?.kind !== 'record' || reading.t !== null) return reading;
  for (const field of TIME_FIELDS) {
    const t = timeOf(object[field]);
    if (t !== null) return { ...reading, t };
  }
  return reading;
}

/** Logging layouts give times as text, epoch seconds (Python) or epoch ms (Node). */
function timeOf(value: unknown): number | null {
  if (typeof value === 'string') return parseTimestamp(value);
  if (typeof value !== 'number') return null;
  return credibleTime(value < 1e11 ? value * 1000 : value);
}
