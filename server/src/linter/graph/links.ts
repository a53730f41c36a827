import type { FileFacts, FunctionFact, FunctionId } from '../facts/facts';
import type { CallSite } from '../rule';
import { importWord, resolveModule } from './resolve';

/** An exported name of a file, as other files may import it. */
interface Target {
  file: string;
  name: string;
}

/** A lexical test for files that may import a target. */
export interface Mention {
  /** Names one search; equal keys are one search. */
  key: string;
  test(text: string): boolean;
}

/** Answers questions about the workspace from the facts at hand. */
export class Links {
  constructor(
    private readonly facts: ReadonlyMap<string, FileFacts>,
    private readonly isFile: (file: string) => boolean,
  ) {}

  /** @returns the calls of a function that the facts at hand show, in order of file and place. */
  callSites(file: string, fn: FunctionId): CallSite[] {
    const own = this.facts.get(file);
    if (!own) return [];
    const sites = sitesIn(own, (it) => it.kind === 'function' && it.fn === fn);
    for (const target of this.targetsOf(file, fn)) {
      for (const facts of this.facts.values()) {
        if (facts.file === target.file) continue;
        sites.push(
          ...sitesIn(
            facts,
            (it) =>
              it.kind === 'import' &&
              (it.path || 'default') === target.name &&
              this.resolve(facts.file, it.module) === target.file,
          ),
        );
      }
    }
    return sites.sort((a, b) => (a.file === b.file ? a.start - b.start : a.file < b.file ? -1 : 1));
  }

  /** @returns what to look for in other files' texts, so that `callSites` misses nothing. */
  callerMentions(file: string, fn: FunctionId): Mention[] {
    return this.targetsOf(file, fn).map((target) => mentionOf(target));
  }

  /** @returns the file an import of `file` resolves to, or `null`. */
  resolve(file: string, module: string): string | null {
    return resolveModule(file, module, this.isFile);
  }

  /** @returns ms per unit of an imported sleep function; `null` when it is none or not known. */
  sleeps(file: string, module: string, name: string, seen = new Set<string>()): number | null {
    const target = this.resolve(file, module);
    const facts = target && this.facts.get(target);
    if (!target || !facts || seen.has(`${target}#${name}`)) return null;
    seen.add(`${target}#${name}`);
    // What a file exports by name hides what it passes on with `export *`, which has no default.
    const own = facts.exports.filter((it) => it.name === name);
    const passedOn = name === 'default' ? [] : facts.exports.filter((it) => it.name === '*');
    for (const { fn, source } of own.length > 0 ? own : passedOn) {
      const sleep = fn === undefined ? null : facts.functions[fn]?.sleepMsPerUnit;
      if (typeof sleep === 'number') return sleep;
      if (!source) continue;
      const inner = own.length > 0 ? source.name : name;
      const found = this.sleeps(target, source.module, inner, seen);
      if (found !== null) return found;
    }
    return null;
  }

  /** Files whose facts `sleeps` still needs to follow an import, with what is known so far. */
  sleepFiles(file: string, module: string, seen = new Set<string>()): string[] {
    const target = this.resolve(file, module);
    if (!target || seen.has(target)) return [];
    seen.add(target);
    for (const exported of this.facts.get(target)?.exports ?? []) {
      if (exported.source) this.sleepFiles(target, exported.source.module, seen);
    }
    return [...seen];
  }

  /** Every name under which a function can be imported, re-exports followed. */
  private targetsOf(file: string, fn: FunctionId): Target[] {
    const targets: Target[] = (this.facts.get(file)?.exports ?? [])
      .filter((it) => it.fn === fn)
      .map((it) => ({ file, name: it.name }));
    for (const target of targets) {
      for (const facts of this.facts.values()) {
        for (const { name, source } of facts.exports) {
          if (!source || this.resolve(facts.file, source.module) !== target.file) continue;
          if (source.name !== target.name && source.name !== '*') continue;
          const added = { file: facts.file, name: passedOnName(name, source.name, target.name) };
          if (name === '*' && !passesOn(facts, target.name)) continue;
          const isKnown = targets.some((it) => it.file === added.file && it.name === added.name);
          if (!isKnown) targets.push(added);
        }
      }
    }
    return targets;
  }
}

/** Whether `export *` of a file passes a name on: no default, nor what the file itself exports. */
function passesOn(facts: FileFacts, name: string): boolean {
  return name !== 'default' && !facts.exports.some((it) => it.name === name);
}

/** The name an export gets: `*` keeps it, `* as all` puts it below `all`. */
function passedOnName(exported: string, source: string, name: string): string {
  if (exported === '*') return name;
  return source === '*' ? `${exported}.${name}` : exported;
}

function mentionOf(target: Target): Mention {
  const { file } = target;
  const name = target.name.split('.').at(-1) ?? '';
  const word = importWord(file);
  if (name === 'default') return { key: `default of ${word}`, test: (text) => text.includes(word) };
  return {
    key: `${name} of ${word}`,
    test: (text) => text.includes(name) || (text.includes(word) && /export\s*\*/.test(text)),
  };
}

function sitesIn(
  facts: FileFacts,
  matches: (callee: FileFacts['calls'][number]['callee']) => boolean,
): CallSite[] {
  return facts.calls
    .filter((call) => matches(call.callee))
    .map(({ start, end, from, to, tier, memoised, fn }) => ({
      file: facts.file,
      start,
      end,
      from,
      to,
      tier,
      memoised: memoised || (fn !== null && (facts.functions[fn]?.memoised ?? false)),
      caller: callerOf(fn === null ? undefined : facts.functions[fn]),
    }));
}

function callerOf(fn: FunctionFact | undefined): string | null {
  if (!fn) return null;
  return fn.name === null ? (fn.entry ?? 'a callback') : `\`${fn.name}\``;
}
