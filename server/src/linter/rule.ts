import type { Evidence, FixInfo, Severity, Span, TextEdit, Tier } from '../../../shared/finding';
import type { ts } from './compiler';
import type { PerformanceValues } from './config';
import type { FileAnalysis } from './facts/build';
import type { FunctionId } from './facts/facts';
import type { FunctionNode } from './facts/syntax';

/** A check of the same problem in another tool, for the docs page. */
export interface Equivalent {
  tool: string;
  rule: string;
  difference: string;
}

export interface RuleMeta {
  /** The anti-pattern as a noun phrase; also diagnostic code, file, docs and fixture name. */
  id: string;
  /** One line, shown in tables and as the documentation title. */
  summary: string;
  /** Why it costs, in two to four sentences of Markdown; shown on hover. */
  why: string;
  /** Section of the mission document it comes from. */
  mission: string;
  /** Safety of the fixes it offers; `mixed` when it depends on the finding. */
  fix: 'safe' | 'suggestion' | 'mixed' | null;
  /** Severity per tier, where it differs from the common table. */
  severity?: Partial<Record<Exclude<Tier, 'run-once'>, Severity>>;
  equivalents: readonly Equivalent[];
}

/** Something about other files that a finding depends on. */
export type Question =
  /** Who calls this function of the file, anywhere in the workspace? */
  | { kind: 'callers'; fn: FunctionId }
  /** Does this imported function only wait, and in which unit? */
  | { kind: 'sleeps'; module: string; name: string };

export type Answer =
  | { kind: 'callers'; sites: readonly CallSite[] }
  | { kind: 'sleeps'; msPerUnit: number };

/** A call of a function, as the facts know it. */
export interface CallSite {
  file: string;
  start: number;
  end: number;
  from: Evidence['from'];
  to: Evidence['to'];
  tier: Tier;
  memoised: boolean;
  /** The function that holds the call, in words; `null` at module level. */
  caller: string | null;
}

/** A fix whose edits are computed only when someone asks for them. */
export interface LazyFix extends FixInfo {
  /**
   * @param answer what the finding depended on, when it depended on something
   * @returns edits of the finding's own file, disjoint, in any order
   */
  edits(answer?: Answer): TextEdit[];
}

export interface Conclusion {
  message: string;
  tier: Tier;
  evidence: readonly (LocalEvidence | Evidence)[];
}

export interface Report extends Conclusion {
  /** Node or span the finding starts at: the code a reader would change first. */
  at: ts.Node | Span;
  fix: LazyFix | null;
}

/** Evidence in the file under analysis. */
export interface LocalEvidence {
  at: ts.Node | Span;
  message: string;
}

/** A finding that holds only if other files say so. */
export interface Candidate {
  at: ts.Node | Span;
  fix: LazyFix | null;
  question: Question;
  /** What `Rule.conclude` needs; plain data, as it outlives the syntax tree. */
  subject: Readonly<Record<string, string | number | boolean | null>>;
  evidence?: readonly LocalEvidence[];
}

export interface RuleContext extends FileAnalysis {
  /** The `performance:` values in force, with the mission's defaults filled in. */
  readonly performance: Readonly<PerformanceValues>;
  idOf(fn: FunctionNode): FunctionId;
  /** Reports a finding that this file alone proves. */
  report(report: Report): void;
  /** Reports a finding that depends on other files; `Rule.conclude` decides. */
  reportIf(candidate: Candidate): void;
}

export interface Rule {
  readonly meta: RuleMeta;
  /**
   * Loose lexical test: a file whose text holds none of these substrings cannot hold a finding,
   * and is not parsed for this rule.
   */
  readonly triggers: readonly string[];
  /** Inspects one file and reports. A throw becomes one logged fault. */
  check(context: RuleContext): void;
  /** Decides about a candidate; pure, and called again whenever the answer changes. */
  conclude?(subject: Candidate['subject'], answer: Answer): Conclusion | null;
}

/** Declares a rule; the identity function that gives editors the types. */
export function defineRule(rule: Rule): Rule {
  return rule;
}
