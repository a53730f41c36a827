import { ts } from '../compiler';
import type { RuleContext } from '../rule';
import type { Binding } from './scopes';
import {
  enclosingFunction,
  type FunctionNode,
  isFunctionNode,
  isReference,
  isWithin,
  unwrap,
  walkAll,
} from './syntax';

/** A call that writes a whole file. */
export interface WholeWrite {
  call: ts.CallExpression;
  /** Name of the function, without the object it belongs to. */
  name: string;
  path: ts.Expression;
  /** What the file becomes: a value that is serialised, or a text. */
  content: ts.Expression;
  serialised: boolean;
}

const FS = /^(fs|fs-extra|graceful-fs)$/;
const WRITES = /^(promises\.)?(writeFile|outputFile)(Sync)?$/;
const JSON_WRITES = /^(write|output)(Json|JSON)(Sync)?$/;
const READS = /^(promises\.)?(readFile|readJson|readJSON)(Sync)?$/;

/** @returns the write of a whole file that a call makes, or `null`. */
export function wholeWriteOf(call: ts.CallExpression, context: RuleContext): WholeWrite | null {
  if (call.arguments.length < 2) return null;
  const origin = context.origins.of(call.expression);
  if (!origin?.module || !FS.test(origin.module)) return null;
  const [path, value, options] = call.arguments;
  const name = origin.path.split('.').at(-1) ?? '';
  if (!path || !value || (options && /\bflag\b/.test(context.model.textOf(options)))) return null;
  if (JSON_WRITES.test(origin.path)) return { call, name, path, content: value, serialised: true };
  if (!WRITES.test(origin.path)) return null;
  const serialised = serialisedIn(value, context, 0);
  return { call, name, path, content: serialised ?? value, serialised: serialised !== null };
}

/** What `JSON.stringify(value) + '\n'` serialises, also through a constant. */
function serialisedIn(
  text: ts.Expression,
  context: RuleContext,
  depth: number,
): ts.Expression | null {
  const node = unwrap(text);
  if (depth > 3) return null;
  if (ts.isCallExpression(node)) {
    const origin = context.origins.of(node.expression);
    const isJson = origin?.module === null && origin.path === 'JSON.stringify';
    return (isJson && node.arguments[0]) || null;
  }
  if (ts.isBinaryExpression(node) && ts.isStringLiteralLike(node.right)) {
    return serialisedIn(node.left, context, depth + 1);
  }
  if (ts.isTemplateExpression(node) && node.templateSpans.length === 1 && node.head.text === '') {
    const [span] = node.templateSpans;
    return span ? serialisedIn(span.expression, context, depth + 1) : null;
  }
  if (!ts.isIdentifier(node)) return null;
  const declaration = context.model.resolve(node)?.declaration;
  return declaration && ts.isVariableDeclaration(declaration) && declaration.initializer
    ? serialisedIn(declaration.initializer, context, depth + 1)
    : null;
}

/** @returns whether a write goes to a path, directly or by way of a file that is renamed to it. */
function goesTo(write: WholeWrite, path: string, { model, origins }: RuleContext): boolean {
  const own = model.textOf(write.path);
  if (own === path) return true;
  const fn = enclosingFunction(write.call);
  let renamed = false;
  walkAll(fn ?? model.source, (node) => {
    if (!ts.isCallExpression(node) || renamed) return;
    const origin = origins.of(node.expression);
    if (
      !origin?.module ||
      !FS.test(origin.module) ||
      !/^(promises\.)?(rename|move)/.test(origin.path)
    )
      return;
    const [from, to] = node.arguments;
    renamed = !!from && !!to && model.textOf(from) === own && model.textOf(to) === path;
  });
  return renamed;
}

/** @returns the read of the file that a write replaces, whose result ends up in `value`. */
export function readBehind(
  write: WholeWrite,
  value: ts.Identifier,
  fn: FunctionNode,
  context: RuleContext,
  depth = 0,
): ts.CallExpression | null {
  const { model, origins } = context;
  const binding = model.resolve(value);
  if (!binding || depth > 2 || !isWithin(binding.declaration, fn)) return null;
  const sources: ts.Expression[] = [];
  const { declaration } = binding;
  if (ts.isVariableDeclaration(declaration) && declaration.initializer) {
    sources.push(declaration.initializer);
  }
  for (const use of model.writesOf(binding)) {
    if (ts.isBinaryExpression(use.parent)) sources.push(use.parent.right);
  }
  for (const source of sources) {
    let read: ts.CallExpression | null = null;
    const visit = (node: ts.Node) => {
      if (read) return;
      if (ts.isCallExpression(node)) {
        const origin = origins.of(node.expression);
        const [path] = node.arguments;
        const isRead = origin?.module && FS.test(origin.module) && READS.test(origin.path);
        if (isRead && path && goesTo(write, model.textOf(path), context)) read = node;
      } else if (ts.isIdentifier(node) && isReference(node) && model.resolve(node) !== binding) {
        read = readBehind(write, node, fn, context, depth + 1);
      }
    };
    visit(source);
    walkAll(source, visit);
    if (read) return read;
  }
  return null;
}

const ADDS = /^(push|unshift|splice|set|add)$/;
const DERIVES = /^(slice|concat|filter|map|values|toSorted|sort|reverse|toSpliced)$/;

