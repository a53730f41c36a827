import type {
  Evidence,
  FixInfo,
  Severity,
  Span,
  TextEdit,
  Tier,
} from '../../../shared/finding';
import type { ts } from './compiler';
import type { PerformanceValues } from './config';
import type { FunctionId } from './facts/facts';
import type { FileModel } from './facts/model';

/** One way of writing the same check elsewhere, for the docs page. */
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
  /** Safety of the fixes it offers, or `null` with the reason in `noFix`. */
  fix: 'safe' | 'suggestion' | 'mixed' | null;
  /** Severity per tier; the common table of RULES holds where a tier is missing. */
  severity?: Partial<Record<Exclude<Tier, 'run-once'>, Severity>>;
  equivalents: readonly Equivalent[];
}

/** A call site of a function, as facts know it. */
export interface CallSite extends Span {
  file: string;
  from: Evidence['from'];
  to: Evidence['to'];
  tier: Tier;
  /** Name of the function that holds the call, or `null` at module level. */
  caller: string | null;
}

/** A fix whose edits are computed only when someone asks for them. */
export interface LazyFix extends FixInfo {
  /** @returns edits of the finding's own file, disjoint, in any order. */
  edits(): TextEdit[];
}

export interface Report {
  /** Node or span the finding starts at: the code a reader would change first. */
  at: ts.Node | Span;
  message: string;
  tier: Tier;
  evidence?: readonly LocalEvidence[];
  fix?: LazyFix | null;
}

/** Evidence in the file under analysis. */
export interface LocalEvidence {
  at: ts.Node | Span;
  message: string;
}

export interface RuleContext {
  readonly file: FileModel;
  /** The `performance:` values in force, with the mission's defaults filled in. */
  readonly performance: PerformanceValues;
  /** Reports a finding that this file alone proves. */
  report(report: Report): void;
  /**
   * Reports a finding that depends on who calls a function anywhere in the workspace.
   * `decide` must be pure; it runs again whenever the call sites change.
   * @param fn function of this file
   * @param decide answers the report for these call sites, or `null` for none
   */
  reportByCallers(
    fn: FunctionId,
    decide: (sites: readonly CallSite[]) => (Report & { callers?: string }) | null,
  ): void;
  /**
   * Reports a finding that holds only if an imported function waits (returns a promise that a
   * timer resolves after its argument). `decide` gets the factor from its argument to ms.
   */
  reportIfSleep(
    callee: { module: string; name: string },
    decide: (msPerUnit: number) => Report | null,
  ): void;
}

export interface Rule {
  readonly meta: RuleMeta;
  /**
   * Loose lexical test: a file without any of these words cannot hold a finding. Matched as plain
   * substrings against the source text before it is parsed.
   */
  readonly triggers: readonly string[];
  /** Inspects one file and reports. A throw becomes one logged fault. */
  check(context: RuleContext): void;
}

/** Declares a rule; the identity function that gives editors the types. */
export function defineRule(rule: Rule): Rule {
  return rule;
}
