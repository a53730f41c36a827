import type { Fault, Finding, TextEdit } from '../../../shared/finding';
import { type Conclusions, conclude, finish } from './conclude';
import type { LinterConfig } from './config';
import { factsOf } from './facts/build';
import type { FileFacts } from './facts/facts';
import { applyEdits, compatibleEdits, sortEdits } from './fixer';
import { withoutUnusedImports } from './fixes/imports';
import { type Asked, Linker, type LinkerHost, type LinkOptions } from './graph/linker';
import { fixKey, type Inspection, type OpenReport, type ProvedReport } from './inspect';
import { Inspector, type ProjectStats } from './inspector';
import type { Rule } from './rule';
import { type Directive, findDirectives } from './suppressions';

/** How the project reaches the workspace; the linter itself touches no file. */
export interface ProjectHost extends LinkerHost {
  /** A clock in ms, for per-rule timing. */
  now(): number;
}

/** What is known of one file at present. */
export interface FileReport {
  /** Sorted by start offset. */
  findings: Finding[];
  faults: Fault[];
  /** Why nothing was looked for: `generated`, `minified`, `too large`, `ignored` …; else `null`. */
  skipped: string | null;
}

/** Names one finding of a text; unique within a file. */
export interface FindingKey {
  rule: string;
  /** Start offset of the finding, in UTF-16 units. */
  start: number;
}

export interface FixAllOptions {
  /** Only this rule's findings; all rules when absent. */
  rule?: string;
  /** `safe` applies safe fixes only, `suggestion` applies suggestions too. */
  upTo: 'safe' | 'suggestion';
}

/** What is kept of one analysed file: plain data, no text and no syntax nodes. */
interface FileState {
  proved: ProvedReport[];
  open: OpenReport[];
  directives: Directive[];
  faults: Fault[];
  skipped: string | null;
}

/** Fixing stops here even if a fix keeps producing findings, which tests forbid. */
const MAX_FIX_PASSES = 100;

/**
 * The workspace as the linter knows it: facts per file, findings per file, and what links them.
 * Texts and syntax trees are not kept, but for the trees of open files.
 */
export class Project {
  private readonly states = new Map<string, FileState>();
  private readonly reports = new Map<string, FileReport>();
  /** Signature of each linked report, to tell which ones changed. */
  private readonly linked = new Map<string, string>();
  private readonly linker: Linker;
  private readonly inspector: Inspector;

  constructor(
    host: ProjectHost,
    private readonly rules: readonly Rule[],
    private config: LinterConfig,
  ) {
    this.inspector = new Inspector(rules, config, () => host.now());
    this.linker = new Linker(host, (file, text) => this.inspector.factsOf(file, text));
  }

  /** Replaces the configuration; every file must be analysed again. */
  configure(config: LinterConfig): void {
    this.config = config;
    this.inspector.configure(config);
    this.states.clear();
    this.reports.clear();
  }

  /**
   * Analyses one text now. What depends on other files is complete after the next `link`.
   * @param isOpen whether more edits are to be expected; an open file keeps its syntax tree
   */
  analyse(file: string, text: string, isOpen = false): void {
    this.inspector.stats.files++;
    this.inspector.stats.units += text.length;
    if (!isOpen) this.inspector.dropTree(file);
    this.states.set(file, this.inspectText(file, text, isOpen));
    this.reports.delete(file);
  }

  /** Forgets a file that is gone. */
  remove(file: string): void {
    this.states.delete(file);
    this.inspector.dropTree(file);
    this.linker.remove(file);
    this.reports.delete(file);
    this.linked.delete(file);
  }

  /**
   * Looks up what findings need from other files (call sites of a loader, whether an import
   * sleeps), reading only files that mention the names concerned.
   * @returns files whose report changed since the last call
   */
  async link(options: LinkOptions = {}): Promise<string[]> {
    await this.linker.learn(() => this.asked(), options);
    return this.changedReports();
  }

  report(file: string): FileReport {
    const known = this.reports.get(file);
    if (known) return known;
    const state = this.states.get(file);
    if (!state) return { findings: [], faults: [], skipped: null };
    const report = this.finishReport(file, state);
    this.reports.set(file, report);
    return report;
  }

  /** @returns every file that has at least one finding or fault, sorted. */
  reported(): string[] {
    return [...this.states.keys()]
      .filter((file) => {
        const report = this.report(file);
        return report.findings.length > 0 || report.faults.length > 0;
      })
      .sort();
  }

