import type { Evidence, Fault, FixInfo, Position, Span, Tier } from '../../../shared/finding';
import { ts } from './compiler';
import type { PerformanceValues } from './config';
import { analyseFile, type FileAnalysis } from './facts/build';
import type { FunctionNode } from './facts/syntax';
import type { Candidate, LazyFix, LocalEvidence, Question, Report, Rule } from './rule';

/** A report as plain data, free of syntax nodes. */
export interface ProvedReport extends Span {
  rule: string;
  from: Position;
  to: Position;
  message: string;
  tier: Tier;
  evidence: Evidence[];
  fix: FixInfo | null;
}

/** A candidate as plain data. */
export interface OpenReport extends Span {
  rule: string;
  from: Position;
  to: Position;
  question: Question;
  subject: Candidate['subject'];
  evidence: Evidence[];
  fix: FixInfo | null;
}

/** What the rules say about one text. */
export interface Inspection {
  analysis: FileAnalysis;
  proved: ProvedReport[];
  open: OpenReport[];
  /** Fix of each report, by rule and start offset (`fixKey`). */
  fixes: Map<string, LazyFix>;
  faults: Fault[];
  ruleMs: Record<string, number>;
}

/** Parses without JSDoc and without parent pointers; the file model sets those. */
export function parse(file: string, text: string): ts.SourceFile {
  const options = {
    languageVersion: ts.ScriptTarget.Latest,
    jsDocParsingMode: ts.JSDocParsingMode.ParseNone,
  };
  return ts.createSourceFile(file, text, options, false);
}

/**
 * Parses what changed, and takes the rest from the tree of an earlier text.
 * @param old is used up: its nodes move to the new tree
 */
export function reparse(old: ts.SourceFile, text: string): ts.SourceFile {
  const before = old.text;
  const shorter = Math.min(before.length, text.length);
  let start = 0;
  while (start < shorter && before.charCodeAt(start) === text.charCodeAt(start)) start++;
  let same = 0;
  const most = shorter - start;
  while (
    same < most &&
    before.charCodeAt(before.length - 1 - same) === text.charCodeAt(text.length - 1 - same)
  ) {
    same++;
  }
  const span = { start, length: before.length - same - start };
  return ts.updateSourceFile(old, text, { span, newLength: text.length - same - start });
}

export function fixKey(rule: string, start: number): string {
  return `${rule}@${start}`;
}

/**
 * Runs rules over one file. A rule that throws becomes a fault; the others still report.
 * @param path path relative to the configuration's root
 * @param now clock in ms
 */
export function inspect(
  file: string,
  path: string,
  source: ts.SourceFile,
  rules: readonly Rule[],
  performance: Readonly<PerformanceValues>,
  now: () => number,
): Inspection {
  const analysis = analyseFile(file, path, source);
  const result: Inspection = {
    analysis,
    proved: [],
    open: [],
    fixes: new Map(),
    faults: [],
    ruleMs: {},
  };
  const collector = new Collector(result, source);
  for (const rule of rules) {
    const start = now();
    const { id } = rule.meta;
    try {
      rule.check({
        ...analysis,
        performance,
        idOf: (fn: FunctionNode) => analysis.model.functions.indexOf(fn),
        report: (report) => collector.report(id, report),
        reportIf: (candidate) => collector.reportIf(id, candidate),
      });
    } catch (error) {
      result.faults.push({ file, rule: id, message: describe(error) });
    }
    result.ruleMs[id] = now() - start;
  }
  return result;
}

class Collector {
  constructor(
    private readonly result: Inspection,
    private readonly source: ts.SourceFile,
  ) {}

  report(rule: string, report: Report): void {
    if (report.tier === 'run-once') return;
    const place = this.place(report.at);
    const evidence = report.evidence.map((it) => this.evidence(it));
    const { message, tier } = report;
    this.result.proved.push({ rule, ...place, message, tier, evidence, fix: info(report.fix) });
    this.keepFix(rule, place.start, report.fix);
  }

  reportIf(rule: string, candidate: Candidate): void {
    const place = this.place(candidate.at);
    const evidence = (candidate.evidence ?? []).map((it) => this.evidence(it));
    const { question, subject, fix } = candidate;
    this.result.open.push({ rule, ...place, question, subject, evidence, fix: info(fix) });
    this.keepFix(rule, place.start, fix);
  }

  private keepFix(rule: string, start: number, fix: LazyFix | null): void {
    if (fix) this.result.fixes.set(fixKey(rule, start), fix);
  }

  private evidence(it: LocalEvidence | Evidence): Evidence {
    if ('file' in it) return it;
    return { file: this.result.analysis.model.file, ...this.place(it.at), message: it.message };
  }

  private place(at: ts.Node | Span): Span & { from: Position; to: Position } {
    const start = 'kind' in at ? at.getStart(this.source) : at.start;
    const { end } = at;
    const position = (offset: number) => this.source.getLineAndCharacterOfPosition(offset);
    return { start, end, from: position(start), to: position(end) };
  }
}

function info(fix: LazyFix | null): FixInfo | null {
  return fix && { title: fix.title, safety: fix.safety };
}

export function describe(error: unknown): string {
  return error instanceof Error ? (error.stack ?? error.message) : String(error);
}
