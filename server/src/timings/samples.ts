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

/**
 * Durations that can be asked for in order at any time. New ones wait unsorted and are merged when
 * the order is wanted, so that a growing log costs a sort of its news only.
 */
export class SortedSamples {
  private ordered = new Float64Array(0);
  private news = floatColumn(8);

  get length(): number {
    return this.ordered.length + this.news.length;
  }

  push(value: number): void {
    this.news.push(value);
  }

  /** All values ascending; not to be changed, valid until the next `push`. */
  sorted(): Float64Array {
    if (this.news.length > 0) {
      const fresh = this.news.values().slice().sort();
      this.ordered = this.ordered.length === 0 ? fresh : mergeSorted([this.ordered, fresh]);
      this.news = floatColumn(8);
    }
    return this.ordered;
  }
}

/** Merges ascending arrays into one new ascending array. */
export function mergeSorted(parts: readonly Float64Array[]): Float64Array<ArrayBuffer> {
  const total = parts.reduce((sum, part) => sum + part.length, 0);
  const merged = new Float64Array(total);
  if (parts.length !== 2) {
    let at = 0;
    for (const part of parts) {
      merged.set(part, at);
      at += part.length;
    }
    return parts.length > 1 ? merged.sort() : merged;
  }
  const [a, b] = parts as [Float64Array, Float64Array];
  let i = 0;
  let j = 0;
  for (let at = 0; at < total; at++) {
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
  // Multiplied first: 0.95 * 20 is 19 exactly, 95 / 100 * 20 is a little more.
  const rank = Math.ceil((p * sorted.length) / 100);
  return sorted.length === 0 ? null : sorted[Math.max(rank, 1) - 1]!;
}
