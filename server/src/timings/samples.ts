/** A growing column of numbers. */
export class NumberColumn<A extends Float64Array | Uint32Array> {
  private data: A;
  length = 0;

  constructor(
    private readonly make: (length: number) => A,
    capacity = 1024,
  ) {
    this.data = make(capacity);
  }

  push(value: number): void {
    if (this.length === this.data.length) {
      const grown = this.make(this.length * 2);
      grown.set(this.data);
      this.data = grown;
    }
    this.data[this.length++] = value;
  }

  /** The values so far; valid until the next `push`. */
  values(): A {
    return this.data.subarray(0, this.length) as A;
  }
}

export const floatColumn = (capacity?: number): NumberColumn<Float64Array> =>
  new NumberColumn((length) => new Float64Array(length), capacity);

export const indexColumn = (capacity?: number): NumberColumn<Uint32Array> =>
  new NumberColumn((length) => new Uint32Array(length), capacity);

/** News are sorted in blocks of this many: small enough not to be felt. */
const BLOCK = 1 << 15;

/**
 * Durations that can be asked for in order at any time. The work is spread: new ones are sorted
 * block by block as they come and merged when the order is wanted, so that neither a long log nor
 * a growing one is ever sorted at one go.
 */
export class SortedSamples {
  private runs: Float64Array[] = [];
  private news = floatColumn(8);

  push(value: number): void {
    this.news.push(value);
    if (this.news.length === BLOCK) this.sortNews();
  }

  /** All values ascending; not to be changed, valid until the next `push`. */
  sorted(): Float64Array {
    this.sortNews();
    if (this.runs.length !== 1) this.runs = [mergeSorted(this.runs)];
    return this.runs[0]!;
  }

  private sortNews(): void {
    if (this.news.length === 0) return;
    this.runs.push(this.news.values().slice().sort());
    this.news = floatColumn(8);
  }
}

/** Merges ascending arrays into one ascending array; a single one is given back as it is. */
export function mergeSorted(parts: readonly Float64Array[]): Float64Array {
  let level = [...parts];
  while (level.length > 1) {
    const next: Float64Array[] = [];
    for (let i = 0; i < level.length; i += 2) {
      const [a, b] = [level[i]!, level[i + 1]];
      next.push(b === undefined ? a : mergeTwo(a, b));
    }
    level = next;
  }
  return level[0] ?? new Float64Array(0);
}

function mergeTwo(a: Float64Array, b: Float64Array): Float64Array {
  const merged = new Float64Array(a.length + b.length);
  let i = 0;
  let j = 0;
  for (let at = 0; at < merged.length; at++) {
    merged[at] = j >= b.length || (i < a.length && a[i]! <= b[j]!) ? a[i++]! : b[j++]!;
  }
  return merged;
}

/**
 * Nearest-rank percentile: the smallest sample that at least `p` per cent of all samples do not
 * exceed, which is the `ceil(p / 100 * n)`-th of n. Always a value that was measured; nothing is
 * interpolated.
 *
 * @param sorted samples in ascending order.
 * @param p above 0, at most 100.
 * @returns `null` without samples.
 */
export function percentile(sorted: Float64Array, p: number): number | null {
  return sorted.length === 0 ? null : sorted[rankOf(sorted.length, p)]!;
}

/**
 * Moves the values with the given ranks to where sorting would put them, in linear time: a chart of
 * a million records needs a few ranks of each bucket, and sorting for them costs ten times more.
 *
 * @param values reordered in place.
 * @param ranks indexes into `values`, ascending.
 */
export function placeRanks(values: Float64Array, ranks: readonly number[]): void {
  let from = 0;
  for (const rank of ranks) {
    placeRank(values, rank, from, values.length - 1);
    // What stands before a placed rank is not above it, so the next one is found behind.
    from = rank;
  }
}

/** Hoare's selection with the median of three as pivot. */
function placeRank(values: Float64Array, rank: number, from: number, to: number): void {
  let low = from;
  let high = to;
  while (high - low > 16) {
    const pivot = medianOfThree(values[low]!, values[(low + high) >>> 1]!, values[high]!);
    let i = low;
    let j = high;
    while (i <= j) {
      while (values[i]! < pivot) i++;
      while (values[j]! > pivot) j--;
      if (i > j) break;
      const swapped = values[i]!;
      values[i++] = values[j]!;
      values[j--] = swapped;
    }
    if (rank <= j) high = j;
    else if (rank >= i) low = i;
    else return;
  }
  values.subarray(low, high + 1).sort();
}

function medianOfThree(a: number, b: number, c: number): number {
  return Math.max(Math.min(a, b), Math.min(Math.max(a, b), c));
}

/** Index of the nearest-rank percentile among `length` ascending values; see `percentile`. */
export function rankOf(length: number, p: number): number {
  // Multiplied first: 0.95 * 20 is 19 exactly, 95 / 100 * 20 is a little more.
  return Math.max(Math.ceil((p * length) / 100), 1) - 1;
}
