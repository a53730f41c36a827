import type { Position, Span, Tier } from '../../../../shared/finding';

/** Index of a function in `FileFacts.functions`. */
export type FunctionId = number;

/** A function, method, constructor, accessor or arrow function. */
export interface FunctionFact extends Span {
  id: FunctionId;
  /** Its own name, or that of the variable, property or method it is the value of. */
  name: string | null;
  async: boolean;
  generator: boolean;
  /** Function that directly encloses it. */
  parent: FunctionId | null;
  /** Name of the class it is a member of. */
  className: string | null;
  /** How often it runs, as far as its own file shows. */
  tier: Tier;
  /** How a framework enters it, in words: "a Fastify route handler (`GET /runs`)". */
  entry: string | null;
  /** Whether its result is kept and reused (see `isMemoised`). */
  memoised: boolean;
  /**
   * Set when it returns a promise that a timer resolves after its first argument: the factor from
   * that argument to ms.
   */
  sleepMsPerUnit: number | null;
}

/** What a call's callee resolves to, where its own file can tell. */
export type CalleeFact =
  | { kind: 'function'; fn: FunctionId }
  /** `path` is the member path below the module: `readFileSync`, `promises.readFile`. */
  | { kind: 'import'; module: string; path: string };

export interface CallFact extends Span {
  callee: CalleeFact;
  /** Function that holds the call; `null` at module level. */
  fn: FunctionId | null;
  /** How often the call runs, as far as its own file shows. */
  tier: Tier;
  /** Whether the call sits behind a memo, so that it runs once however often its function does. */
  memoised: boolean;
  from: Position;
  to: Position;
}

export interface ExportFact {
  /** Exported name; `*` for `export * from`. */
  name: string;
  /** Function of this file that is exported. */
  fn?: FunctionId;
  /** Re-export: module and name there (`*` for a namespace). */
  source?: { module: string; name: string };
}

/**
 * What one walk of one file yields and what stays in memory: plain data, no syntax nodes. The
 * workspace call graph is built from it without a second walk.
 */
export interface FileFacts {
  file: string;
  functions: FunctionFact[];
  calls: CallFact[];
  exports: ExportFact[];
}
