import type { FileFacts } from '../facts/facts';
import type { Answer, Question } from '../rule';
import { Links, type Mention } from './links';

/** How the linker reaches the workspace. */
export interface LinkerHost {
  /** Absolute, `/`-separated paths of every file of the workspace that may be analysed. */
  files(): Iterable<string>;
  /** @returns the present text of a file, or `undefined` when it cannot be read. */
  read(file: string): Promise<string | undefined>;
}

export interface LinkOptions {
  signal?: AbortSignal;
  /** Awaited between files, so that a server can answer requests meanwhile. */
  breathe?(): Promise<void>;
}

/** A question that a file's findings depend on. */
export interface Asked {
  file: string;
  question: Question;
}

/**
 * Keeps the facts of the files that questions need, and no others: demand-driven, from a question
 * backwards, by the words that name what is asked about.
 */
export class Linker {
  private readonly facts = new Map<string, FileFacts>();
  /** Lexical searches done; the facts of the files they find are kept up to date. */
  private readonly searched = new Map<string, Mention>();
  private files = new Set<string>();
  private readonly links = this.linksOver(this.facts);

  /** @param factsOf parses a text for its facts; must not throw */
  constructor(
    private readonly host: LinkerHost,
    private readonly factsOf: (file: string, text: string) => FileFacts,
  ) {}

  /** Makes a file known; `facts` replace what was known of it, `null` forgets that. */
  update(file: string, facts: FileFacts | null): void {
    this.files.add(file);
    if (facts) this.facts.set(file, facts);
    else this.facts.delete(file);
  }

  remove(file: string): void {
    this.files.delete(file);
    this.facts.delete(file);
  }

  /** @returns whether a file's facts are wanted, as far as its text tells. */
  wants(file: string, text: string): boolean {
    if (this.facts.has(file)) return true;
    for (const mention of this.searched.values()) if (mention.test(text)) return true;
    return false;
  }

  /**
   * Reads what the questions need and is not known yet.
   * @param asked gives the questions anew in each round: facts of a barrel bring new names
   */
  async learn(asked: () => Iterable<Asked>, options: LinkOptions): Promise<void> {
    for (const file of this.host.files()) this.files.add(file);
    while (!options.signal?.aborted) {
      const questions = [...asked()];
      const files = this.neededFiles(questions);
      const mentions = this.neededMentions(questions);
      if (files.length === 0 && mentions.length === 0) return;
      for (const file of files) {
        await this.read(file, options, () => true);
        // A file that cannot be read is known to say nothing.
        if (!this.facts.has(file)) this.facts.set(file, noFacts(file));
      }
      if (mentions.length > 0) await this.search(mentions, options);
    }
  }

  /**
   * @param own facts of the asking file, when they are newer than the ones kept
   * @returns the answer as far as it is known, or `null`
   */
  answer(file: string, question: Question, own?: FileFacts): Answer | null {
    const links = own ? this.linksOver(new Map(this.facts).set(file, own)) : this.links;
    if (question.kind === 'callers') {
      return { kind: 'callers', sites: links.callSites(file, question.fn) };
    }
    const msPerUnit = links.sleeps(file, question.module, question.name);
    return msPerUnit === null ? null : { kind: 'sleeps', msPerUnit };
  }

  private linksOver(facts: ReadonlyMap<string, FileFacts>): Links {
    return new Links(facts, (file) => this.files.has(file));
  }

  private neededFiles(asked: readonly Asked[]): string[] {
    const files = new Set<string>();
    for (const { file, question } of asked) {
      if (question.kind !== 'sleeps') continue;
      for (const target of this.links.sleepFiles(file, question.module)) files.add(target);
    }
    return [...files].filter((file) => !this.facts.has(file));
  }

  private neededMentions(asked: readonly Asked[]): Mention[] {
    const mentions = new Map<string, Mention>();
    for (const { file, question } of asked) {
      if (question.kind !== 'callers') continue;
      for (const mention of this.links.callerMentions(file, question.fn)) {
        if (!this.searched.has(mention.key)) mentions.set(mention.key, mention);
      }
    }
    return [...mentions.values()];
  }

  private async search(mentions: readonly Mention[], options: LinkOptions): Promise<void> {
    const isMentioned = (text: string) => mentions.some((it) => it.test(text));
    for (const file of this.files) {
      if (options.signal?.aborted) return;
      if (!this.facts.has(file)) await this.read(file, options, isMentioned);
    }
    for (const mention of mentions) this.searched.set(mention.key, mention);
  }

  /** Reads a file for its facts, if its text passes the test. */
  private async read(
    file: string,
    options: LinkOptions,
    test: (text: string) => boolean,
  ): Promise<void> {
    await options.breathe?.();
    const text = await this.host.read(file);
    if (text !== undefined && test(text)) this.facts.set(file, this.factsOf(file, text));
  }
}

/** Facts of a file that says nothing: unreadable, generated, minified. */
export function noFacts(file: string): FileFacts {
  return { file, functions: [], calls: [], exports: [] };
}
