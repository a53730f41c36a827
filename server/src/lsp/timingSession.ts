import type { LogStatus, OperationRow, TimingsQuery, TimingsView } from '../../../shared/timings';
import {
  aggregate,
  aggregateOne,
  type OperationResult,
  rejectCounts,
  runStats,
  sortOperations,
} from '../timings/aggregate';
import { chart } from '../timings/chart';
import { LogReader } from '../timings/logReader';
import { visibleName } from '../timings/names';
import { TimingStore } from '../timings/store';
import { describeFailure } from '../workspace/failure';
import { FileTail, type TailSink } from '../workspace/tail';

const MAX_ROWS = 2000;
const LOADING_FACTOR = 3;
/** A 95th percentile of fewer records is but their maximum. */
const RECORDS_PER_BUCKET = 20;
/** Short logs get this many buckets all the same: they show single calls. */
const MIN_BUCKETS = 60;

/** One open timing log: followed, aggregated, queried. */
export class TimingSession {
  private store = new TimingStore();
  private reader: LogReader;
  private readonly tail: FileTail;
  private readonly status: LogStatus = {
    phase: 'loading',
    bytesRead: 0,
    totalBytes: 0,
    rotations: 0,
    message: null,
  };
  private subscribed = false;
  private seen = '';
  private timer: NodeJS.Timeout | null = null;

  /**
   * @param file absolute path of the log.
   * @param intervalMs shortest time between two change notices.
   * @param changed called after news was read, once subscribed.
   */
  constructor(
    private readonly id: number,
    readonly file: string,
    private readonly intervalMs: number,
    private readonly changed: () => void,
  ) {
    this.reader = new LogReader(this.store.sink(file));
    this.tail = new FileTail(file, this.tailSink());
    this.tail.start();
  }

  /** From now on changes are told; the present state is told at once, so that none is missed. */
  subscribe(): void {
    this.subscribed = true;
    this.announce();
  }

  /** Stops following the log. */
  async close(): Promise<void> {
    this.subscribed = false;
    if (this.timer !== null) clearTimeout(this.timer);
    await this.tail.stop();
  }

  /** What the panel shows for a query, as of now. */
  view(query: TimingsQuery): TimingsView {
    const run = query.run !== null && this.store.runs[query.run] ? query.run : null;
    const filter = query.filter.toLowerCase();
    const all = aggregate(this.store, run);
    const matching = filter === '' ? all : all.filter(({ stats }) => matches(stats.op, filter));
    const rows = sortOperations(matching, query.sort);
    const selected = query.chartOp === null ? null : aggregateOne(this.store, query.chartOp, run);
    return {
      session: this.id,
      file: this.file,
      status: { ...this.status },
      records: this.store.records,
      rejected: rejectCounts(this.store),
      rejectedLines: this.store.rejectedLines,
      unrelatedLines: this.store.unrelatedLines,
      pendingLine: this.reader.pendingBytes > 0,
      foldedRecords: this.store.foldedRecords,
      droppedRecords: this.store.droppedRecords,
      runs: runStats(this.store),
      matching: matching.length,
      operations: rows.slice(0, Math.min(query.limit, MAX_ROWS)).map(toRow),
      selected: selected && toRow(selected),
      chart: chart(this.store, {
        op: selected?.id ?? null,
        run,
        buckets: bucketsFor(selected?.stats.count ?? this.store.records, query.buckets),
      }),
    };
  }

  private tailSink(): TailSink {
    return {
      bytes: (chunk) => this.reader.push(chunk),
      rotated: () => {
        this.reader.end();
        this.status.rotations++;
        this.reader = new LogReader(this.store.sink(this.file));
      },
      restarted: () => {
        this.status.rotations++;
        this.store = new TimingStore();
        this.reader = new LogReader(this.store.sink(this.file));
      },
      progress: ({ exists, caughtUp, bytesRead, totalBytes }) => {
        const phase = !exists ? 'missing' : caughtUp ? 'live' : 'loading';
        Object.assign(this.status, { phase, bytesRead, totalBytes, message: null });
        this.announce();
      },
      failed: (error) => {
        const message = `${visibleName(this.file)} ${describeFailure(error)}`;
        Object.assign(this.status, { phase: 'failed', message });
        this.announce();
      },
    };
  }

  /** Tells of news at the end of the interval; looks without news are not told. */
  private announce(): void {
    if (!this.subscribed || this.timer !== null) return;
    if (JSON.stringify(this.status) === this.seen) return;
    // Each notice makes the page ask, which must not hold up the reading of a large log.
    const factor = this.status.phase === 'loading' ? LOADING_FACTOR : 1;
    this.timer = setTimeout(() => {
      this.timer = null;
      this.seen = JSON.stringify(this.status);
      this.changed();
    }, this.intervalMs * factor);
    this.timer.unref();
  }
}

function bucketsFor(records: number, wanted: number): number {
  return Math.min(wanted, Math.max(MIN_BUCKETS, Math.floor(records / RECORDS_PER_BUCKET)));
}

function matches(op: string, filter: string): boolean {
  return op.toLowerCase().includes(filter);
}

function toRow({ id, stats }: OperationResult): OperationRow {
  return { id, label: visibleName(stats.op), ...stats };
}
