import type { RejectReason } from '../../../shared/timings';
import type { TimingSink } from './logReader';
import { boundedName, MAX_NAMES } from './names';
import type { RunHeader, SummaryLine, TimingRecord } from './record';
import { floatColumn, indexColumn, SortedSamples } from './samples';

/** Distinct runs kept; records of further ones are counted under one name. */
export const MAX_RUNS = 1000;

/** Pairs of operation and run kept; beyond, an operation's records fold like surplus names. */
export const MAX_CELLS = 20_000;

export const OTHER_OPERATIONS = '(other operations)';
export const OTHER_RUNS = '(other runs)';

/** Facts on one operation in one run. Durations in ms. */
export class Cell {
  count = 0;
  errors = 0;
  slow = 0;
  withThreshold = 0;
  thresholdMs: number | null = null;
  totalMs = 0;
  cacheHits = 0;
  cacheMisses = 0;
  cold = 0;
  coldMs = 0;
  warm = 0;
  warmMs = 0;
  /** Records read from lines that are written for slow calls only. */
  slowLines = 0;
  src: string | null = null;
  summary: SummaryLine | null = null;
  readonly samples = new SortedSamples();

  constructor(
    readonly op: number,
    readonly run: number,
  ) {}

  add(record: TimingRecord): void {
    const { ms, thresholdMs } = record;
    this.count++;
    this.totalMs += ms;
    this.samples.push(ms);
    if (!record.ok) this.errors++;
    if (thresholdMs !== null) {
      this.withThreshold++;
      this.thresholdMs = thresholdMs;
    }
    if (record.form === 'slow') {
      this.slowLines++;
      this.slow++;
      if (thresholdMs === null) this.withThreshold++;
    } else if (record.form === 'fast') {
      this.withThreshold++;
    } else if (thresholdMs !== null && ms > thresholdMs) {
      this.slow++;
    }
    this.addOutcome(record);
    this.src ??= record.src;
  }

  private addOutcome({ cacheHit, cold, ms }: TimingRecord): void {
    if (cacheHit === true) this.cacheHits++;
    else if (cacheHit === false) this.cacheMisses++;
    if (cold === true) {
      this.cold++;
      this.coldMs += ms;
    } else if (cold === false) {
      this.warm++;
      this.warmMs += ms;
    }
  }
}

export interface Run {
  name: string;
  file: string;
  records: number;
  firstT: number;
  lastT: number;
  info: RunHeader['info'];
  /** A line of a call below its threshold was seen, so the log is not one of slow calls only. */
  fastLines: boolean;
}

/**
 * All records of the opened logs, as columns, with running aggregates per operation and run.
 * Memory is bounded per record (20 bytes of columns, 8 of samples) and by the limits above.
 */
export class TimingStore {
  readonly ops: string[] = [];
  readonly runs: Run[] = [];
  readonly cells: Cell[] = [];
  readonly cellsByOp: Cell[][] = [];
  /** Columns: epoch ms or NaN, duration in ms, index into `cells`. */
  readonly times = floatColumn();
  readonly durations = floatColumn();
  readonly cellOf = indexColumn();
  readonly rejected = new Map<RejectReason, number>();
  unrelatedLines = 0;
  foldedRecords = 0;
  /** Records the profiling helper gave up, as its log says. */
  droppedRecords = 0;
  untimed = 0;
  private readonly opIds = new Map<string, number>();
  private readonly runIds = new Map<string, number>();
  private readonly cellIds = new Map<number, number>();

  get records(): number {
    return this.durations.length;
  }

  get rejectedLines(): number {
    let total = 0;
    for (const count of this.rejected.values()) total += count;
    return total;
  }

  /**
   * A sink for one log.
   *
   * @param file name of the log as it shall be shown; names the run where the log does not.
   */
  sink(file: string): TimingSink {
    const own = `\0${file}`;
    const runOf = (name: string | null): number =>
      name === null ? this.runId(own, file, file) : this.runId(name, name, file);
    return {
      record: (record, run) => this.add(record, runOf(run)),
      header: (header) => this.addHeader(header, runOf(header.run)),
      summary: (summary, run) => this.addSummary(summary, runOf(run)),
      dropped: (count) => {
        this.droppedRecords += count;
      },
      rejected: (reason, count) => {
        this.rejected.set(reason, (this.rejected.get(reason) ?? 0) + count);
      },
      unrelated: (count) => {
        this.unrelatedLines += count;
      },
    };
  }

  private add(record: TimingRecord, runId: number): void {
    const run = this.runs[runId]!;
    const cellId = this.cellId(this.opId(record.op), runId);
    this.cells[cellId]!.add(record);
    run.records++;
    if (record.form === 'fast') run.fastLines = true;
    if (record.t === null) this.untimed++;
    else {
      run.firstT = Math.min(run.firstT, record.t);
      run.lastT = Math.max(run.lastT, record.t);
    }
    this.times.push(record.t ?? Number.NaN);
    this.durations.push(record.ms);
    this.cellOf.push(cellId);
  }

  private addHeader(header: RunHeader, runId: number): void {
    const run = this.runs[runId]!;
    if (run.name === boundedName(header.run)) run.info = header.info;
  }

  /** A later summary of the same operation replaces the earlier: trackers count on. */
  private addSummary(summary: SummaryLine, runId: number): void {
    this.cells[this.cellId(this.opId(summary.op), runId)]!.summary = summary;
  }

  private opId(name: string): number {
    const key = boundedName(name);
    return this.opIds.get(key) ?? this.newOp(key);
  }

  private newOp(key: string): number {
    if (this.ops.length >= MAX_NAMES && key !== OTHER_OPERATIONS) {
      this.foldedRecords++;
      return this.opId(OTHER_OPERATIONS);
    }
    const id = this.ops.push(key) - 1;
    this.opIds.set(key, id);
    this.cellsByOp.push([]);
    return id;
  }

  private runId(key: string, name: string, file: string): number {
    const bounded = boundedName(key);
    const known = this.runIds.get(bounded);
    if (known !== undefined) return known;
    if (this.runs.length >= MAX_RUNS && key !== OTHER_RUNS) {
      return this.runId(OTHER_RUNS, OTHER_RUNS, file);
    }
    const run: Run = {
      name: boundedName(name),
      file,
      records: 0,
      firstT: Number.POSITIVE_INFINITY,
      lastT: Number.NEGATIVE_INFINITY,
      info: {},
      fastLines: false,
    };
    const id = this.runs.push(run) - 1;
    this.runIds.set(bounded, id);
    return id;
  }

  private cellId(op: number, run: number): number {
    const key = op * (MAX_RUNS + 1) + run;
    const known = this.cellIds.get(key);
    if (known !== undefined) return known;
    if (this.cells.length >= MAX_CELLS && this.ops[op] !== OTHER_OPERATIONS) {
      this.foldedRecords++;
      return this.cellId(this.otherOp(), run);
    }
    const cell = new Cell(op, run);
    const id = this.cells.push(cell) - 1;
    this.cellsByOp[op]!.push(cell);
    this.cellIds.set(key, id);
    return id;
  }

  private otherOp(): number {
    return this.opId(OTHER_OPERATIONS);
  }
}
