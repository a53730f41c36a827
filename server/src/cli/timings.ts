import { createReadStream } from 'node:fs';
import { resolve } from 'node:path';
import { type OperationStats, type RejectReason, slowShare } from '../../../shared/timings';
import { aggregate, rejectCounts, runStats, sortOperations } from '../timings/aggregate';
import { LogReader } from '../timings/logReader';
import { visibleName } from '../timings/names';
import { TimingStore } from '../timings/store';
import { describeFailure } from '../workspace/failure';

export interface TimingsOptions {
  format: 'table' | 'json';
  /** Directory that relative file names refer to. */
  cwd: string;
}

interface Output {
  write(text: string): void;
}

const CHUNK_BYTES = 256 * 1024;
const NAME_WIDTH = 60;

/**
 * `slowpath timings FILE…`: reads timing logs together and prints their statistics.
 *
 * @param files log files; `-` reads standard input.
 * @param out receives the table or the JSON document.
 * @param err receives one line per file that cannot be read.
 * @returns exit code: 0, or 2 when a file could not be read. The other files are still shown.
 */
export async function runTimings(
  files: string[],
  options: TimingsOptions,
  out: Output,
  err: Output,
): Promise<number> {
  if (files.length === 0) {
    err.write('slowpath timings: expected a log file, found none. Name one, or - to read stdin.\n');
    return 2;
  }
  const store = new TimingStore();
  let unreadable = 0;
  for (const file of files) {
    const problem = await readLog(store, file, options.cwd);
    if (problem === null) continue;
    unreadable++;
    err.write(`slowpath timings: ${visibleName(file)} ${problem}\n`);
  }
  if (options.format === 'json') out.write(`${JSON.stringify(document(store))}\n`);
  else if (unreadable < files.length) out.write(table(store));
  return unreadable > 0 ? 2 : 0;
}

/** @returns what is wrong with the file, to follow its name, or `null`. */
async function readLog(store: TimingStore, file: string, cwd: string): Promise<string | null> {
  const reader = new LogReader(store.sink(file === '-' ? '(standard input)' : file));
  try {
    const stream =
      file === '-'
        ? process.stdin
        : createReadStream(resolve(cwd, file), { highWaterMark: CHUNK_BYTES });
    for await (const chunk of stream) {
      reader.push(typeof chunk === 'string' ? Buffer.from(chunk) : (chunk as Buffer));
    }
  } catch (error) {
    return describeFailure(error);
  } finally {
    reader.end();
  }
  return null;
}

function document(store: TimingStore): object {
  return {
    version: 1,
    operations: aggregate(store, null).map(({ stats }) => stats),
    runs: runStats(store),
    rejectedLines: store.rejectedLines,
    rejected: rejectCounts(store),
    unrelatedLines: store.unrelatedLines,
    foldedRecords: store.foldedRecords,
    droppedRecords: store.droppedRecords,
  };
}

const HEADINGS = ['Operation', 'Count', 'Errors', 'Slow', 'Total', 'p50', 'p95', 'p99', 'Max'];

function table(store: TimingStore): string {
  const results = sortOperations(aggregate(store, null), { column: 'totalMs', descending: true });
  const notes = notesOf(
    store,
    results.map(({ stats }) => stats),
  );
  if (results.length === 0) return `${['No timing records found.', ...notes].join('\n')}\n`;
  const rows = [HEADINGS, ...results.map(({ stats }) => cellsOf(stats))];
  const widths = HEADINGS.map((_, column) => Math.max(...rows.map((row) => row[column]!.length)));
  const lines = rows.map((row) =>
    row
      .map((cell, column) =>
        column === 0 ? cell.padEnd(widths[column]!) : cell.padStart(widths[column]!),
      )
      .join('  ')
      .trimEnd(),
  );
  return `${[...lines, ...(notes.length > 0 ? ['', ...notes] : [])].join('\n')}\n`;
}

function cellsOf(stats: OperationStats): string[] {
  const name = visibleName(stats.op);
  const mark = stats.censored ? ' *' : stats.basis === 'summary' ? ' +' : '';
  const characters = [...name];
  const short =
    characters.length <= NAME_WIDTH ? name : `${characters.slice(0, NAME_WIDTH - 1).join('')}…`;
  return [
    short + mark,
    String(stats.count),
    String(stats.errors),
    percent(slowShare(stats)),
    ...[stats.totalMs, stats.p50, stats.p95, stats.p99, stats.maxMs].map(milliseconds),
  ];
}

function percent(share: number | null): string {
  return share === null ? '–' : `${(share * 100).toFixed(1)}%`;
}

function milliseconds(ms: number | null): string {
  if (ms === null) return '–';
  return `${ms.toFixed(ms < 10 ? 3 : 1)} ms`;
}

/** Reasons in the words of the table; the JSON document has their names. */
const REASONS: Record<RejectReason, string> = {
  'line-too-long': 'longer than 1 MB',
  'not-text': 'not text',
  'malformed-json': 'not valid JSON',
  'not-a-record': 'not a timing record',
  'unsupported-version': 'record version other than 1',
  'no-operation': 'without operation name',
  'duration-missing': 'without duration',
  'duration-negative': 'negative duration',
  'duration-not-finite': 'duration not a finite number',
  'duration-absurd': 'duration over 30 days',
  'incomplete-line': 'last line cut off',
};

function notesOf(store: TimingStore, operations: OperationStats[]): string[] {
  const notes: string[] = [];
  if (operations.some(({ censored }) => censored)) {
    notes.push(
      '* Slow calls only: the log leaves out calls below the threshold, so percentiles of all',
      '  calls are unknown. Log at level DEBUG to include them.',
    );
  }
  if (operations.some(({ basis }) => basis === 'summary')) {
    notes.push('+ From summary lines; percentiles that those do not state are unknown.');
  }
  if (store.rejectedLines > 0) {
    const reasons = rejectCounts(store).map(({ reason, count }) => `${count} ${REASONS[reason]}`);
    notes.push(`Rejected lines: ${store.rejectedLines} (${reasons.join(', ')}).`);
  }
  if (store.unrelatedLines > 0) notes.push(`Lines about other things: ${store.unrelatedLines}.`);
  if (store.droppedRecords > 0) {
    notes.push(`Incomplete: the profiling helper gave up ${store.droppedRecords} records.`);
  }
  if (store.foldedRecords > 0) {
    notes.push(
      `Too many distinct names: ${store.foldedRecords} records are counted as "(other operations)".`,
    );
  }
  return notes;
}
