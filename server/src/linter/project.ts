import type { Fault, Finding, TextEdit } from '../../../shared/finding';
import type { LinterConfig } from './config';
import type { Rule } from './rule';

/** How the project reaches the workspace; the linter itself touches no file. */
export interface ProjectHost {
  /** Absolute, `/`-separated paths of every file of the workspace that may be analysed. */
  files(): Iterable<string>;
  /** @returns the present text of a file (the open document's, if it is open), or `undefined`. */
  read(file: string): Promise<string | undefined>;
  /** A clock in ms, for per-rule timing. */
  now(): number;
}

/** What is known of one file at present. */
export interface FileReport {
  /** Sorted by start offset. */
  findings: Finding[];
  faults: Fault[];
  /** Why nothing was looked for: `generated`, `minified`, `too large`, `ignored`; else `null`. */
  skipped: string | null;
}

/** Names one finding of a text; unique within a file. */
export interface FindingKey {
  rule: string;
  /** Start offset of the finding, in UTF-16 units. */
  start: number;
}

export interface LinkOptions {
  signal?: AbortSignal;
  /** Awaited between files, so that a server can answer requests meanwhile. */
  breathe?(): Promise<void>;
}

export interface FixAllOptions {
  /** Only this rule's findings; all rules when absent. */
  rule?: string;
  /** `safe` applies safe fixes only, `suggestion` applies suggestions too. */
  upTo: 'safe' | 'suggestion';
}

export interface ProjectStats {
  /** Files seen, and those of them that had to be parsed. */
  files: number;
  parsed: number;
  /** UTF-8 sizes are unknown here: UTF-16 units of all texts seen. */
  units: number;
  /** Time per rule, and of parse and walk, in ms. */
  ruleMs: Record<string, number>;
  parseMs: number;
  walkMs: number;
}

/**
 * The workspace as the linter knows it: facts per file, findings per file, and what links them.
 * Texts and syntax trees are not kept.
 */
export declare class Project {
  constructor(host: ProjectHost, rules: readonly Rule[], config: LinterConfig);
  /** Replaces the configuration; every file must be analysed again. */
  configure(config: LinterConfig): void;
  /** Analyses one text now. Its findings are complete after the next `link`. */
  analyse(file: string, text: string): void;
  /** Forgets a file that is gone. */
  remove(file: string): void;
  /**
   * Looks up what findings need from other files (call sites of a loader, whether an import
   * sleeps), reading only files that mention the names concerned.
   * @returns files whose report changed since the last call
   */
  link(options?: LinkOptions): Promise<string[]>;
  report(file: string): FileReport;
  /** @returns every file that has at least one finding or fault, sorted. */
  reported(): string[];
  /**
   * @param text the text the finding was computed for
   * @returns the edits of one finding's fix, or `null` when the text has no such finding or fix
   */
  fix(file: string, text: string, key: FindingKey): TextEdit[] | null;
  /** @returns the text with fixes applied until nothing is left to fix; `text` itself if none. */
  fixAll(file: string, text: string, options: FixAllOptions): string;
  stats(): ProjectStats;
}
