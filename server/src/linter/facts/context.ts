import type { Tier } from '../../../../shared/finding';
import { ts } from '../compiler';
import type { LocalEvidence } from '../rule';
import { type Entry, entryOf, entryOfValue, isPartOfCaller } from './entries';
import { isCommandLinePath, runOncePath } from './frameworks';
import { goesOverShortList, headOf, isLoopBody, loopHead } from './loops';
import type { Memos } from './memo';
import type { FileModel } from './model';
import type { Origins } from './origins';
import { type FunctionNode, isFunctionNode, isWithin, unwrap } from './syntax';

/** How often some code runs, and what in the file shows it. */
export interface Context {
  tier: Tier;
  /** Why, as a clause for messages: "runs per request in a Fastify route handler". */
  why: string;
  /** The way from the entry point to the code, outermost first. */
  path: LocalEvidence[];
  /** Whether a framework's entry point (a handler, a component) leads here. */
  entered?: boolean;
  /** Whether the event loop waits for it: it runs in, or is reached from, async or hot code. */
  async: boolean;
}

const RANK: Record<Tier, number> = { 'run-once': 0, cold: 1, async: 2, hot: 3, measured: 4 };

export function higherTier(a: Tier, b: Tier): Tier {
  return RANK[a] >= RANK[b] ? a : b;
}

interface Place {
  fn: FunctionNode | null;
  /** Innermost loop or iteration call around the node within `fn`. */
  loop: ts.Node | null;
  /** Whether an async function lies between the node and `fn`, or is `fn`. */
  async: boolean;
  /** Known way in which `fn` is entered. */
  entry: Entry | null;
}

/** A call that runs a function: by calling it, or by passing it on to be run in place. */
interface Caller {
  call: ts.CallExpression | ts.NewExpression;
  /** Whether the call runs the function once per element of a list. */
  each: boolean;
}

/** Places code of one file in tiers, following the calls the file makes to its own functions. */
export class Contexts {
  private readonly ofFunctions = new Map<FunctionNode, Context>();
  private readonly pending = new Set<FunctionNode>();
  private readonly entries = new Map<FunctionNode, Entry | null>();
  private readonly fileRunsOnce: string | null;
  private readonly isCommandLine: boolean;
  private callSites: Map<FunctionNode, Caller[]> | null = null;

  constructor(
    private readonly model: FileModel,
    private readonly origins: Origins,
    /** Functions the file exports, with the names it exports them by. */
    private readonly exported: ReadonlyMap<FunctionNode, readonly string[]>,
    private readonly memos: Memos,
  ) {
    this.fileRunsOnce =
      runOncePath(model.path) ?? (model.text.startsWith('#!') ? 'a command line entry' : null);
    this.isCommandLine = isCommandLinePath(model.path);
  }

  /**
   * @param around a loop that is known to run the node, though it does not enclose it
   * @returns how often `node` runs
   */
  of(node: ts.Node, around: ts.Node | null = null): Context {
    if (this.fileRunsOnce) return runOnce(`runs once, in ${this.fileRunsOnce}`);
    const place = this.placeOf(node);
    if (!place.fn) return runOnce('runs once, when the module is loaded');
    const base = this.ofFunction(place.fn);
    const async = place.async || base.async;
    if (this.isCommandLine && base.tier !== 'run-once' && !base.entered) {
      return { ...base, tier: 'cold', why: 'runs in a command line tool', async };
    }
    if (base.tier === 'run-once' || base.tier === 'hot') return { ...base, async };
    const loop = place.loop ?? around;
    if (loop) {
      return {
        tier: 'hot',
        why: 'runs once per loop turn',
        path: [...base.path, { at: loopHead(loop), message: 'the loop' }],
        async,
      };
    }
    if (place.async && base.tier === 'cold') {
      return { tier: 'async', why: asyncWhy(this.nameOf(place.fn)), path: base.path, async };
    }
    return { ...base, async };
  }

  /** @returns the calls by which this file runs one of its functions in the code around them. */
  private callsTo(fn: FunctionNode): readonly Caller[] {
    if (!this.callSites) {
      this.callSites = new Map();
      for (const call of this.model.calls) {
        const callee = ts.isCallExpression(call) && this.origins.functionOf(call.expression);
        if (callee) this.addCaller(callee, { call, each: false });
        for (const argument of call.arguments ?? []) {
          const target = this.origins.functionOf(argument);
          if (!target || target === unwrap(argument)) continue;
          const entry = entryOfValue(argument, target, this.origins);
          if (!entry || !isPartOfCaller(entry)) continue;
          const each = entry.kind === 'iteration' && !goesOverShortList(call, this.model);
          this.addCaller(target, { call, each });
        }
      }
    }
    return this.callSites.get(fn) ?? [];
  }

  private addCaller(fn: FunctionNode, caller: Caller): void {
    const list = this.callSites?.get(fn);
    if (list) list.push(caller);
    else this.callSites?.set(fn, [caller]);
  }

  /** @returns the name a reader knows a function by, or `null`. */
  nameOf(fn: FunctionNode): string | null {
    if (ts.isConstructorDeclaration(fn)) return 'constructor';
    if (fn.name && !ts.isComputedPropertyName(fn.name)) return fn.name.getText(this.model.source);
    const holder = fn.parent;
    if (ts.isVariableDeclaration(holder) || ts.isPropertyAssignment(holder)) {
      return ts.isIdentifier(holder.name) ? holder.name.text : null;
    }
    if (ts.isPropertyDeclaration(holder)) return holder.name.getText(this.model.source);
    if (ts.isBinaryExpression(holder) && ts.isPropertyAccessExpression(holder.left)) {
      return holder.left.name.text;
    }
    return null;
  }