/** The variable or field that a value is taken from: `[...this.items.values()]`, `list.slice(-10)`. */
export function rootOf(value: ts.Expression): ts.Identifier | ts.PropertyAccessExpression | null {
  const node = unwrap(value);
  if (ts.isIdentifier(node)) return node;
  if (ts.isPropertyAccessExpression(node)) {
    return node.expression.kind === ts.SyntaxKind.ThisKeyword ? node : null;
  }
  if (ts.isArrayLiteralExpression(node)) {
    const spread = node.elements.find(ts.isSpreadElement);
    return spread ? rootOf(spread.expression) : null;
  }
  if (!ts.isCallExpression(node)) return null;
  const callee = unwrap(node.expression);
  if (!ts.isPropertyAccessExpression(callee)) return null;
  if (/^(Array\.from|Object\.fromEntries|Object\.values)$/.test(callee.getText())) {
    return node.arguments[0] ? rootOf(node.arguments[0]) : null;
  }
  return DERIVES.test(callee.name.text) ? rootOf(callee.expression) : null;
}

/**
 * @param isRoot tells the collection from other values
 * @returns where `scope` adds, replaces or removes one record of a collection; `null` when it does
 * not, or does so in a loop, as one write for many records is what a batch is
 */
export function changeIn(scope: ts.Node, isRoot: (node: ts.Expression) => boolean): ts.Node | null {
  let change: ts.Node | null = null;
  let many = false;
  walkAll(scope, (node) => {
    if (!isChange(node, isRoot)) return;
    change ??= node;
    for (let at = node.parent; at && at !== scope; at = at.parent) {
      many ||= ts.isIterationStatement(at, false) || isIteration(at);
    }
  });
  return many ? null : change;
}

function isIteration(node: ts.Node): boolean {
  return (
    isFunctionNode(node) &&
    ts.isCallExpression(node.parent) &&
    ts.isPropertyAccessExpression(node.parent.expression) &&
    /^(forEach|map|reduce)$/.test(node.parent.expression.name.text)
  );
}

function isChange(node: ts.Node, isRoot: (node: ts.Expression) => boolean): boolean {
  if (ts.isCallExpression(node) && ts.isPropertyAccessExpression(node.expression)) {
    // `push(...more)` adds what there is, all at once.
    if (node.arguments.some(ts.isSpreadElement)) return false;
    if (leavesOut(node, isRoot)) return true;
    return ADDS.test(node.expression.name.text) && isRoot(unwrap(node.expression.expression));
  }
  if (ts.isArrayLiteralExpression(node)) {
    const spreads = node.elements.filter(ts.isSpreadElement);
    const [first] = spreads;
    return (
      node.elements.length === 2 &&
      spreads.length === 1 &&
      !!first &&
      isRoot(unwrap(first.expression))
    );
  }
  if (!ts.isBinaryExpression(node)) return false;
  if (node.operatorToken.kind !== ts.SyntaxKind.EqualsToken) return false;
  const { left } = node;
  if (ts.isPropertyAccessExpression(left)) return isFound(unwrap(left.expression), isRoot);
  // A key written out names a setting, not a record.
  return (
    ts.isElementAccessExpression(left) &&
    isRoot(unwrap(left.expression)) &&
    !ts.isStringLiteralLike(left.argumentExpression)
  );
}

/** `const record = records.find(…)`, of which a property is then set. */
function isFound(record: ts.Expression, isRoot: (node: ts.Expression) => boolean): boolean {
  if (!ts.isIdentifier(record)) return false;
  let found = false;
  const scope = enclosingFunction(record);
  if (!scope) return false;
  walkAll(scope, (node) => {
    if (!ts.isVariableDeclaration(node) || !node.initializer || found) return;
    if (!ts.isIdentifier(node.name) || node.name.text !== record.text) return;
    const value = unwrap(node.initializer);
    found =
      ts.isCallExpression(value) &&
      ts.isPropertyAccessExpression(value.expression) &&
      /^(find|get)$/.test(value.expression.name.text) &&
      isRoot(unwrap(value.expression.expression));
  });
  return found;
}

/** `records.filter((it) => it.id !== id)`, `records.map((it) => (it.id === id ? … : it))`. */
function leavesOut(node: ts.CallExpression, isRoot: (node: ts.Expression) => boolean): boolean {
  const callee = node.expression as ts.PropertyAccessExpression;
  const [callback] = node.arguments;
  if (
    !callback ||
    !isFunctionNode(callback) ||
    !callback.body ||
    !isRoot(unwrap(callee.expression))
  ) {
    return false;
  }
  const body = unwrap(callback.body as ts.Expression);
  if (callee.name.text === 'map') return ts.isConditionalExpression(body);
  if (callee.name.text !== 'filter' || !ts.isBinaryExpression(body)) return false;
  const { kind } = body.operatorToken;
  return (
    kind === ts.SyntaxKind.ExclamationEqualsEqualsToken ||
    kind === ts.SyntaxKind.ExclamationEqualsToken
  );
}

/**
 * @returns the variables that a value went through, from the one that is written back to the one
 * that was read: `const kept = records.filter(…)`
 */
export function chainOf(value: ts.Identifier, { model }: RuleContext): Set<Binding> {
  const chain = new Set<Binding>();
  for (let at: ts.Identifier | null = value; at; ) {
    const binding = model.resolve(at);
    if (!binding || chain.has(binding)) break;
    chain.add(binding);
    const { declaration } = binding;
    const initializer = ts.isVariableDeclaration(declaration) ? declaration.initializer : undefined;
    const root: ReturnType<typeof rootOf> = initializer ? rootOf(initializer) : null;
    at = root && ts.isIdentifier(root) ? root : null;
  }
  return chain;
}
