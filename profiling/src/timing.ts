import { type Attributes, Flag } from './chunk';
import { now } from './clock';
import { type Operation, operationNamed } from './operation';
import { recorder } from './recorder';

/** Options of one timed operation. */
export interface TimingOptions {
  /** Duration in ms beyond which this operation counts as slow; the configured one by default. */
  thresholdMs?: number;
  /** Facts to keep with the record: strings, finite numbers and booleans. */
  attrs?: Attributes;
}

/** A running measurement. The first of `end`, `fail` and disposal records it, once. */
export interface OperationTimer {
  /** Set it to tell whether a cache answered; left undefined, the record does not mention one. */
  cached: boolean | undefined;
  /** Duration in ms: so far while it runs, final afterwards. */
  readonly durationMs: number;
  /** Ends the operation. */
  end(): void;
  /** Ends the operation as failed. */
  fail(): void;
  /** Same as `end`, for `using`. */
  [Symbol.dispose](): void;
}

// Node 18 may lack the symbol; compilers that translate `using` then look for this one.
const dispose: typeof Symbol.dispose =
  Symbol.dispose ?? (Symbol.for('Symbol.dispose') as typeof Symbol.dispose);

class Timer implements OperationTimer {
  cached: boolean | undefined = undefined;
  readonly #operation: Operation;
  readonly #threshold: number;
  readonly #attributes: Attributes | undefined;
  readonly #cold: boolean;
  readonly #start: number;
  #duration = -1;

  constructor(operation: Operation, options: TimingOptions | undefined) {
    this.#operation = operation;
    this.#threshold = options?.thresholdMs ?? recorder.settings.thresholdMs;
    this.#attributes = options?.attrs;
    this.#cold = operation.cold;
    operation.cold = false;
    this.#start = now();
  }

  get durationMs(): number {
    return this.#duration < 0 ? now() - this.#start : this.#duration;
  }

  end(): void {
    this.finish(0);
  }

  fail(): void {
    this.finish(Flag.failed);
  }

  [dispose](): void {
    this.finish(0);
  }

  /** @param outcome the flag of the outcome, 0 when it is not known. */
  finish(outcome: number): void {
    if (this.#duration >= 0) return;
    const duration = now() - this.#start;
    this.#duration = duration;
    if (!recorder.settings.enabled) return;
    let flags = outcome;
    if (this.#cold) flags |= Flag.cold;
    if (this.cached !== undefined) flags |= this.cached ? Flag.hit : Flag.miss;
    recorder.add(this.#operation, this.#start, duration, this.#threshold, flags, this.#attributes);
  }
}

/**
 * Starts timing an operation that ends with the surrounding block, or with `end()`.
 *
 * @example
 * using timer = timeOperation('load config');
 * timer.cached = cache.has(path);
 */
export function timeOperation(name: string, options?: TimingOptions): OperationTimer {
  return new Timer(operationNamed(name, timeOperation), options);
}

/**
 * Runs a function and records how long it took. What it returns or throws is passed on unchanged,
 * except that a promise is replaced by one that settles the same way once the time is recorded.
 *
 * @param name the operation's name.
 * @param fn receives the timer, so that it can say `timer.cached = true`.
 */
export function timedOperation<T>(
  name: string,
  fn: (timer: OperationTimer) => T,
  options?: TimingOptions,
): T {
  return run(new Timer(operationNamed(name, timedOperation), options), fn);
}

function run<T>(timer: Timer, fn: (timer: OperationTimer) => T): T {
  let result: T;
  try {
    result = fn(timer);
  } catch (error) {
    timer.finish(Flag.failed);
    throw error;
  }
  if (isThenable(result)) return settle(timer, result) as T;
  timer.finish(Flag.ok);
  return result;
}

function isThenable(value: unknown): value is PromiseLike<unknown> {
  return (
    typeof value === 'object' &&
    value !== null &&
    'then' in value &&
    typeof value.then === 'function'
  );
}

// A handler beside the promise would mark a rejection as handled that nobody handles.
function settle(timer: Timer, promise: PromiseLike<unknown>): PromiseLike<unknown> {
  return promise.then(
    (value) => {
      timer.finish(Flag.ok);
      return value;
    },
    (error: unknown) => {
      timer.finish(Flag.failed);
      throw error;
    },
  );
}

/** Options of a profiled function. */
export interface ProfileOptions extends TimingOptions {
  /** Name of the operation, the function's own by default. */
  name?: string;
}

/**
 * Wraps a function so that every call is timed. `this`, arguments, name and length are kept.
 *
 * @param fn any function that is not called with `new`.
 */
export function profileFunction<This, Args extends unknown[], Result>(
  fn: (this: This, ...args: Args) => Result,
  options: ProfileOptions = {},
): (this: This, ...args: Args) => Result {
  const operation = operationNamed(options.name ?? (fn.name || 'anonymous'), profileFunction);
  function profiled(this: This, ...args: Args): Result {
    return run(new Timer(operation, options), () => fn.apply(this, args));
  }
  Object.defineProperty(profiled, 'name', { value: fn.name, configurable: true });
  Object.defineProperty(profiled, 'length', { value: fn.length, configurable: true });
  return profiled;
}
