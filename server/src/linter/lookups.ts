/** Look-ups of one element of a list by a key: what they search, by what, for what. */
import { ts } from './compiler';
import { type FunctionNode, isWithin, unwrap, walkAll } from './facts/syntax';

/** Names of keys that tell one element from all others. */
const ID_KEY = /^(_?id|uuid|guid|[a-z]\w*(Id|ID|_id|Uuid))$/;
/** Names that usually do. */
const NAME_KEY = /^(key|name|slug)$/;

export interface Lookup {
  /** The look-up call, or the `for` statement. */
  node: ts.CallExpression | ts.ForOfStatement;
  list: ts.Expression;
  key: string;
  /** Whether the key is an id rather than a name. */
  byId: boolean;
  value: ts.Expression;
  method: 'find' | 'findIndex' | 'findLast' | 'some' | 'filter' | 'for';
  /** The expression whose value is the result: the call, or `filter(…)[0]`. */
  result: ts.Expression | null;
  /** Whether the comparison is `===`. */
  strict: boolean;
}

const METHODS: ReadonlySet<string> = new Set(['find', 'findIndex', 'findLast', 'some', 'filter']);

/** @returns the look-up that a call like `users.find((user) => user.id === id)` is, or `null`. */
export function lookupCall(call: ts.CallExpression): Lookup | null {
  const callee = call.expression;
  // Asked of every call of a file: the cheapest question comes first.
  if (!ts.isPropertyAccessExpression(callee) || !METHODS.has(callee.name.text)) return null;
  const [predicate, ...more] = call.arguments;
  if (!predicate || more.length > 0 || callee.questionDotToken || call.questionDotToken)
    return null;
  const method = callee.name.text as Lookup['method'];
  const test = equalityOf(predicate);
  const list = unwrap(callee.expression);
  if (!test || !isPlainPath(list)) return null;
  const result = method === 'filter' ? firstOf(call) : call;
  if (!result) return null;
  return { node: call, list, method, result, ...test };
}

/** @returns the look-up that `for (const run of runs) if (run.id === id) return run;` is. */
export function lookupLoop(loop: ts.IterationStatement): Lookup | null {
  if (!ts.isForOfStatement(loop) || !ts.isVariableDeclarationList(loop.initializer)) return null;
  const list = unwrap(loop.expression);
  const name = loop.initializer.declarations[0]?.name;
  const only = onlyStatement(loop.statement);
  if (!name || !only || !ts.isIfStatement(only) || only.elseStatement || !isPlainPath(list)) {
    return null;
  }
  const then = onlyStatement(only.thenStatement);
  const test = then && ts.isReturnStatement(then) ? comparison(only.expression, name) : null;
  return test && { node: loop, list, method: 'for', result: null, ...test };
}

type Equality = Pick<Lookup, 'key' | 'byId' | 'value' | 'strict'>;

/** The comparison that a predicate consists of. */
function equalityOf(predicate: ts.Expression): Equality | null {
  const fn = unwrap(predicate);
  if (!ts.isArrowFunction(fn) && !ts.isFunctionExpression(fn)) return null;
  const [parameter] = fn.parameters;
  if (!parameter || fn.parameters.length !== 1) return null;
  const only = ts.isBlock(fn.body) ? fn.body.statements[0] : null;
  if (ts.isBlock(fn.body) && fn.body.statements.length !== 1) return null;
  const body = only
    ? ts.isReturnStatement(only)
      ? only.expression
      : undefined
    : (fn.body as ts.Expression);
  return body ? comparison(body, parameter.name) : null;
}

const OPERATORS = {
  equal: [ts.SyntaxKind.EqualsEqualsEqualsToken, ts.SyntaxKind.EqualsEqualsToken],
  different: [ts.SyntaxKind.ExclamationEqualsEqualsToken, ts.SyntaxKind.ExclamationEqualsToken],
} as const;

/**
 * @param name the element, or the pattern it is taken apart by
 * @param wanted `different` for `element.key !== value`
 * @returns key and value of `element.key === value`, when the value does not depend on the element
 */
