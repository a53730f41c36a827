import { ts } from '../compiler';
import type { RuleContext } from '../rule';
import { type Sink, sinksOf } from './durations';
import type { Binding } from './scopes';
import { enclosingFunction, type FunctionNode, isFunctionNode, unwrap, walkAll } from './syntax';

/** What a clock reading is: whole ms, ms with a fraction, or a value of `process.hrtime`. */
export type Clock = 'whole-ms' | 'ms' | 'hrtime';

/** One place where the time since the start is taken. */
export interface Stop {
  /** `performance.now() - start`, or `process.hrtime(start)`. */
  difference: ts.Expression;
  /** `const end = performance.now()`, when the end is kept in a variable of its own. */
  end: ts.VariableDeclaration | null;
  /** Where the difference goes. */
  sinks: Sink[];
}

/** A clock read into a variable, and the differences taken from it. */
export interface TimingPair {
  read: ts.Expression;
  clock: Clock;
  start: ts.VariableDeclaration;
  stops: Stop[];
}

const CLOCKS: Readonly<Record<string, Clock>> = {
  'Date.now': 'whole-ms',
  'performance.now': 'ms',
  'process.hrtime': 'hrtime',
  'process.hrtime.bigint': 'hrtime',
};

/** Events after which an emitter says no more: their handlers end what was begun. */
const FINAL_EVENTS = new Set(['finish', 'close', 'end', 'exit', 'error']);

/**
 * @param call a call or `new` expression
 * @returns the pair that it starts, when every use of it is a difference that is logged or added
 * to a store of timings; else `null`
 */
export function timingPairOf(
  call: ts.CallExpression | ts.NewExpression,
  context: RuleContext,
): TimingPair | null {
  const { model } = context;
  // Names first: most calls need no resolving.
  const start = mayRead(call) ? readingHolder(call) : null;
  const clock = start && clockOf(call, context);
  if (!clock || !start || !ts.isIdentifier(start.name)) return null;
  const binding = model.lookup(start.name.text, start);
  if (binding?.declaration !== start || model.writesOf(binding).length > 0) return null;
  const stops = model.usesOf(binding).map((use) => stopOf(use, start, context));
  if (stops.length === 0 || stops.some((it) => it === null)) return null;
  const pair = { read: call, clock, start, stops: stops as Stop[] };
  const kinds = pair.stops.flatMap(({ sinks }) => sinks.map(({ kind }) => kind));
  const isKept = kinds.includes('log') || kinds.includes('store');
  return isKept && !isTimingHelper(pair, context) ? pair : null;
}

function mayRead(call: ts.CallExpression | ts.NewExpression): boolean {
  if (call.arguments?.length || call.parent.kind === ts.SyntaxKind.ExpressionStatement)
    return false;
  const callee = call.expression;
  if (!ts.isPropertyAccessExpression(callee)) return ts.isIdentifier(callee);
  return /^(now|hrtime|bigint)$/.test(callee.name.text);
}

/** @returns which clock an expression reads, or `null`. */
function clockOf(expression: ts.Expression, { origins }: RuleContext): Clock | null {
  const node = unwrap(expression);
  if (ts.isNewExpression(node)) {
    const origin = origins.of(node.expression);
    const isDate = origin?.module === null && origin.path === 'Date';
    return isDate && !node.arguments?.length ? 'whole-ms' : null;
  }
  if (!ts.isCallExpression(node) || node.arguments.length > 0) return null;
  const origin = origins.of(node.expression);
  if (!origin || (origin.module !== null && origin.module !== 'perf_hooks')) return null;
  return CLOCKS[origin.path] ?? null;
}

/** Climbs from a `Date` to its number: `+date`, `date.getTime()`, parentheses. */
function asNumber(node: ts.Expression): ts.Expression {
  let at = node;
  for (;;) {
    const { parent } = at;
    if (ts.isParenthesizedExpression(parent) || ts.isAsExpression(parent)) at = parent;
    else if (ts.isNonNullExpression(parent)) at = parent;
    else if (ts.isPrefixUnaryExpression(parent) && parent.operator === ts.SyntaxKind.PlusToken) {
      at = parent;
    } else if (
      ts.isPropertyAccessExpression(parent) &&
      /^(getTime|valueOf)$/.test(parent.name.text) &&
      ts.isCallExpression(parent.parent) &&
      parent.parent.expression === parent
    ) {
      at = parent.parent;
    } else return at;
  }
}

/** The variable that a reading initialises. */
function readingHolder(call: ts.Expression): ts.VariableDeclaration | null {
  const value = asNumber(call);
  const holder = value.parent;
  return ts.isVariableDeclaration(holder) && holder.initializer === value ? holder : null;
}

function stopOf(
  use: ts.Identifier,
  start: ts.VariableDeclaration,
  context: RuleContext,
): Stop | null {
  if (!endsWhatBegan(use, start)) return null;
  const value = asNumber(use);
  const { parent } = value;
  if (ts.isCallExpression(parent) && parent.arguments[0] === value) {
    const origin = context.origins.of(parent.expression);
    if (origin?.module !== null || origin.path !== 'process.hrtime') return null;
    const sinks = sinksOf(parent, context);
    return sinks && { difference: parent, end: null, sinks };
  }
  if (!ts.isBinaryExpression(parent) || parent.right !== value) return null;
  if (parent.operatorToken.kind !== ts.SyntaxKind.MinusToken) return null;
  const reading = readingOf(parent.left, context);
  const sinks = reading && sinksOf(parent, context);
  return sinks ? { difference: parent, end: reading.end, sinks } : null;
}

