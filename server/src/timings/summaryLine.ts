import { durationFault, type Rejection, reject, type SummaryLine } from './record';

const STAT =
  /(?:^|[\s,;|(])(count|calls|n|errors|slow|total|sum|avg|mean|min|max|p50|median|p95|p99)(?:\s*[=:]\s*|\s+)(-?\d[\w.+]*|nan\w*|-?inf\w*)( ms)?(?=$|[,;|)\s])/gi;
const CALLS = /(?:^|[\s,;|(])(\d{1,15}) (?:calls|runs|operations)\b/i;

type StatKey = Exclude<keyof SummaryLine, 'kind' | 'op'>;

const KEYS: Record<string, StatKey> = {
  count: 'count',
  calls: 'count',
  n: 'count',
  errors: 'errors',
  slow: 'slow',
  total: 'totalMs',
  sum: 'totalMs',
  avg: 'meanMs',
  mean: 'meanMs',
  min: 'minMs',
  max: 'maxMs',
  p50: 'p50',
  median: 'p50',
  p95: 'p95',
  p99: 'p99',
};

const COUNTS: ReadonlySet<StatKey> = new Set(['count', 'errors', 'slow'] as const);

/**
 * Reads a summary line: an operation's name followed by statistics, as in
 * `load_config: count=12, avg=3.2ms, min=1.0ms, max=9.9ms, p50=2.9ms, p95=9.1ms, p99=9.9ms`.
 *
 * Required are a count (`count=12`, `n=12` or `12 calls`) and one duration among total/sum,
 * avg/mean, min, max, p50/median, p95 and p99. Statistics stand in any order, with `=`, `:` or a
 * blank before the value and commas, semicolons, bars or blanks between them. Every duration must
 * be in `ms`: one in another unit makes the line something else, never a wrong number.
 *
 * @returns `null` when the line is no summary.
 */
export function readSummary(text: string): SummaryLine | Rejection | null {
  const summary: SummaryLine = emptySummary();
  let nameEnd = text.length;
  let durations = 0;
  let counted = false;
  const calls = CALLS.exec(text);
  if (calls !== null) {
    summary.count = Number(calls[1]);
    counted = true;
    nameEnd = calls.index;
  }
  for (const match of text.matchAll(STAT)) {
    const key = KEYS[match[1]!.toLowerCase()]!;
    const value = match[2]! + (match[3]?.trim() ?? '');
    if (COUNTS.has(key)) {
      if (!/^\d{1,15}$/.test(value)) return null;
      summary[key] = Number(value);
      counted ||= key === 'count';
    } else {
      const duration = /^(-?[\d.]+(?:e[+-]?\d+)?|nan|-?inf(?:inity)?)ms$/i.exec(value);
      if (duration === null) return null;
      const ms = Number(duration[1]);
      const fault = key === 'totalMs' && ms >= 0 ? null : durationFault(ms);
      if (fault !== null) return reject(fault);
      summary[key] = ms;
      durations++;
    }
    nameEnd = Math.min(nameEnd, match.index);
  }
  if (!counted || durations === 0) return null;
  summary.op = nameBefore(text, nameEnd);
  return summary.op === '' ? null : complete(summary);
}

/** A loop: a pattern anchored at the end only takes quadratic time on long runs of blanks. */
function nameBefore(text: string, end: number): string {
  let last = end;
  while (last > 0 && /[\s:|(-]/.test(text[last - 1]!)) last--;
  return text.slice(0, last).trim();
}

function emptySummary(): SummaryLine {
  return {
    kind: 'summary',
    op: '',
    count: 0,
    errors: null,
    slow: null,
    totalMs: null,
    minMs: null,
    meanMs: null,
    maxMs: null,
    p50: null,
    p95: null,
    p99: null,
  };
}

/** Mean and total follow from each other and the count; nothing else is derived. */
function complete(summary: SummaryLine): SummaryLine {
  if (summary.totalMs === null && summary.meanMs !== null) {
    summary.totalMs = summary.meanMs * summary.count;
  } else if (summary.meanMs === null && summary.totalMs !== null && summary.count > 0) {
    summary.meanMs = summary.totalMs / summary.count;
  }
  return summary;
}
