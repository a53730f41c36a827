/** Whether an expression has the same value in every turn of the loop around it. */
import { ts } from './compiler';
import type { Binding } from './facts/scopes';
import {
  isAssignment,
  isFunctionNode,
  isWithin,
  isWriteTarget,
  unwrap,
  walkAll,
} from './facts/syntax';
import type { RuleContext } from './rule';

/** What a change of one of its inputs looks like: of a variable, or of what it refers to as well. */
export type InputKind = 'primitive' | 'object';

const RETRY = /^(attempt|attempts|retry|retries|retryCount|tries|tryCount)$/i;

/**
 * @param kind `object` when the value depends on everything an input refers to
 * @returns the outermost loop or iteration call in which `expression` never changes, else `null`
 */
export function invariantLoop(
  expression: ts.Expression,
  kind: InputKind,
  context: RuleContext,
): ts.Node | null {
  let found: ts.Node | null = null;
  for (let at: ts.Node = expression; ; ) {
    const { loop } = context.contexts.placeOf(at);
    if (!loop || !repeats(expression, loop) || !isFixedIn(expression, loop, kind, context)) break;
    found = loop;
    at = loop;
  }
  return found;
}

/** @returns the variables an expression reads, outermost object of each member access. */
export function inputsOf(expression: ts.Node, context: RuleContext): Set<Binding> {
  const bindings = new Set<Binding>();
  visit(expression, (node) => {
    if (!ts.isIdentifier(node)) return;
    const binding = isName(node) ? undefined : context.model.resolve(node);
    if (binding) bindings.add(binding);
  });
  return bindings;
}

function visit(root: ts.Node, test: (node: ts.Node) => void): void {
  test(root);
  walkAll(root, test);
}

/** Whether an identifier is a member's or property's name. */
function isName(id: ts.Identifier): boolean {
  const { parent } = id;
  if (ts.isPropertyAccessExpression(parent)) return parent.name === id;
  return ts.isPropertyAssignment(parent) && parent.name === id;
}

/** Whether the loop can come to `node` more than once: no retry, no way out right behind it. */
function repeats(node: ts.Node, loop: ts.Node): boolean {
  if (isRetry(loop)) return false;
  let from = node;
  for (let at = node.parent; at && at !== loop; from = at, at = at.parent) {
    if (ts.isThrowStatement(at) || ts.isCatchClause(at)) return false;
    // A `return` ends the turn of an iteration callback, and a loop altogether.
    if (ts.isReturnStatement(at) && !isInCallback(at, loop)) return false;
    if (!ts.isBlock(at) && !ts.isCaseOrDefaultClause(at)) continue;
    const index = at.statements.indexOf(from as ts.Statement);
    if (at.statements.slice(index + 1).some((it) => leaves(it, loop))) return false;
  }
  return true;
}

function leaves(statement: ts.Statement, loop: ts.Node): boolean {
  if (ts.isThrowStatement(statement)) return true;
  if (ts.isReturnStatement(statement)) return !isInCallback(statement, loop);
  return ts.isBreakStatement(statement) && endOf(statement) === loop;
}

/** The statement a `break` without a label ends. */
function endOf(statement: ts.BreakStatement): ts.Node | undefined {
  let at: ts.Node | undefined = statement.parent;
  while (at && !ts.isIterationStatement(at, false) && !ts.isSwitchStatement(at)) at = at.parent;
  return at;
}

function isInCallback(node: ts.Node, loop: ts.Node): boolean {
  for (let at = node.parent; at && at !== loop; at = at.parent) if (isFunctionNode(at)) return true;
  return false;
}

/** A loop that tries again until it works runs its body once, as a rule. */
function isRetry(loop: ts.Node): boolean {
  let found = false;
  const test = (node: ts.Node) => {
    found ||= ts.isIdentifier(node) && RETRY.test(node.text);
  };
  if (ts.isForStatement(loop)) {
    for (const head of [loop.initializer, loop.condition]) if (head) visit(head, test);
  } else if (ts.isWhileStatement(loop) || ts.isDoStatement(loop)) {
    visit(loop, test);
    // Without a list to go over, a loop that awaits is paced by what it awaits.
    visit(loop.statement, (node) => {
      found ||= ts.isAwaitExpression(node);
    });
  }
  return found;
}