  /**
   * @returns the function whose run executes `node`: callbacks that run as part of the code around
   * them (iteration, promise and timer callbacks) count as that code.
   */
  placeOf(node: ts.Node): Place {
    let loop: ts.Node | null = null;
    let async = false;
    let from = node;
    for (let at = node.parent; at; from = at, at = at.parent) {
      if (!loop && isLoopBody(at, from) && !goesOverShortList(at, this.model)) loop = at;
      if (ts.isPropertyDeclaration(at) || ts.isClassStaticBlockDeclaration(at)) break;
      if (!isFunctionNode(at)) continue;
      async ||= isAsync(at);
      const entry = this.entryOf(at);
      if (entry?.kind === 'inline') continue;
      if (entry?.kind === 'iteration') {
        if (!loop && !goesOverShortList(at.parent, this.model)) loop = at.parent;
        continue;
      }
      return { fn: at, loop, async, entry };
    }
    return { fn: null, loop, async, entry: null };
  }

  /** @returns the known way in which a function is entered, or `null`. */
  entryOf(fn: FunctionNode): Entry | null {
    let entry = this.entries.get(fn);
    if (entry === undefined) {
      entry = entryOf(fn, this.model, this.origins, this.exported.get(fn) ?? []);
      this.entries.set(fn, entry);
    }
    return entry;
  }

  private ofFunction(fn: FunctionNode): Context {
    const known = this.ofFunctions.get(fn);
    if (known) return known;
    // Recursion adds nothing to what the other callers say.
    if (this.pending.has(fn)) return runOnce('');
    this.pending.add(fn);
    const context = this.computeFunction(fn);
    this.pending.delete(fn);
    this.ofFunctions.set(fn, context);
    return context;
  }

  private computeFunction(fn: FunctionNode): Context {
    const entry = this.entryOf(fn);
    if (entry?.kind === 'hot') {
      const at = entry.at ?? fn;
      return {
        tier: 'hot',
        why: `runs in ${entry.what}`,
        path: [{ at: headOf(at), message: entry.what }],
        async: true,
        entered: true,
      };
    }
    if (entry?.kind === 'run-once') return runOnce(`runs once, in ${entry.what}`);
    // A memo cuts the way: what it guards runs once, however often it is asked for.
    const callers = this.callsTo(fn).filter(
      ({ call }) => !isWithin(call, fn) && !this.memos.isBehindMemo(call),
    );
    const best = this.bestCaller(callers);
    const name = this.nameOf(fn);
    if (best?.context.tier === 'hot') {
      return {
        tier: 'hot',
        ...(best.context.entered && { entered: true }),
        why: reachedWhy(best.context.why),
        path: [...best.context.path, { at: best.call, message: `calls \`${name ?? 'it'}\`` }],
        async: best.context.async || isAsync(fn),
      };
    }
    const escapes = this.exported.has(fn) || this.isUsedAsValue(fn);
    if (!escapes && best?.context.tier === 'run-once') return best.context;
    if (isAsync(fn)) return { tier: 'async', why: asyncWhy(name), path: [], async: true };
    if (best?.context.tier === 'async') {
      return {
        tier: 'async',
        why: reachedWhy(best.context.why),
        path: [...best.context.path, { at: best.call, message: `calls \`${name ?? 'it'}\`` }],
        async: best.context.async,
      };
    }
    if (ts.isConstructorDeclaration(fn)) return runOnce('runs once per instance');
    return { tier: 'cold', why: 'runs whenever its function is called', path: [], async: false };
  }

  private bestCaller(callers: readonly Caller[]) {
    let best: { call: Caller['call']; context: Context } | null = null;
    for (const { call, each } of callers) {
      const context = this.of(call, each ? call : null);
      if (!best || RANK[context.tier] > RANK[best.context.tier]) best = { call, context };
    }
    return best;
  }

  /** Whether someone this file does not show may call the function. */
  private isUsedAsValue(fn: FunctionNode): boolean {
    if (ts.isClassElement(fn)) return !isPrivate(fn);
    const holder = fn.parent;
    if (ts.isFunctionDeclaration(fn) || ts.isVariableDeclaration(holder)) {
      const name = ts.isFunctionDeclaration(fn) ? fn.name : (holder as ts.VariableDeclaration).name;
      if (!name || !ts.isIdentifier(name)) return true;
      const binding = this.model.lookup(name.text, fn.parent);
      if (!binding) return true;
      return this.model.usesOf(binding).some((id) => {
        const parent = id.parent;
        return !(ts.isCallExpression(parent) && parent.expression === id);
      });
    }
    // An immediately called function is inline; every other expression is someone's value.
    return true;
  }
}

function runOnce(why: string): Context {
  return { tier: 'run-once', why, path: [], async: false };
}

function reachedWhy(why: string): string {
  return why.startsWith('is reached from') ? why : `is reached from code that ${why}`;
}

function asyncWhy(name: string | null): string {
  return name ? `runs in async \`${name}\`` : 'runs in an async function';
}

export function isAsync(fn: FunctionNode): boolean {
  return (ts.getCombinedModifierFlags(fn as ts.Declaration) & ts.ModifierFlags.Async) !== 0;
}

function isPrivate(member: ts.ClassElement): boolean {
  return (
    (ts.getCombinedModifierFlags(member as ts.Declaration) & ts.ModifierFlags.Private) !== 0 ||
    (member.name !== undefined && ts.isPrivateIdentifier(member.name))
  );
}
