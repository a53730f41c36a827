/**
 * Whether code asks for a status: a call, asked anew in each turn, whose result decides whether to
 * go on waiting.
 */
import { ts } from './compiler';
import type { FileModel } from './facts/model';
import { type FunctionNode, isWithin, unwrap, walkOwn } from './facts/syntax';
import { waitOf } from './facts/waits';
import type { RuleContext } from './rule';

/** A loop that works in batches and pauses between them asks for nothing. */
const WORK =
  /^(update|process|delete|remove|insert|create|send|write|flush|migrate|clean|purge|drain|sync|handle|consume|publish|upload|import|export|archive|index)(?![a-z])/;

/**
 * @returns the call by which the loop learns a status that decides whether it goes on, when it asks
 * the same question in every turn; else `null`
 */
export function questionOf(
  loop: ts.IterationStatement,
  wait: ts.Node,
  context: RuleContext,
): ts.Node | null {
  for (const decision of decisionsOf(loop)) {
    const question = statusCall(decision, loop, wait, context);
    if (question && asksTheSame(question, loop, context.model)) return question;
  }
  return null;
}

/** Conditions that end the loop: its own, and those of `if`s around a `break` or `return`. */
function decisionsOf(loop: ts.IterationStatement): ts.Expression[] {
  const decisions: ts.Expression[] = [];
  if (ts.isWhileStatement(loop) || ts.isDoStatement(loop)) decisions.push(loop.expression);
  if (ts.isForStatement(loop) && loop.condition) decisions.push(loop.condition);
  walkOwn(loop.statement, (node) => {
    const ends =
      ts.isReturnStatement(node) || (ts.isBreakStatement(node) && nearestBreakable(node) === loop);
    if (!ends) return;
    for (let at = node.parent; at !== loop; at = at.parent) {
      if (ts.isIfStatement(at)) decisions.push(at.expression);
      if (ts.isSwitchStatement(at)) decisions.push(at.expression);
    }
  });
  return decisions;
}

function nearestBreakable(node: ts.BreakStatement): ts.Node | null {
  for (let at = node.parent; at; at = at.parent) {
    if (
      node.label ? ts.isLabeledStatement(at) && at.label.text === node.label.text : isBreakable(at)
    ) {
      return node.label ? (at as ts.LabeledStatement).statement : at;
    }
  }
  return null;
}

function isBreakable(node: ts.Node): boolean {
  return ts.isIterationStatement(node, false) || ts.isSwitchStatement(node);
}

/** A call in the decision itself, or one whose result, taken in the loop, the decision reads. */
function statusCall(
  decision: ts.Expression,
  loop: ts.Node,
  wait: ts.Node,
  context: RuleContext,
): ts.CallExpression | null {
  let found: ts.CallExpression | null = null;
  const test = (node: ts.Node) => {
    if (found) return;
    if (ts.isCallExpression(node)) found = isQuestion(node, wait, context) ? node : null;
    if (ts.isIdentifier(node)) found ??= callBehind(node, loop, wait, context);
  };
  test(decision);
  walkOwn(decision, test);
  return found;
}

function callBehind(
  id: ts.Identifier,
  loop: ts.Node,
  wait: ts.Node,
  context: RuleContext,
): ts.CallExpression | null {
  const binding = context.model.resolve(id);
  if (!binding) return null;
  const values: ts.Expression[] = [];
  let declaration: ts.Node = binding.declaration;
  while (ts.isBindingElement(declaration)) declaration = declaration.parent.parent;
  if (ts.isVariableDeclaration(declaration) && isWithin(declaration, loop)) {
    if (declaration.initializer) values.push(declaration.initializer);
  }
  for (const write of context.model.writesOf(binding)) {
    const parent = write.parent;
    if (ts.isBinaryExpression(parent) && isWithin(parent, loop)) values.push(parent.right);
  }
  for (const value of values) {
    const plain = unwrap(value);
    const call = unwrap(ts.isAwaitExpression(plain) ? plain.expression : plain);
    if (ts.isCallExpression(call) && isQuestion(call, wait, context)) return call;
  }
  return null;
}

/** Clocks and conversions tell nothing about the thing waited for. */
function isQuestion(
  call: ts.CallExpression,
  wait: ts.Node,
  { origins, model }: RuleContext,
): boolean {
  if (isWithin(call, wait) || isWithin(wait, call)) return false;
  const origin = origins.of(call.expression);
  if (
    origin?.module === null &&
    /^(Date|Math|performance|Number|String|JSON|Boolean)\b/.test(origin.path)
  ) {
    return false;
  }
  if (
    waitOf(call, origins, model) !== null &&
    !('imported' in (waitOf(call, origins, model) ?? {}))
  ) {
    return false;
  }
  const callee = unwrap(call.expression);
  const name = ts.isPropertyAccessExpression(callee)
    ? callee.name.text
    : ts.isIdentifier(callee)
      ? callee.text
      : '';
  if (WORK.test(name)) return false;
  return !/^(shift|pop|next|read|includes|has|startsWith|endsWith|test|match|some|every|getTime|now)$/.test(
    name,
  );
}

/** Pagination and work lists ask something else in every turn. */
function asksTheSame(call: ts.Node, loop: ts.IterationStatement, model: FileModel): boolean {
  let same = true;
  walkOwn(call, (node) => {
    if (!ts.isIdentifier(node) || !same) return;
    const binding = model.resolve(node);
    if (!binding) return;
    const changes = model.writesOf(binding).some((id) => isWithin(id, loop));
    const isOwnStatus = isAssignedFrom(binding.declaration, call);
    if (changes && !isOwnStatus) same = false;
  });
  return same;
}

function isAssignedFrom(declaration: ts.Node, call: ts.Node): boolean {
  return isWithin(call, declaration);
}

/** Whether an `if` around a node compares something with a limit. */
export function comparesLimit(node: ts.Node, fn: ts.Node): boolean {
  for (let at = node.parent; at && at !== fn; at = at.parent) {
    if (!ts.isIfStatement(at) || !ts.isBinaryExpression(at.expression)) continue;
    const kind = at.expression.operatorToken.kind;
    if (kind >= ts.SyntaxKind.LessThanToken && kind <= ts.SyntaxKind.GreaterThanEqualsToken)
      return true;
  }
  return false;
}

/** The status call that decides whether `node` runs. */
export function statusBefore(
  node: ts.Node,
  fn: FunctionNode,
  context: RuleContext,
): ts.Node | null {
  const decisions: ts.Expression[] = [];
  for (let at = node.parent; at && at !== fn; at = at.parent) {
    if (ts.isIfStatement(at)) decisions.push(at.expression);
    if (ts.isConditionalExpression(at)) decisions.push(at.condition);
    if (ts.isBlock(at)) {
      for (const statement of at.statements) {
        if (statement.end > node.pos) break;
        if (ts.isIfStatement(statement) && findOwn(statement, ts.isReturnStatement)) {
          decisions.push(statement.expression);
        }
      }
    }
  }
  for (const decision of decisions) {
    const call = statusCall(decision, fn, node, context);
    if (call) return call;
  }
  return null;
}

/** @returns the first node that runs with `root` and passes the test, or `null`. */
export function findOwn(root: ts.Node, test: (node: ts.Node) => boolean): ts.Node | null {
  let found: ts.Node | null = null;
  walkOwn(root, (node) => {
    if (!found && test(node)) found = node;
  });
  return found;
}
