import type { TextEdit } from '../../../../shared/finding';
import { ts } from '../compiler';
import { isAsync } from '../facts/context';
import type { FileModel } from '../facts/model';
import {
  enclosingFunction,
  isFunctionNode,
  isReference,
  isWriteTarget,
  walkAll,
  walkOwn,
} from '../facts/syntax';
import type { RuleContext } from '../rule';
import { holds } from './operation-name';
import { indentAt, styleOf } from './style';

/** A node whose statements run one after the other. */
export type StatementList = ts.Block | ts.CaseOrDefaultClause | ts.SourceFile;

export function isListHolder(node: ts.Node): node is StatementList {
  return ts.isBlock(node) || ts.isCaseOrDefaultClause(node) || ts.isSourceFile(node);
}

const MAX_LINES = 20;

type Wrap = (helper: string, name: string) => TextEdit[];

/**
 * @param start statement before the timed ones
 * @param tail statements after them, in order
 * @returns how to put the statements between into a function that `timedOperation` runs, or `null`
 * when that would change what they do or how they are typed
 */
export function timedRegion(
  start: ts.Statement,
  tail: readonly ts.Statement[],
  { model }: RuleContext,
): Wrap | null {
  const [next] = tail;
  const list = start.parent;
  if (!next || !isListHolder(list) || next.parent !== list) return null;
  const region = list.statements.slice(
    list.statements.indexOf(start) + 1,
    list.statements.indexOf(next),
  );
  const [first, ...more] = region;
  if (!first || !canMove(region, list, model)) return null;
  if (more.length === 0) {
    const value = timedValue(first);
    if (value) return wrapValue(value, model);
  }
  const names = region.flatMap(declaredNames);
  const last = region.at(-1) as ts.Statement;
  const escapes = names.some((name) => {
    const binding = model.lookup(name.text, first);
    return (
      !binding || model.usesOf(binding).some((use) => use.pos < first.pos || use.end > last.end)
    );
  });
  // More than a screen of statements stays where it is.
  const lines = model.position(last.end).line - model.position(model.start(first)).line + 1;
  return escapes || lines > MAX_LINES || hasFixedLines(region, model)
    ? null
    : wrapStatements(region, model);
}

/** The value of `const x = await f()` or `await f();`; of a call in a function that is not async. */
function timedValue(statement: ts.Statement): ts.Expression | null {
  let value: ts.Expression | undefined;
  if (ts.isExpressionStatement(statement)) value = statement.expression;
  if (ts.isVariableStatement(statement) && statement.declarationList.declarations.length === 1) {
    value = statement.declarationList.declarations[0]?.initializer;
  }
  if (!value) return null;
  if (ts.isAwaitExpression(value)) return value;
  const fn = enclosingFunction(statement);
  // A promise that is not awaited here would be timed until it settles.
  return ts.isCallExpression(value) && fn && !isAsync(fn) && !ts.isExpressionStatement(statement)
    ? value
    : null;
}

function wrapValue(value: ts.Expression, model: FileModel): Wrap {
  const isAwait = ts.isAwaitExpression(value);
  const inner = isAwait ? value.expression : value;
  const awaits = holdsOwn(inner, ts.isAwaitExpression);
  const body = model.textOf(inner);
  const [open, close] = body.startsWith('{') ? ['(', ')'] : ['', ''];
  return (helper, name) => [
    {
      start: model.start(value),
      end: model.start(inner),
      newText: `${isAwait ? 'await ' : ''}${helper}(${name}, ${awaits ? 'async ' : ''}() => ${open}`,
    },
    { start: inner.end, end: inner.end, newText: `${close})` },
  ];
}

function wrapStatements(region: readonly ts.Statement[], model: FileModel): Wrap {
  const first = region[0] as ts.Statement;
  const last = region.at(-1) as ts.Statement;
  const { newline, indent, semicolon } = styleOf(model);
  const from = model.start(first);
  const own = indentAt(model.text, from);
  const awaits = region.some((it) => holdsOwn(it, ts.isAwaitExpression));
  const [wait, mark] = awaits ? ['await ', 'async '] : ['', ''];
  return (helper, name) => {
    const lines = [...model.text.slice(from, last.end).matchAll(/\n(?=[^\r\n])/g)].map((it) => ({
      start: from + it.index + 1,
      end: from + it.index + 1,
      newText: indent,
    }));
    return [
      {
        start: from,
        end: from,
        newText: `${wait}${helper}(${name}, ${mark}() => {${newline}${own}${indent}`,
      },
      ...lines,
      { start: last.end, end: last.end, newText: `${newline}${own}})${semicolon}` },
    ];
  };
}

