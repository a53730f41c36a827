import picomatch from 'picomatch';
import type { Fault, Finding, TextEdit } from '../../../shared/finding';
import type { ts } from './compiler';
import { type Conclusions, conclude, finish } from './conclude';
import type { LinterConfig } from './config';
import { analyseFile, factsOf } from './facts/build';
import type { FileFacts } from './facts/facts';
import { applyEdits, compatibleEdits, sortEdits } from './fixer';
import { dropUnusedImports } from './fixes/imports';
import { Links, type Mention } from './graph/links';
import {
  fixKey,
  type Inspection,
  inspect,
  type OpenReport,
  type ProvedReport,
  parse,
} from './inspect';
import type { Answer, Rule } from './rule';
import { skipReason } from './skip';
import { DIRECTIVE_TRIGGER, type Directive, findDirectives } from './suppressions';

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
  /** Why nothing was looked for: `generated`, `minified`, `too large`, `ignored` …; else `null`. */
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
  /** Texts analysed, and those of them that had to be parsed. */
  files: number;
  parsed: number;
  /** UTF-16 units of all texts analysed. */
  units: number;
  /** Time per rule, of parsing, and of the rest of the analysis, in ms. */
  ruleMs: Record<string, number>;
  parseMs: number;
  walkMs: number;
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
const MAX_FIX_PASSES = 10;

/**
 * The workspace as the linter knows it: facts per file, findings per file, and what links them.
 * Texts and syntax trees are not kept.
 */
export class Project {
  private readonly states = new Map<string, FileState>();
  private readonly facts = new Map<string, FileFacts>();
  private readonly reports = new Map<string, FileReport>();
  /** Signature of each linked report, to tell which ones changed. */
  private readonly linked = new Map<string, string>();
  /** Lexical searches done; their files' facts are kept up to date. */
  private readonly searched = new Map<string, Mention>();
  private readonly links: Links;
  private workspaceFiles = new Set<string>();
  private isIgnored: (path: string) => boolean = () => false;
  private triggers: RegExp = /$^/;
  private totals: ProjectStats = emptyStats();

  constructor(
    private readonly host: ProjectHost,
    private readonly rules: readonly Rule[],
    private config: LinterConfig,
  ) {
    this.links = new Links(
      this.facts,
      (file) => this.workspaceFiles.has(file) || this.facts.has(file),
    );
    this.configure(config);
  }

  /** Replaces the configuration; every file must be analysed again. */
  configure(config: LinterConfig): void {
    this.config = config;
    this.isIgnored =
      config.ignores.length > 0 ? picomatch([...config.ignores], { dot: true }) : () => false;
    const words = this.activeRules().flatMap((rule) => rule.triggers);
    this.triggers = new RegExp([...words, DIRECTIVE_TRIGGER].map(escapeRegExp).join('|'));
    this.states.clear();
    this.reports.clear();
  }

  /** Analyses one text now. What depends on other files is complete after the next `link`. */
  analyse(file: string, text: string): void {
    this.totals.files++;
    this.totals.units += text.length;
    this.workspaceFiles.add(file);
    const state = this.inspectText(file, text);
    this.states.set(file, state);
    this.reports.delete(file);
  }

  /** Forgets a file that is gone. */
  remove(file: string): void {
    this.states.delete(file);
    this.facts.delete(file);
    this.reports.delete(file);
    this.linked.delete(file);
    this.workspaceFiles.delete(file);
  }

