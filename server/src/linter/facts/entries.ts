import { ts } from '../compiler';
import {
  CALL_ENTRIES,
  EVENT_METHODS,
  HOT_DECORATORS,
  INLINE_CALLS,
  INLINE_METHODS,
  ITERATION_METHODS,
  METHOD_ENTRIES,
  NEXT_HANDLERS,
  ONE_SHOT_EVENTS,
} from './frameworks';
import type { FileModel } from './model';
import { enclosingClass, type Origins } from './origins';
import { enclosingFunction, type FunctionNode, isFunctionNode, isWithin, unwrap } from './syntax';

/** A known way in which a function is entered. */
export interface Entry {
  /** `inline`: as part of the code around it; `iteration`: likewise, once per element. */
  kind: 'hot' | 'run-once' | 'inline' | 'iteration';
  what: string;
  /** The registration that shows it. */
  at?: ts.Node;
}

const INLINE: Entry = { kind: 'inline', what: '' };
const ITERATION: Entry = { kind: 'iteration', what: 'an iteration callback' };

/**
 * @param exportedAs names the file exports the function by
 * @returns how a function is entered, as far as its own place in the file tells; else `null`
 */
export function entryOf(
  fn: FunctionNode,
  model: FileModel,
  origins: Origins,
  exportedAs: readonly string[],
): Entry | null {
  const decorated = decoratorEntry(fn, origins);
  if (decorated) return decorated;
  for (const value of valuesOf(fn, model)) {
    const entry = entryOfValue(value, fn, origins);
    // A function passed by name runs there, not where it is written: that is a call site of it.
    const isOwn = value === fn || isWithin(fn, value);
    if (entry && (isOwn || !isPartOfCaller(entry))) return entry;
  }
  return componentEntry(fn, model) ?? nextEntry(fn, model, exportedAs);
}

/** The expressions that stand for a function: itself, or the uses of its name as a value. */
function valuesOf(fn: FunctionNode, model: FileModel): readonly ts.Node[] {
  if (ts.isFunctionExpression(fn) || ts.isArrowFunction(fn)) {
    let outer: ts.Node = fn;
    while (ts.isParenthesizedExpression(outer.parent)) outer = outer.parent;
    const isNamed =
      ts.isVariableDeclaration(outer.parent) || ts.isPropertyDeclaration(outer.parent);
    if (!isNamed) return [outer];
  }
  // `{ handler() {…} }` is the value of a property.
  if (ts.isMethodDeclaration(fn) && ts.isObjectLiteralExpression(fn.parent)) return [fn];
  const member = ts.isPropertyDeclaration(fn.parent) ? fn.parent : fn;
  if (ts.isClassElement(member)) return memberValues(member, model);
  const name = ts.isFunctionDeclaration(fn)
    ? fn.name
    : ts.isVariableDeclaration(fn.parent)
      ? fn.parent.name
      : undefined;
  if (!name || !ts.isIdentifier(name)) return [];
  const binding = model.lookup(name.text, fn.parent);
  return binding ? model.usesOf(binding) : [];
}

/** `this.load` and `this.load.bind(this)` of the member's own class. */
function memberValues(member: ts.ClassElement, model: FileModel): ts.Node[] {
  const name = member.name?.getText(model.source);
  return model.fieldUses
    .filter((use) => use.name.text === name && enclosingClass(use) === member.parent)
    .map((use) => {
      const access = use.parent;
      const isBound =
        ts.isPropertyAccessExpression(access) &&
        access.name.text === 'bind' &&
        ts.isCallExpression(access.parent) &&
        access.parent.expression === access;
      return isBound ? access.parent : use;
    });
}

/** @returns whether what is entered this way runs as part of the code around the call. */
export function isPartOfCaller({ kind }: Entry): boolean {
  return kind === 'inline' || kind === 'iteration';
}

/** @returns how `fn` is entered through `value`, an expression that stands for it; else `null`. */
export function entryOfValue(value: ts.Node, fn: FunctionNode, origins: Origins): Entry | null {
  const parent = value.parent;
  if (ts.isCallExpression(parent) || ts.isNewExpression(parent)) {
    // `(() => …)()` runs in place; a call by name is an ordinary call site.
    if (parent.expression === value)
      return isFunctionNode(unwrap(value as ts.Expression)) ? INLINE : null;
    return callbackEntry(parent, value, fn, origins);
  }
  if (ts.isPropertyAssignment(parent) && parent.initializer === value) {
    return handlerProperty(parent, origins);
  }
  if (ts.isMethodDeclaration(value)) return handlerProperty(value, origins);
  // `app.get('/x', [authenticate, handle])`.
  if (ts.isArrayLiteralExpression(parent) && ts.isCallExpression(parent.parent)) {
    const callee = parent.parent.expression;
    return callee === parent ? null : callbackEntry(parent.parent, parent, fn, origins);
  }
  return null;
}

function callbackEntry(
  call: ts.CallExpression | ts.NewExpression,
  value: ts.Node,
  fn: FunctionNode,
  origins: Origins,
): Entry | null {
  const callee = unwrap(call.expression);
  if (ts.isCallExpression(call) && ts.isPropertyAccessExpression(callee)) {
    const byMethod = methodEntry(call, callee, value, origins);
    if (byMethod) return byMethod;
  }
  const origin = origins.of(callee);
  if (!origin) return null;
  const path = ts.isNewExpression(call) ? `${origin.path}.new()` : origin.path;
  const row = CALL_ENTRIES.find(
    (entry) => entry.module === origin.module && entry.methods.includes(path),
  );
  if (row) return { kind: row.kind, what: row.what, at: call };
  if (origin.module === null && origin.path === 'setTimeout' && isWithin(call, fn)) {
    return { kind: 'hot', what: 'a timer callback that schedules itself again', at: call };
  }
  const inline = INLINE_CALLS.some((it) => it.module === origin.module && it.path === origin.path);
  return inline ? INLINE : null;
}