/** Names that a statement declares for those after it. */
function declaredNames(statement: ts.Statement): ts.Identifier[] {
  if (ts.isFunctionDeclaration(statement) || ts.isClassDeclaration(statement)) {
    return statement.name ? [statement.name] : [];
  }
  if (!ts.isVariableStatement(statement)) return [];
  const names: ts.Identifier[] = [];
  const collect = (name: ts.BindingName): void => {
    if (ts.isIdentifier(name)) names.push(name);
    else for (const it of name.elements) if (ts.isBindingElement(it)) collect(it.name);
  };
  for (const declaration of statement.declarationList.declarations) collect(declaration.name);
  return names;
}

/** Text whose lines cannot be indented without changing a value. */
function hasFixedLines(region: readonly ts.Statement[], model: FileModel): boolean {
  return region.some((it) =>
    holds(
      it,
      (node) =>
        (ts.isTemplateLiteral(node) || ts.isJsxText(node)) && model.textOf(node).includes('\n'),
    ),
  );
}

/** Whether statements do and are typed the same inside a function. */
function canMove(region: readonly ts.Statement[], list: StatementList, model: FileModel): boolean {
  const leaves = region.some((it) => holdsOwn(it, leavesRegion) || ts.isReturnStatement(it));
  if (leaves) return false;
  const from = region[0] as ts.Statement;
  const to = region.at(-1) as ts.Statement;
  const paths = new Set<string>();
  let plain = true;
  const visit = (node: ts.Node): void => {
    if (ts.isPropertyAccessExpression(node)) paths.add(model.textOf(node));
    if (!plain || !ts.isIdentifier(node) || !isReference(node)) return;
    const binding = model.resolve(node);
    if (!binding || (from.pos <= binding.declaration.pos && binding.declaration.end <= to.end)) {
      return;
    }
    // What is known of a variable that changes is not known inside a function.
    if (binding.kind !== 'import' && model.writesOf(binding).length > 0) plain = false;
    if (isWriteTarget(node)) plain = false;
  };
  for (const statement of region) walkAll(statement, visit);
  return plain && !isNarrowed(paths, list, from);
}

const LEAVING = new Set([
  ts.SyntaxKind.ReturnStatement,
  ts.SyntaxKind.BreakStatement,
  ts.SyntaxKind.ContinueStatement,
  ts.SyntaxKind.YieldExpression,
]);

function leavesRegion(node: ts.Node): boolean {
  return LEAVING.has(node.kind) || (ts.isIdentifier(node) && node.text === 'arguments');
}

/** Whether a test or assignment before the region may tell the type of a property used in it. */
function isNarrowed(paths: ReadonlySet<string>, list: StatementList, from: ts.Node): boolean {
  if (paths.size === 0) return false;
  const scope = enclosingFunction(list) ?? list.getSourceFile();
  let narrowed = false;
  const mentions = (node: ts.Node) => {
    narrowed ||= holds(node, (it) => paths.has(it.getText()));
  };
  walkOwn(scope, (node) => {
    if (node.pos >= from.pos || narrowed) return;
    if (ts.isIfStatement(node) || ts.isWhileStatement(node)) mentions(node.expression);
    if (ts.isSwitchStatement(node)) mentions(node.expression);
    if (ts.isBinaryExpression(node) && node.operatorToken.kind === ts.SyntaxKind.EqualsToken) {
      mentions(node.left);
    }
  });
  return narrowed;
}

/** @returns whether a node that runs with `root` passes the test. */
function holdsOwn(root: ts.Node, test: (node: ts.Node) => boolean): boolean {
  let found = test(root);
  if (isFunctionNode(root)) return found;
  walkOwn(root, (node) => {
    found ||= test(node);
  });
  return found;
}
