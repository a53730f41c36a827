import { type Attributes, type Chunk, Flag } from './chunk';
import type { Operation } from './operation';

// JSON leaves these two raw, yet Node's readline and others end a line at them.
const LINE_SEPARATORS = /[\u2028\u2029]/g;

function quote(text: string): string {
  const json = JSON.stringify(text);
  return json.replace(LINE_SEPARATORS, (c) => (c === '\u2028' ? '\\u2028' : '\\u2029'));
}

/** The part of every record line that names its run. */
export function runFields(run: string, pid: number): string {
  return `,"run":${quote(run)},"pid":${pid}`;
}

const OUTCOMES = ['', ',"ok":true', ',"ok":false'];

/** The keys that flags alone decide, by flags without the outcome's bits, divided by 4. */
const STATES = Array.from({ length: 8 }, (_, bits) => {
  const cold = (bits << 2) & Flag.cold ? ',"cold":true' : '';
  if ((bits << 2) & Flag.hit) return `${cold},"cache":"hit"`;
  return (bits << 2) & Flag.miss ? `${cold},"cache":"miss"` : cold;
});

/**
 * Writes a chunk as NDJSON, one line a record.
 *
 * @param run what {@link runFields} gave for the log.
 */
export function formatChunk(chunk: Chunk, run: string): string {
  let text = '';
  for (let i = 0; i < chunk.length; i += 1) {
    const operation = chunk.operations[i]!;
    const flags = chunk.flags[i]!;
    const start = Math.round((chunk.starts[i]! + chunk.wallOffset) * 1000) / 1000;
    const duration = Math.round(chunk.durations[i]! * 1e6) / 1e6;
    const threshold = chunk.thresholds[i]!;
    text += prefixOf(operation);
    text += `${start},"ms":${duration}`;
    if (Number.isFinite(threshold)) text += `,"thr":${threshold}`;
    text += OUTCOMES[flags & 3]! + run + STATES[flags >> 2]! + sourceOf(operation);
    const attributes = chunk.attributes.get(i);
    if (attributes !== undefined) text += formatAttributes(attributes);
    text += '}\n';
  }
  return text;
}

function prefixOf(operation: Operation): string {
  operation.prefix ??= `{"v":1,"op":${quote(operation.name)},"t":`;
  return operation.prefix;
}

function sourceOf(operation: Operation): string {
  operation.source ??= operation.src === undefined ? '' : `,"src":${quote(operation.src)}`;
  return operation.source;
}

function formatAttributes(attributes: Attributes): string {
  const parts: string[] = [];
  for (const [key, value] of Object.entries(attributes)) {
    if (typeof value === 'string') parts.push(`${quote(key)}:${quote(value)}`);
    else if (typeof value === 'boolean' || Number.isFinite(value)) {
      parts.push(`${quote(key)}:${value}`);
    }
  }
  return parts.length === 0 ? '' : `,"attrs":{${parts.join(',')}}`;
}

/** The line that stands for records that had to be given up because memory is bounded. */
export function formatDropped(count: number, epochMs: number, run: string): string {
  return `{"v":1,"dropped":${count},"t":${epochMs}${run}}\n`;
}

/** The first line of a log. Keys whose value is undefined are left out. */
export function formatHeader(header: Record<string, string | number | undefined>): string {
  const json = JSON.stringify({ v: 1, header: true, ...header });
  return `${json.replace(LINE_SEPARATORS, ' ')}\n`;
}
