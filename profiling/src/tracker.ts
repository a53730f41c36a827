/** What is known of one operation's durations. All times in ms. */
export interface PerformanceStats {
  operation: string;
  count: number;
  /** Calls that threw or rejected. */
  errors: number;
  /** Calls that took longer than their threshold. */
  slow: number;
  cacheHits: number;
  cacheMisses: number;
  total: number;
  min: number;
  avg: number;
  max: number;
  /** Percentiles by nearest rank, at most 0.4 % off; `min` and `max` are exact. */
  p50: number;
  p95: number;
  p99: number;
}

/** What else is known of one call. */
export interface CallFacts {
  failed?: boolean;
  slow?: boolean;
  /** Whether a cache answered. Leave out when no cache is involved. */
  cached?: boolean | undefined;
}

/** Operations beyond this many are counted together, so that memory stays bounded. */
const MAX_TRACKED = 10_000;
const OTHER_OPERATIONS = '(other operations)';

/** Buckets per doubling of the duration: half a bucket is 0.4 % of its value. */
const BUCKETS_PER_DOUBLING = 128;
/** Durations up to one nanosecond share the first bucket. */
const SMALLEST_MS = 1e-6;

class Distribution {
  count = 0;
  errors = 0;
  slow = 0;
  hits = 0;
  misses = 0;
  total = 0;
  min = Number.POSITIVE_INFINITY;
  max = 0;
  readonly #buckets = new Map<number, number>();

  add(ms: number, facts: CallFacts | undefined): void {
    this.count += 1;
    this.total += ms;
    if (ms < this.min) this.min = ms;
    if (ms > this.max) this.max = ms;
    const doublings = ms > SMALLEST_MS ? Math.log2(ms / SMALLEST_MS) : 0;
    const bucket = Math.floor(doublings * BUCKETS_PER_DOUBLING);
    this.#buckets.set(bucket, (this.#buckets.get(bucket) ?? 0) + 1);
    if (facts === undefined) return;
    if (facts.failed) this.errors += 1;
    if (facts.slow) this.slow += 1;
    if (facts.cached === true) this.hits += 1;
    if (facts.cached === false) this.misses += 1;
  }

  /** Nearest-rank percentiles of ascending `fractions`, each between 0 and 1. */
  percentiles(fractions: readonly number[]): number[] {
    const ordered = [...this.#buckets].sort(([a], [b]) => a - b);
    let index = -1;
    let seen = 0;
    return fractions.map((fraction) => {
      const rank = Math.ceil(fraction * this.count);
      while (seen < rank) {
        index += 1;
        seen += ordered[index]![1];
      }
      const middle = SMALLEST_MS * 2 ** ((ordered[index]![0] + 0.5) / BUCKETS_PER_DOUBLING);
      return Math.min(Math.max(middle, this.min), this.max);
    });
  }
}

/**
 * Collects durations by operation in bounded memory.
 *
 * @example
 * const tracker = new PerformanceTracker();
 * tracker.record('load config', 12.5);
 * tracker.stats('load config')?.p95; // 12.5
 */
export class PerformanceTracker {
  readonly #operations = new Map<string, Distribution>();

  /**
   * Adds one call.
   *
   * @param operation its name.
   * @param ms its duration in ms.
   * @throws RangeError when the duration is negative or not finite.
   */
  record(operation: string, ms: number, facts?: CallFacts): void {
    if (!(ms >= 0 && ms < Number.POSITIVE_INFINITY)) {
      throw new RangeError(
        `Expected the duration of '${operation}' as a finite number of ms that is not negative, found ${ms}.`,
      );
    }
    this.#distribution(operation).add(ms, facts);
  }

  /** The statistics of one operation, or undefined when none of its calls was recorded. */
  stats(operation: string): PerformanceStats | undefined {
    const found = this.#operations.get(operation);
    return found && describe(operation, found);
  }

  /** The statistics of every operation, most total time first. */
  summary(): PerformanceStats[] {
    const all = [...this.#operations].map(([name, found]) => describe(name, found));
    return all.sort((a, b) => b.total - a.total);
  }

  /** Forgets everything recorded so far. */
  reset(): void {
    this.#operations.clear();
  }

  #distribution(operation: string): Distribution {
    const known = this.#operations.get(operation);
    if (known !== undefined) return known;
    const full = this.#operations.size >= MAX_TRACKED && operation !== OTHER_OPERATIONS;
    if (full) return this.#distribution(OTHER_OPERATIONS);
    const created = new Distribution();
    this.#operations.set(operation, created);
    return created;
  }
}

function describe(operation: string, found: Distribution): PerformanceStats {
  const [p50, p95, p99] = found.percentiles([0.5, 0.95, 0.99]) as [number, number, number];
  const { count, errors, slow, total, min, max } = found;
  const cache = { cacheHits: found.hits, cacheMisses: found.misses };
  return {
    operation,
    count,
    errors,
    slow,
    ...cache,
    total,
    min,
    avg: total / count,
    max,
    p50,
    p95,
    p99,
  };
}

/** One line of a summary meant for people. */
export function formatStats(stats: PerformanceStats): string {
  const times = (['min', 'avg', 'max', 'p50', 'p95', 'p99'] as const).map(
    (key) => `${key}=${stats[key].toFixed(2)}ms`,
  );
  const looked = stats.cacheHits + stats.cacheMisses;
  const cache = looked === 0 ? [] : [`cacheHits=${stats.cacheHits}/${looked}`];
  const counts = [`count=${stats.count}`, `slow=${stats.slow}`, `errors=${stats.errors}`];
  const name = stats.operation.replace(/[\p{Cc}\u2028\u2029]/gu, ' ');
  return `${name}: ${[...counts, ...cache, ...times].join(' ')}`;
}