function isFixedIn(
  expression: ts.Expression,
  loop: ts.Node,
  kind: InputKind,
  context: RuleContext,
): boolean {
  if (usesThis(expression) && !isThisFixedIn(expression, loop, kind)) return false;
  for (const binding of inputsOf(expression, context)) {
    if (isWithin(binding.declaration, loop) || isReassigned(binding, loop, context)) return false;
    const isShared = binding.kind !== 'import' && !isPlainValue(binding, expression);
    if (isShared && changesIn(binding, loop, expression, kind, context)) return false;
  }
  return true;
}

function usesThis(expression: ts.Expression): boolean {
  let found = false;
  visit(expression, (node) => {
    found ||= node.kind === ts.SyntaxKind.ThisKeyword;
  });
  return found;
}

/** Whether a use of the binding reads the variable itself and nothing below it. */
function isPlainValue(binding: Binding, expression: ts.Expression): boolean {
  const { declaration } = binding;
  if (!ts.isVariableDeclaration(declaration) || !declaration.initializer) return false;
  const value = unwrap(declaration.initializer);
  return (
    expression !== value &&
    (ts.isStringLiteralLike(value) || ts.isNumericLiteral(value) || ts.isTemplateExpression(value))
  );
}

/** Whether a variable may get another value while the loop runs. */
function isReassigned(binding: Binding, loop: ts.Node, context: RuleContext): boolean {
  if (binding.kind === 'const' || binding.kind === 'import') return false;
  const fn = context.contexts.placeOf(loop).fn;
  return context.model
    .writesOf(binding)
    .some((id) => isWithin(id, loop) || context.contexts.placeOf(id).fn !== fn);
}

/** Whether the loop changes what a variable refers to, or hands it to code that might. */
function changesIn(
  binding: Binding,
  loop: ts.Node,
  expression: ts.Expression,
  kind: InputKind,
  { model }: RuleContext,
): boolean {
  return model
    .usesOf(binding)
    .filter((id) => isWithin(id, loop) && !isWithin(id, expression))
    .some((id) => mayChange(id, kind));
}

function mayChange(id: ts.Identifier, kind: InputKind): boolean {
  let at: ts.Node = id;
  while (isMemberOf(at.parent, at) || ts.isNonNullExpression(at.parent)) at = at.parent;
  if (isChanged(at)) return true;
  if (kind === 'primitive') return false;
  const { parent } = at;
  if (ts.isCallExpression(parent) || ts.isNewExpression(parent)) {
    // A method of the object may change it; its argument may be changed by anyone.
    return parent.expression === at ? at !== id : true;
  }
  const isAlias = ts.isVariableDeclaration(parent) || ts.isBinaryExpression(parent);
  return isAlias && at === id;
}

function isMemberOf(parent: ts.Node, child: ts.Node): boolean {
  return (
    (ts.isPropertyAccessExpression(parent) || ts.isElementAccessExpression(parent)) &&
    parent.expression === child
  );
}

function isChanged(node: ts.Node): boolean {
  const { parent } = node;
  if (ts.isBinaryExpression(parent)) {
    return parent.left === node && isAssignment(parent.operatorToken.kind);
  }
  if (ts.isIdentifier(node)) return isWriteTarget(node);
  if (ts.isPrefixUnaryExpression(parent)) {
    const { operator } = parent;
    return operator === ts.SyntaxKind.PlusPlusToken || operator === ts.SyntaxKind.MinusMinusToken;
  }
  return ts.isPostfixUnaryExpression(parent) || ts.isDeleteExpression(parent);
}

/** Whether nothing in the loop can set a field of the object that the expression reads. */
function isThisFixedIn(expression: ts.Expression, loop: ts.Node, kind: InputKind): boolean {
  let fixed = true;
  visit(loop, (node) => {
    if (!fixed || isWithin(node, expression)) return;
    if (ts.isAwaitExpression(node)) fixed = kind === 'primitive' && fixed;
    if (node.kind !== ts.SyntaxKind.ThisKeyword) return;
    let at: ts.Node = node;
    while (isMemberOf(at.parent, at)) at = at.parent;
    const { parent } = at;
    const isCalled = ts.isCallExpression(parent) && parent.expression === at;
    // The list a loop goes over is read once.
    const isList = ts.isForOfStatement(loop) && isWithin(node, loop.expression);
    if (isChanged(at) || at === node) fixed = false;
    else if (isCalled && !isList && parent !== loop) fixed = false;
  });
  return fixed;
}
