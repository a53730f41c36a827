import type { Operation } from './operation';

/** Additional facts about one operation; other values than these are left out of the log. */
export type Attributes = Readonly<Record<string, string | number | boolean>>;

/** Records per chunk: also the most that one batch serialises in one turn of the event loop. */
export const CHUNK_SIZE = 1024;

/** Bits of a record's flags. An outcome or a cache answer that is not known sets none. */
export const Flag = { ok: 1, failed: 2, cold: 4, hit: 8, miss: 16 } as const;

/** A stretch of records as columns: filling one allocates nothing per record. */
export class Chunk {
  readonly operations: Operation[] = new Array(CHUNK_SIZE);
  /** Start of each operation on the monotonic clock, in ms. */
  readonly starts = new Float64Array(CHUNK_SIZE);
  /** Duration of each operation, in ms. */
  readonly durations = new Float64Array(CHUNK_SIZE);
  readonly thresholds = new Float64Array(CHUNK_SIZE);
  readonly flags = new Uint8Array(CHUNK_SIZE);
  readonly attributes = new Map<number, Attributes>();
  length = 0;
  /** How many of the records the statistics already include. */
  counted = 0;

  /** @param wallOffset ms to add to a start to get epoch ms. */
  constructor(readonly wallOffset: number) {}
}