  /**
   * Looks up what findings need from other files (call sites of a loader, whether an import
   * sleeps), reading only files that mention the names concerned.
   * @returns files whose report changed since the last call
   */
  async link(options: LinkOptions = {}): Promise<string[]> {
    this.workspaceFiles = new Set([...this.host.files(), ...this.states.keys()]);
    // Facts of a barrel bring new names to look for; each round follows one more re-export.
    while (!options.signal?.aborted) {
      const files = this.neededFiles();
      const mentions = this.neededMentions();
      if (files.length === 0 && mentions.length === 0) break;
      for (const file of files) {
        await this.learn(file, options, () => true);
        if (!this.facts.has(file)) this.facts.set(file, noFacts(file));
      }
      if (mentions.length > 0) await this.search(mentions, options);
    }
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
    return sortEdits([...edits, ...dropUnusedImports(inspection.analysis.model, edits)]);
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
      const unused = dropUnusedImports(inspection.analysis.model, edits);
      current = applyEdits(current, [...edits, ...unused]);
    }
    return current;
  }

  stats(): ProjectStats {
    return this.totals;
  }

  private activeRules(): Rule[] {
    return this.rules.filter((rule) => this.config.rules[rule.meta.id] !== 'off');
  }

  private relative(file: string): string {
    const root = this.config.root.endsWith('/') ? this.config.root : `${this.config.root}/`;
    return file.startsWith(root) ? file.slice(root.length) : file;
  }

  private skipReason(file: string, text: string): string | null {
    if (this.isIgnored(this.relative(file))) return 'ignored';
    return this.triggers.test(text) ? skipReason(file, text) : null;
  }

  private inspectText(file: string, text: string): FileState {
    const none = { proved: [], open: [], directives: [], faults: [] };
    const skipped = this.skipReason(file, text);
    if (skipped !== null || !this.triggers.test(text)) {
      this.facts.delete(file);
      if (skipped === null) this.updateFacts(file, text);
      return { ...none, skipped };
    }
    try {
      const inspection = this.inspectSource(file, this.parse(file, text), text);
      const isWanted = inspection.open.length > 0 || this.isMentioned(text) || this.facts.has(file);
      if (isWanted) this.facts.set(file, factsOf(inspection.analysis));
      const directives = findDirectives(inspection.analysis.model.source);
      const { proved, open, faults } = inspection;
      return { proved, open, directives, faults, skipped };
    } catch (error) {
      // Deeply nested input overflows the parser's stack; the file is lost, the rest is not.
      const message = error instanceof Error ? error.message : String(error);
      return { ...none, faults: [{ file, message: `Could not analyse: ${message}` }], skipped };
    }
  }

  private inspectSource(file: string, source: ts.SourceFile, text: string): Inspection {
    const start = this.host.now();
    const rules = this.activeRules().filter((rule) =>
      rule.triggers.some((it) => text.includes(it)),
    );
    const now = () => this.host.now();
    const { performance } = this.config;
    const inspection = inspect(file, this.relative(file), source, rules, performance, now);
    let ruleMs = 0;
    for (const [rule, ms] of Object.entries(inspection.ruleMs)) {
      this.totals.ruleMs[rule] = (this.totals.ruleMs[rule] ?? 0) + ms;
      ruleMs += ms;
    }
    this.totals.walkMs += this.host.now() - start - ruleMs;
    return inspection;
  }

  private parse(file: string, text: string): ts.SourceFile {
    const start = this.host.now();
    const source = parse(file, text);
    this.totals.parsed++;
    this.totals.parseMs += this.host.now() - start;
    return source;
  }

  /** Inspects a text for its fixes, leaving the project's state alone. */
  private inspectNow(file: string, text: string): Inspection | null {
    if (this.skipReason(file, text) !== null) return null;
    const { performance } = this.config;
    const now = () => this.host.now();
    return inspect(
      file,
      this.relative(file),
      parse(file, text),
      this.activeRules(),
      performance,
      now,
    );
  }

  /** Findings of an inspection that stand, are not suppressed and have a fix; in order. */
  private fixable(inspection: Inspection) {
    const { model } = inspection.analysis;
    const facts = new Map(this.facts).set(model.file, factsOf(inspection.analysis));
    const links = new Links(facts, (file) => this.workspaceFiles.has(file) || facts.has(file));
    const state = {
      ...inspection,
      directives: findDirectives(model.source),
      skipped: null,
    };
    const conclusions = this.conclude(model.file, state, links);
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

  private conclude(file: string, state: { open: OpenReport[] }, links: Links): Conclusions {
    return conclude(state.open, this.rules, (question): Answer | null => {
      if (question.kind === 'callers') {
        return { kind: 'callers', sites: links.callSites(file, question.fn) };
      }
      const msPerUnit = links.sleeps(file, question.module, question.name);
      return msPerUnit === null ? null : { kind: 'sleeps', msPerUnit };
    });
  }

  private finishReport(file: string, state: FileState): FileReport {
    const conclusions = this.conclude(file, state, this.links);
    const findings = finish(file, state, conclusions, this.config, this.rules);
    return { findings, faults: [...state.faults, ...conclusions.faults], skipped: state.skipped };
  }

  /** Files whose facts an open question asks for by name. */
  private neededFiles(): string[] {
    const files = new Set<string>();
    for (const [file, state] of this.states) {
      for (const { question } of state.open) {
        if (question.kind !== 'sleeps') continue;
        for (const target of this.links.sleepFiles(file, question.module)) files.add(target);
      }
    }
    return [...files].filter((file) => !this.facts.has(file));
  }

  private neededMentions(): Mention[] {
    const mentions = new Map<string, Mention>();
    for (const [file, state] of this.states) {
      for (const { question } of state.open) {
        if (question.kind !== 'callers') continue;
        for (const mention of this.links.callerMentions(file, question.fn)) {
          if (!this.searched.has(mention.key)) mentions.set(mention.key, mention);
        }
      }
    }
    return [...mentions.values()];
  }

  private async search(mentions: Mention[], options: LinkOptions): Promise<void> {
    const isMentioned = (text: string) => mentions.some((it) => it.test(text));
    for (const file of this.workspaceFiles) {
      if (options.signal?.aborted) return;
      if (!this.facts.has(file)) await this.learn(file, options, isMentioned);
    }
    for (const mention of mentions) this.searched.set(mention.key, mention);
  }

  /** Reads a file for its facts, if its text passes the test. */
  private async learn(
    file: string,
    options: LinkOptions,
    test: (text: string) => boolean,
  ): Promise<void> {
    await options.breathe?.();
    const text = await this.host.read(file);
    if (text === undefined || !test(text)) return;
    this.facts.set(file, this.factsOfText(file, text));
  }

  private updateFacts(file: string, text: string): void {
    if (this.isMentioned(text)) this.facts.set(file, this.factsOfText(file, text));
  }

  private factsOfText(file: string, text: string): FileFacts {
    if (skipReason(file, text) !== null) return noFacts(file);
    try {
      return factsOf(analyseFile(file, this.relative(file), this.parse(file, text)));
    } catch {
      return noFacts(file);
    }
  }

  private isMentioned(text: string): boolean {
    for (const mention of this.searched.values()) if (mention.test(text)) return true;
    return false;
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

function noFacts(file: string): FileFacts {
  return { file, functions: [], calls: [], exports: [] };
}

function emptyStats(): ProjectStats {
  return { files: 0, parsed: 0, units: 0, ruleMs: {}, parseMs: 0, walkMs: 0 };
}

function escapeRegExp(text: string): string {
  return text.replace(/[.*+?^${}()|[\]\\]/g, '\\$&');
}