function methodEntry(
  call: ts.CallExpression,
  callee: ts.PropertyAccessExpression,
  value: ts.Node,
  origins: Origins,
): Entry | null {
  const method = callee.name.text;
  const receiver = origins.of(callee.expression);
  if (receiver) {
    for (const row of METHOD_ENTRIES) {
      if (row.module !== receiver.module || !row.methods.includes(method)) continue;
      if (!row.receivers.some((path) => isChainOf(receiver.path, path))) continue;
      return { kind: row.kind, what: describe(row.what, method, call), at: call };
    }
  }
  if (isIterationCall(call, value, origins)) return ITERATION;
  if (INLINE_METHODS.has(method)) return INLINE;
  const [event] = call.arguments;
  if (
    EVENT_METHODS.has(method) &&
    call.arguments[1] === value &&
    event &&
    ts.isStringLiteralLike(event) &&
    !ONE_SHOT_EVENTS.has(event.text)
  ) {
    return { kind: 'hot', what: `a handler of the \`${event.text}\` event`, at: call };
  }
  return null;
}

/** Adds method and path to a route's description: "a Fastify route handler (`GET /runs/:id`)". */
function describe(what: string, method: string, call: ts.CallExpression): string {
  const [path] = call.arguments;
  if (!path || !ts.isStringLiteralLike(path) || !path.text.startsWith('/')) return what;
  return `${what} (\`${method.toUpperCase()} ${path.text}\`)`;
}

/** Whether `path` is `start`, or a fluent chain of calls on it. */
function isChainOf(path: string, start: string): boolean {
  return (
    path === start || (path.startsWith(start) && /^(\.\w+\(\))+$/.test(path.slice(start.length)))
  );
}

/** `app.route({ method, url, handler() {…} })`. */
function handlerProperty(
  property: ts.PropertyAssignment | ts.MethodDeclaration,
  origins: Origins,
): Entry | null {
  const object = property.parent;
  const call = object.parent;
  if (!ts.isIdentifier(property.name) || property.name.text !== 'handler') return null;
  if (!ts.isCallExpression(call) || !ts.isPropertyAccessExpression(call.expression)) return null;
  const receiver = origins.of(call.expression.expression);
  const row = METHOD_ENTRIES.find(
    (entry) =>
      receiver !== null &&
      entry.module === receiver.module &&
      entry.kind === 'hot' &&
      entry.receivers.some((path) => isChainOf(receiver.path, path)),
  );
  return row ? { kind: 'hot', what: row.what, at: property } : null;
}

function decoratorEntry(fn: FunctionNode, origins: Origins): Entry | null {
  if (!ts.isMethodDeclaration(fn)) return null;
  for (const decorator of ts.getDecorators(fn) ?? []) {
    const expression = unwrap(decorator.expression);
    const name = ts.isCallExpression(expression) ? expression.expression : expression;
    const origin = origins.of(name);
    if (origin?.module && HOT_DECORATORS[origin.module]?.includes(origin.path)) {
      return { kind: 'hot', what: `a \`@${origin.path}\` handler`, at: decorator };
    }
  }
  return null;
}

function componentEntry(fn: FunctionNode, model: FileModel): Entry | null {
  if (!model.jsxFunctions.has(fn) || enclosingFunction(fn)) return null;
  const name = componentName(fn);
  if (!name || !/^[A-Z]/.test(name)) return null;
  return { kind: 'hot', what: `the component \`${name}\`, once per render`, at: fn };
}

/** A component's own name, or that of the variable it is kept in, through `memo(forwardRef(…))`. */
function componentName(fn: FunctionNode): string | undefined {
  if (ts.isFunctionDeclaration(fn)) return fn.name?.text;
  if (ts.isFunctionExpression(fn) && fn.name) return fn.name.text;
  let holder = fn.parent;
  while (ts.isCallExpression(holder)) holder = holder.parent;
  return ts.isVariableDeclaration(holder) && ts.isIdentifier(holder.name)
    ? holder.name.text
    : undefined;
}

function nextEntry(
  fn: FunctionNode,
  model: FileModel,
  exportedAs: readonly string[],
): Entry | null {
  const isRoute = /(^|\/)app\/(.*\/)?route\.[cm]?[jt]sx?$/.test(model.path);
  const isApi = /(^|\/)pages\/api\/.*\.[cm]?[jt]sx?$/.test(model.path);
  const handler = exportedAs.find((name) => NEXT_HANDLERS.has(name));
  if (isRoute && handler) {
    return { kind: 'hot', what: `the Next.js handler \`${handler}\``, at: fn };
  }
  if (isApi && exportedAs.includes('default')) {
    return { kind: 'hot', what: 'a Next.js API handler', at: fn };
  }
  return null;
}

/** @returns whether a call is `receiver.map(…)`-like with `fn` as the function per element. */
function isIterationCall(call: ts.CallExpression, fn: ts.Node, origins: Origins): boolean {
  const callee = unwrap(call.expression);
  if (!ts.isPropertyAccessExpression(callee)) return false;
  if (call.arguments[0] === fn) return ITERATION_METHODS.has(callee.name.text);
  const origin = origins.of(callee);
  return call.arguments[1] === fn && origin?.module === null && origin.path === 'Array.from';
}