/** A clock read in place, or one kept in a `const` for this. */
function readingOf(
  left: ts.Expression,
  context: RuleContext,
): { end: ts.VariableDeclaration | null } | null {
  let node = unwrap(left);
  while (
    (ts.isCallExpression(node) &&
      ts.isPropertyAccessExpression(node.expression) &&
      /^(getTime|valueOf)$/.test(node.expression.name.text)) ||
    ts.isPrefixUnaryExpression(node)
  ) {
    const inner: ts.Expression = ts.isPrefixUnaryExpression(node)
      ? node.operand
      : (node.expression as ts.PropertyAccessExpression).expression;
    node = unwrap(inner);
  }
  if (clockOf(node, context)) return { end: null };
  const binding = ts.isIdentifier(node) ? context.model.resolve(node) : undefined;
  const end = binding?.declaration;
  if (!end || !ts.isVariableDeclaration(end) || !end.initializer) return null;
  const isReading = readingOf(end.initializer, context)?.end === null;
  return isReading && isConstant(binding, context) ? { end } : null;
}

function isConstant(binding: Binding, { model }: RuleContext): boolean {
  return model.writesOf(binding).length === 0;
}

/**
 * Whether a difference is taken once per start: not in a loop inside, where it tells progress, and
 * not in a callback, unless of a promise or of an event that comes last.
 */
function endsWhatBegan(use: ts.Node, start: ts.VariableDeclaration): boolean {
  const scope = enclosingFunction(start);
  for (let at = use.parent; at && at !== scope; at = at.parent) {
    if (ts.isIterationStatement(at, false) && !(at.pos <= start.pos && start.end <= at.end)) {
      return false;
    }
    if (isFunctionNode(at) && !isFinalCallback(at)) return false;
  }
  return true;
}

function isFinalCallback(fn: FunctionNode): boolean {
  const call = fn.parent;
  if (!ts.isCallExpression(call) || !ts.isPropertyAccessExpression(call.expression)) return false;
  const name = call.expression.name.text;
  if (/^(then|catch|finally)$/.test(name)) return true;
  const [event] = call.arguments;
  if (!/^(on|once|addListener)$/.test(name) || !event) return false;
  return ts.isStringLiteralLike(event) && FINAL_EVENTS.has(event.text);
}

/** Functions that time what they hold or are given, and those that do it for a telemetry. */
const HELPER_NAME =
  /^(with)?(timed?|timing|measure|profil|stopwatch|bench|instrument|trace|start(Active)?Span|\w*Span$)/i;

/** Whether the pair is what the workspace's own timing helper is made of: it runs what it is given. */
function isTimingHelper(pair: TimingPair, { model, contexts }: RuleContext): boolean {
  const fn = enclosingFunction(pair.start);
  if (!fn) return false;
  if (HELPER_NAME.test(contexts.nameOf(fn) ?? '') || isTimedAlready(fn)) return true;
  const last = Math.max(...pair.stops.map(({ difference }) => difference.end));
  let found = false;
  walkAll(fn, (node) => {
    if (found || !ts.isCallExpression(node) || node.pos < pair.start.end || node.end > last) return;
    let callee = unwrap(node.expression);
    if (ts.isPropertyAccessExpression(callee) && /^(call|apply|handle)$/.test(callee.name.text)) {
      // `original.apply(this, args)` of a decorator.
      found = callee.name.text === 'apply';
      callee = unwrap(callee.expression);
    }
    if (!ts.isIdentifier(callee)) return;
    found ||= model.resolve(callee)?.kind === 'param' || /^(next|original\w*)$/.test(callee.text);
  });
  return found;
}

/** Whether a function runs inside a call that times it: `instrument('clone', async () => {…})`. */
function isTimedAlready(fn: FunctionNode): boolean {
  for (let at: FunctionNode | null = fn; at; at = enclosingFunction(at)) {
    const call = at.parent;
    if (!ts.isCallExpression(call) || call.expression === at) continue;
    const callee = unwrap(call.expression);
    const name = ts.isPropertyAccessExpression(callee) ? callee.name : callee;
    if (ts.isIdentifier(name) && HELPER_NAME.test(name.text)) return true;
  }
  return false;
}

/** `console.time(label)` and the calls that end it. */
export interface ConsolePair {
  start: ts.CallExpression;
  ends: ts.CallExpression[];
  /** Source of the label; `null` for the default one. */
  label: string | null;
}

/** @returns the pair that a `console.time` call starts in its function, or `null`. */
export function consolePairOf(
  call: ts.CallExpression | ts.NewExpression,
  { model, origins }: RuleContext,
): ConsolePair | null {
  const isConsole = (it: ts.Expression, method: string) => {
    if (!ts.isCallExpression(it) || !ts.isPropertyAccessExpression(it.expression)) return false;
    if (it.expression.name.text !== method) return false;
    const origin = origins.of(it.expression);
    return origin?.module === null && origin.path === `console.${method}`;
  };
  if (!ts.isCallExpression(call) || !isConsole(call, 'time')) return null;
  const labelOf = (it: ts.CallExpression) =>
    it.arguments[0] ? model.textOf(it.arguments[0]) : null;
  const label = labelOf(call);
  const same = model.calls.filter(
    (it): it is ts.CallExpression =>
      ts.isCallExpression(it) &&
      it.pos > call.end &&
      enclosingFunction(it) === enclosingFunction(call) &&
      labelOf(it) === label,
  );
  const ends = same.filter((it) => isConsole(it, 'timeEnd'));
  if (ends.length === 0 || same.some((it) => isConsole(it, 'time') || isConsole(it, 'timeLog'))) {
    return null;
  }
  return { start: call, ends, label };
}
