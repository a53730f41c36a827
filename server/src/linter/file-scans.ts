/** Look-ups that read a file of records and parse them until one matches. */
import { ts } from './compiler';
import { enclosingFunction, type FunctionNode, isWithin, unwrap, walkAll } from './facts/syntax';
import { comparison, type Lookup, rootOf } from './lookups';
import type { RuleContext } from './rule';

export interface FileScan {
  lookup: Lookup;
  read: ts.Node;
}

const READS =
  /^(promises\.)?(readFile|readFileSync|createReadStream|open)$|^(promises\.)?open\(\)\.readLines$/;

/**
 * @param calls the look-up calls of the file
 * @returns the look-ups that search the records of a file on disk for a caller's id
 */
export function fileScans(calls: readonly Lookup[], context: RuleContext): FileScan[] {
  const { model } = context;
  if (!model.text.includes('JSON.parse')) return [];
  const lookups = [
    ...model.loops.map((it) => scanLoop(it, context)),
    ...calls.filter((it) => isParsedList(it, context)),
  ];
  return lookups.flatMap((lookup) => {
    const fn = lookup && enclosingFunction(lookup.node);
    if (!lookup || !fn || !isFromCaller(lookup.value, context)) return [];
    const read = readIn(fn, lookup.node, context);
    return read ? [{ lookup, read }] : [];
  });
}

/** `for (const line of lines) { const entry = JSON.parse(line); if (entry.id === id) return entry; }` */
function scanLoop(loop: ts.IterationStatement, context: RuleContext): Lookup | null {
  if (!ts.isForOfStatement(loop) || !ts.isBlock(loop.statement)) return null;
  let record: ts.BindingName | null = null;
  let found: Lookup | null = null;
  walkAll(loop.statement, (node) => {
    if (ts.isVariableDeclaration(node) && node.initializer && parses(node.initializer, context)) {
      record = node.name;
    }
    if (ts.isBinaryExpression(node) && isAssignedRecord(node, context)) {
      record = node.left as ts.Identifier;
    }
    if (found || !record || !ts.isIfStatement(node) || !returns(node.thenStatement)) return;
    const test = comparison(node.expression, record);
    if (test) found = { node: loop, list: loop.expression, method: 'for', result: null, ...test };
  });
  return found;
}

function isAssignedRecord(node: ts.BinaryExpression, context: RuleContext): boolean {
  return (
    node.operatorToken.kind === ts.SyntaxKind.EqualsToken &&
    ts.isIdentifier(node.left) &&
    parses(node.right, context)
  );
}

function returns(statement: ts.Statement): boolean {
  const last = ts.isBlock(statement) ? statement.statements.at(-1) : statement;
  return last !== undefined && (ts.isReturnStatement(last) || ts.isBreakStatement(last));
}

/** `const runs = JSON.parse(text) as Run[]; return runs.find((run) => run.id === id);` */
function isParsedList({ list, node }: Lookup, context: RuleContext): boolean {
  const root = rootOf(list);
  const declaration = ts.isIdentifier(root) ? context.model.resolve(root)?.declaration : undefined;
  if (!declaration || !ts.isVariableDeclaration(declaration) || !declaration.initializer) {
    return false;
  }
  const isOwn = enclosingFunction(declaration) === enclosingFunction(node);
  return isOwn && parses(declaration.initializer, context);
}

/** `JSON.parse(…)`, or a list made of its results. */
function parses(expression: ts.Expression, { origins }: RuleContext): boolean {
  const isParse = (node: ts.Expression): boolean => {
    const value = unwrap(node);
    if (!ts.isCallExpression(value)) return false;
    const origin = origins.of(value.expression);
    if (origin?.module === null && origin.path === 'JSON.parse') return true;
    // `text.split('\n').map((line) => JSON.parse(line))`
    const callee = unwrap(value.expression);
    const isMap = ts.isPropertyAccessExpression(callee) && /^(map|flatMap)$/.test(callee.name.text);
    const [fn] = value.arguments;
    if (!isMap || !fn) return false;
    let found = false;
    walkAll(fn, (it) => {
      found ||= ts.isCallExpression(it) && origins.of(it.expression)?.path === 'JSON.parse';
    });
    return found;
  };
  return isParse(expression);
}

/** Whether a value comes in as a parameter of the function. */
function isFromCaller(value: ts.Expression, { model }: RuleContext): boolean {
  const root = rootOf(value);
  if (!ts.isIdentifier(root)) return false;
  let declaration = model.resolve(root)?.declaration;
  while (declaration && ts.isBindingElement(declaration)) declaration = declaration.parent.parent;
  if (!declaration) return false;
  if (ts.isParameter(declaration)) return true;
  return (
    ts.isVariableDeclaration(declaration) &&
    !!declaration.initializer &&
    isFromCaller(declaration.initializer, { model } as RuleContext)
  );
}

/** The read of a file in the function, before the search. */
function readIn(fn: FunctionNode, node: ts.Node, { origins }: RuleContext): ts.Node | null {
  let read: ts.Node | null = null;
  walkAll(fn, (it) => {
    if (read || !ts.isCallExpression(it) || (it.pos > node.pos && !isWithin(it, node))) return;
    const origin = origins.of(it.expression);
    const isFs = origin?.module === 'fs' || origin?.module === 'fs-extra';
    if (isFs && READS.test(origin.path)) read = it;
  });
  return read;
}