  /**
   * @param text the text the finding was computed for
   * @returns the edits of one finding's fix, or `null` when the text has no such finding or fix
   */
  fix(file: string, text: string, key: FindingKey): TextEdit[] | null {
    const inspection = this.inspectNow(file, text);
    if (!inspection) return null;
    const found = this.fixable(inspection).find(
      (it) => it.rule === key.rule && it.start === key.start,
    );
    if (!found) return null;
    const edits = found.edits();
    return sortEdits(withoutUnusedImports(inspection.analysis.model, edits));
  }

  /** @returns the text with fixes applied until nothing is left to fix; `text` itself if none. */
  fixAll(file: string, text: string, options: FixAllOptions): string {
    let current = text;
    for (let pass = 0; pass < MAX_FIX_PASSES; pass++) {
      const inspection = this.inspectNow(file, current);
      if (!inspection) break;
      const fixes = this.fixable(inspection)
        .filter((it) => options.rule === undefined || it.rule === options.rule)
        .filter((it) => options.upTo === 'suggestion' || it.safety === 'safe')
        .map((it) => it.edits());
      const edits = compatibleEdits(fixes);
      if (edits.length === 0) break;
      current = applyEdits(current, withoutUnusedImports(inspection.analysis.model, edits));
    }
    return current;
  }

  stats(): ProjectStats {
    return this.inspector.stats;
  }

  private inspectText(file: string, text: string, isOpen: boolean): FileState {
    const none = { proved: [], open: [], directives: [], faults: [] };
    const skipped = this.inspector.skipReason(file, text);
    if (skipped !== null || !this.inspector.mayHold(text)) {
      const isWanted = skipped === null && this.linker.wants(file, text);
      this.linker.update(file, isWanted ? this.inspector.factsOf(file, text) : null);
      return { ...none, skipped };
    }
    try {
      const inspection = this.inspector.inspect(file, text, isOpen);
      const { proved, open, faults } = inspection;
      const isWanted = open.length > 0 || this.linker.wants(file, text);
      this.linker.update(file, isWanted ? factsOf(inspection.analysis) : null);
      const directives = findDirectives(inspection.analysis.model.source);
      return { proved, open, directives, faults, skipped };
    } catch (error) {
      // Deeply nested input overflows the parser's stack; the file is lost, the rest is not.
      this.linker.update(file, null);
      const message = error instanceof Error ? error.message : String(error);
      return { ...none, faults: [{ file, message: `Could not analyse: ${message}` }], skipped };
    }
  }

  /** Inspects a text for its fixes, leaving the project's state alone. */
  private inspectNow(file: string, text: string): Inspection | null {
    if (this.inspector.skipReason(file, text) !== null) return null;
    try {
      return this.inspector.inspect(file, text);
    } catch {
      // Too deeply nested to parse; `analyse` reports that.
      return null;
    }
  }

  /** Findings of an inspection that stand, are not suppressed and have a fix; in order. */
  private fixable(inspection: Inspection) {
    const { model } = inspection.analysis;
    const own = factsOf(inspection.analysis);
    const state = {
      ...inspection,
      directives: findDirectives(model.source),
      skipped: null,
    };
    const conclusions = this.conclude(model.file, state, own);
    const answers = new Map(
      conclusions.decided.map((it) => [fixKey(it.report.rule, it.report.start), it.answer]),
    );
    return finish(model.file, state, conclusions, this.config, this.rules).flatMap((finding) => {
      const key = fixKey(finding.rule, finding.start);
      const fix = inspection.fixes.get(key);
      if (!fix) return [];
      const { rule, start } = finding;
      return [{ rule, start, safety: fix.safety, edits: () => fix.edits(answers.get(key)) }];
    });
  }

  private conclude(file: string, state: { open: OpenReport[] }, own?: FileFacts): Conclusions {
    return conclude(state.open, this.rules, (it) => this.linker.answer(file, it, own));
  }

  private finishReport(file: string, state: FileState): FileReport {
    const conclusions = this.conclude(file, state);
    const findings = finish(file, state, conclusions, this.config, this.rules);
    return { findings, faults: [...state.faults, ...conclusions.faults], skipped: state.skipped };
  }

  private *asked(): Iterable<Asked> {
    for (const [file, state] of this.states) {
      for (const { question } of state.open) yield { file, question };
    }
  }

  private changedReports(): string[] {
    const changed: string[] = [];
    for (const [file, state] of this.states) {
      if (state.open.length > 0) this.reports.delete(file);
      const { findings, faults } = this.report(file);
      const signature = JSON.stringify([findings, faults]);
      if ((this.linked.get(file) ?? '[[],[]]') === signature) continue;
      this.linked.set(file, signature);
      changed.push(file);
    }
    for (const file of this.linked.keys()) if (!this.states.has(file)) this.linked.delete(file);
    return changed;
  }
}