export function comparison(
  expression: ts.Expression,
  name: ts.BindingName,
  wanted: keyof typeof OPERATORS = 'equal',
): Equality | null {
  const test = unwrap(expression);
  if (!ts.isBinaryExpression(test)) return null;
  const [exactly, loosely] = OPERATORS[wanted];
  const kind = test.operatorToken.kind;
  const strict = kind === exactly;
  if (!strict && kind !== loosely) return null;
  for (const [own, value] of [
    [test.left, test.right],
    [test.right, test.left],
  ] as const) {
    const key = keyOf(own, name);
    if (key === null || mentions(value, name)) continue;
    const byId = ID_KEY.test(key);
    return byId || NAME_KEY.test(key) ? { key, byId, value, strict } : null;
  }
  return null;
}

function keyOf(expression: ts.Expression, name: ts.BindingName): string | null {
  const node = unwrap(expression);
  if (ts.isIdentifier(name)) {
    const isMember = ts.isPropertyAccessExpression(node) && !node.questionDotToken;
    if (!isMember || !ts.isIdentifier(node.expression)) return null;
    return node.expression.text === name.text ? node.name.text : null;
  }
  if (!ts.isObjectBindingPattern(name) || !ts.isIdentifier(node)) return null;
  const element = name.elements.find(
    (it) => ts.isIdentifier(it.name) && it.name.text === node.text && !it.initializer,
  );
  const key = element && (element.propertyName ?? element.name);
  return key && ts.isIdentifier(key) && !element?.dotDotDotToken ? key.text : null;
}

function mentions(value: ts.Expression, name: ts.BindingName): boolean {
  const names = new Set<string>();
  const declare = (it: ts.BindingName): void => {
    if (ts.isIdentifier(it)) names.add(it.text);
    else for (const element of it.elements) if ('name' in element) declare(element.name);
  };
  declare(name);
  let found = false;
  const test = (node: ts.Node) => {
    if (!ts.isIdentifier(node) || !names.has(node.text)) return;
    const { parent } = node;
    found ||= !(ts.isPropertyAccessExpression(parent) && parent.name === node);
  };
  test(value);
  walkAll(value, test);
  return found;
}

/** `filter(…)[0]` and `filter(…).at(0)`: the first match alone. */
function firstOf(call: ts.CallExpression): ts.Expression | null {
  const { parent } = call;
  if (ts.isElementAccessExpression(parent) && parent.expression === call) {
    return ts.isNumericLiteral(parent.argumentExpression) && parent.argumentExpression.text === '0'
      ? parent
      : null;
  }
  if (!ts.isPropertyAccessExpression(parent) || parent.name.text !== 'at') return null;
  const outer = parent.parent;
  const index = ts.isCallExpression(outer) ? outer.arguments[0] : undefined;
  return index && ts.isNumericLiteral(index) && index.text === '0'
    ? (outer as ts.CallExpression)
    : null;
}

/** `users`, `this.users`, `state.users`: a list that is there already. */
function isPlainPath(node: ts.Expression): boolean {
  let at = node;
  while (ts.isPropertyAccessExpression(at) && !at.questionDotToken) at = unwrap(at.expression);
  return ts.isIdentifier(at) || at.kind === ts.SyntaxKind.ThisKeyword;
}

/** @returns the identifier or `this` that a path starts with. */
export function rootOf(path: ts.Expression): ts.Expression {
  let at = unwrap(path);
  while (ts.isPropertyAccessExpression(at)) at = unwrap(at.expression);
  return at;
}

function onlyStatement(statement: ts.Statement): ts.Statement | null {
  if (!ts.isBlock(statement)) return statement;
  return statement.statements.length === 1 ? (statement.statements[0] ?? null) : null;
}

/** Whether the function looks the value up in an index before it searches. */
export function asksIndexFirst(lookup: Lookup, fn: FunctionNode, text: (node: ts.Node) => string) {
  const wanted = text(lookup.value);
  let found = false;
  walkAll(fn, (node) => {
    if (found || !ts.isCallExpression(node) || node.pos >= lookup.node.pos) return;
    const callee = unwrap(node.expression);
    const asks = ts.isPropertyAccessExpression(callee) && /^(get|has|peek)$/.test(callee.name.text);
    found =
      asks && node.arguments.some((it) => text(it) === wanted) && !isWithin(lookup.node, node);
  });
  return found;
}
