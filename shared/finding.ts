/** What a rule found, in the shape every consumer (editor, command line, reports) reads. */

/** How often the code of a finding runs, as far as the workspace shows. See docs/rules/README.md. */
export type Tier = 'measured' | 'hot' | 'async' | 'cold' | 'run-once';

export type Severity = 'error' | 'warning' | 'information' | 'hint';

/** `safe` cannot change observable behaviour; `suggestion` needs a reader. */
export type FixSafety = 'safe' | 'suggestion';

/** Tiers a finding can be reported in, least to most certain to matter. */
export const TIERS = ['cold', 'async', 'hot', 'measured'] as const satisfies readonly Tier[];

export const SEVERITIES = [
  'hint',
  'information',
  'warning',
  'error',
] as const satisfies readonly Severity[];

/** A stretch of one file: offsets in UTF-16 units, `end` exclusive. */
export interface Span {
  start: number;
  end: number;
}

/** Replaces the text of its span. An insertion has `start === end`. */
export interface TextEdit extends Span {
  newText: string;
}

/** Lines and columns from 0, columns in UTF-16 units, as the language server protocol has them. */
export interface Position {
  line: number;
  character: number;
}

/** A place that supports a finding: a caller, the loop, the entry point. */
export interface Evidence extends Span {
  /** Absolute path, `/`-separated. */
  file: string;
  /** Start and end of the span, so that readers need not open the file. */
  from: Position;
  to: Position;
  message: string;
}

/** What is known of a finding's fix without computing its edits. */
export interface FixInfo {
  title: string;
  safety: FixSafety;
}

export interface Finding extends Span {
  rule: string;
  /** Absolute path, `/`-separated. */
  file: string;
  from: Position;
  to: Position;
  severity: Severity;
  tier: Tier;
  /** What was found, why it matters here, what to do: one to three sentences. */
  message: string;
  evidence: Evidence[];
  fix: FixInfo | null;
}

/** A part of the analysis that failed while the rest went on. */
export interface Fault {
  /** Absolute path of the file concerned, when one is. */
  file?: string;
  /** Rule that failed, when one did. */
  rule?: string;
  message: string;
}
