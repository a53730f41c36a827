import type { ts } from './compiler';
import type { LinterConfig } from './config';
import { analyseFile, factsOf } from './facts/build';
import type { FileFacts } from './facts/facts';
import { noFacts } from './graph/linker';
import { ignoring } from './ignores';
import { type Inspection, inspect, parse, reparse } from './inspect';
import type { Rule } from './rule';
import { skipReason } from './skip';
import { DIRECTIVE_TRIGGER } from './suppressions';

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

/** Turns texts into what the rules say about them, under one configuration; keeps no text. */
export class Inspector {
  readonly stats: ProjectStats = {
    files: 0,
    parsed: 0,
    units: 0,
    ruleMs: {},
    parseMs: 0,
    walkMs: 0,
  };
  private isIgnored: (path: string) => boolean = () => false;
  private active: readonly Rule[] = [];
  /** Trees of open files, of their latest inspected texts. */
  private readonly trees = new Map<string, ts.SourceFile>();
  private triggers = /$^/;

  /** @param now clock in ms */
  constructor(
    private readonly rules: readonly Rule[],
    private config: LinterConfig,
    private readonly now: () => number,
  ) {
    this.configure(config);
  }

  configure(config: LinterConfig): void {
    this.config = config;
    this.isIgnored = ignoring(config.ignores);
    this.active = this.rules.filter((rule) => config.rules[rule.meta.id] !== 'off');
    const words = this.active.flatMap((rule) => rule.triggers);
    this.triggers = new RegExp([...words, DIRECTIVE_TRIGGER].map(escapeRegExp).join('|'));
  }

  /** @returns whether the text can hold a finding or a directive at all. */
  mayHold(text: string): boolean {
    return this.triggers.test(text);
  }

  /** @returns why nothing is to be reported in a file, or `null`. */
  skipReason(file: string, text: string): string | null {
    if (this.isIgnored(this.relative(file))) return 'ignored';
    return this.mayHold(text) ? skipReason(file, text) : null;
  }

  /**
   * @param keepTree whether the tree is kept, so that the next inspection parses only what changed
   * @throws RangeError when the text is nested too deeply to parse
   */
  inspect(file: string, text: string, keepTree = false): Inspection {
    const source = this.parse(file, text, keepTree ? this.trees.get(file) : undefined);
    if (keepTree) this.trees.set(file, source);
    const start = this.now();
    const rules = this.active.filter((rule) => rule.triggers.some((it) => text.includes(it)));
    const { performance } = this.config;
    const inspection = inspect(file, this.relative(file), source, rules, performance, this.now);
    let ruleMs = 0;
    for (const [rule, ms] of Object.entries(inspection.ruleMs)) {
      this.stats.ruleMs[rule] = (this.stats.ruleMs[rule] ?? 0) + ms;
      ruleMs += ms;
    }
    this.stats.walkMs += this.now() - start - ruleMs;
    return inspection;
  }

  /** @returns the facts of a text; none where nothing can be known. */
  factsOf(file: string, text: string): FileFacts {
    if (skipReason(file, text) !== null) return noFacts(file);
    try {
      return factsOf(analyseFile(file, this.relative(file), this.parse(file, text)));
    } catch {
      // Too deeply nested to parse; analysing the file reports that as a fault.
      return noFacts(file);
    }
  }

  /** Forgets the tree kept of a file. */
  dropTree(file: string): void {
    this.trees.delete(file);
  }

  private parse(file: string, text: string, old?: ts.SourceFile): ts.SourceFile {
    const start = this.now();
    // The update takes the old tree apart; it must not be found again if that fails.
    if (old) this.trees.delete(file);
    const source = old ? reparse(old, text) : parse(file, text);
    this.stats.parsed++;
    this.stats.parseMs += this.now() - start;
    return source;
  }

  private relative(file: string): string {
    const { root } = this.config;
    const folder = root.endsWith('/') ? root : `${root}/`;
    return file.startsWith(folder) ? file.slice(folder.length) : file;
  }
}

function escapeRegExp(text: string): string {
  return text.replace(/[.*+?^${}()|[\]\\]/g, '\\$&');
}
