/** The same text made twice on one path. */
import { ts } from '../compiler';
import type { Binding } from '../facts/scopes';
import {
  enclosingFunction,
  type FunctionNode,
  isAssignment,
  isFunctionNode,
  isWithin,
  walkOwn,
} from '../facts/syntax';
import { inputsOf } from '../invariance';
import type { RuleContext } from '../rule';
import { isKey, isPure, makesText, shapeOf } from './expression';

/** Equal expressions, in the order of the source; the first runs before all others. */
export interface Repetition {
  first: ts.Expression;
  again: ts.Expression[];
}

/** @returns the texts that one run of some function makes more than once, though nothing changed. */
export function repetitionsIn(context: RuleContext): Repetition[] {
  const byFunction = new Map<FunctionNode, Map<string, ts.Expression[]>>();
  for (const text of textsOf(context)) {
    const fn = enclosingFunction(text);
    if (!fn) continue;
    const groups = byFunction.get(fn) ?? new Map<string, ts.Expression[]>();
    byFunction.set(fn, groups);
    const shape = shapeOf(text, context);
    const group = groups.get(shape);
    if (group) group.push(text);
    else groups.set(shape, [text]);
  }
  return [...byFunction].flatMap(([fn, groups]) => repetitionsOf(fn, groups, context));
}

/** Templates, texts of lists and values, and what is put together as an argument; in their order. */
function textsOf(context: RuleContext): ts.Expression[] {
  const { model } = context;
  const texts: ts.Expression[] = [...model.templates];
  for (const call of model.calls) {
    if (makesText(call, context)) texts.push(call);
    for (const argument of call.arguments ?? []) {
      if (ts.isBinaryExpression(argument) && makesText(argument, context)) texts.push(argument);
    }
  }
  return texts.sort((a, b) => a.pos - b.pos || b.end - a.end);
}

function repetitionsOf(
  fn: FunctionNode,
  groups: ReadonlyMap<string, ts.Expression[]>,
  context: RuleContext,
): Repetition[] {
  const found = [...groups.values()].flatMap((group) => {
    const [first, ...rest] = group;
    if (!first || rest.length === 0 || !isWorth(group, context) || !isPure(first, context))
      return [];
    const again = rest.filter((it) => isSure(first, it) && isUnchanged(first, it, fn, context));
    return again.length > 0 ? [{ first, again }] : [];
  });
  // A text within a repeated one is repeated with it.
  return found.filter((it) => !found.some((other) => other !== it && isPartOf(it, other)));
}

function isPartOf(part: Repetition, whole: Repetition): boolean {
  return (
    isWithin(part.first, whole.first) &&
    part.again.every((it) => whole.again.some((w) => isWithin(it, w)))
  );
}

/** Messages are cheap beside what they are written to; keys, lists and whole values count. */
function isWorth(group: readonly ts.Expression[], context: RuleContext): boolean {
  const [first] = group;
  if (!first || group.some(isInMessage)) return false;
  const isWhole = ts.isCallExpression(first);
  return isWhole || group.filter((it) => isKey(it, context)).length >= 2;
}

function isInMessage(node: ts.Node): boolean {
  for (let at = node.parent; at && !ts.isStatement(at); at = at.parent) {
    if (ts.isNewExpression(at) && /Error$/.test(at.expression.getText())) return true;
    if (
      ts.isCallExpression(at) &&
      /\b(log|logger|console|stdout|stderr)\b/i.test(at.expression.getText())
    )
      return true;
    if (isFunctionNode(at)) return false;
  }
  return node.parent.kind === ts.SyntaxKind.ThrowStatement;
}

/** Whether `first` has always run when `second` does. */
function isSure(first: ts.Node, second: ts.Node): boolean {
  let from = first;
  for (let at = first.parent; at; from = at, at = at.parent) {
    if (isWithin(second, at)) return ts.isBlock(at) || ts.isSourceFile(at) || isCondition(at, from);
    const decides =
      ts.isConditionalExpression(at) ||
      ts.isIfStatement(at) ||
      ts.isIterationStatement(at, false) ||
      ts.isTryStatement(at) ||
      ts.isCaseOrDefaultClause(at);
    if (decides && !isCondition(at, from)) return false;
    if (ts.isBinaryExpression(at) && at.right === from && isShortCircuit(at)) return false;
    if (ts.isCallExpression(at) && at.questionDotToken) return false;
  }
  return false;
}

/** An `if`'s condition always runs. */
function isCondition(at: ts.Node, child: ts.Node): boolean {
  return ts.isIfStatement(at) && at.expression === child;
}

function isShortCircuit({ operatorToken }: ts.BinaryExpression): boolean {
  return /^(&&|\|\||\?\?)=?$/.test(operatorToken.getText());
}

/** Whether nothing between the two can have changed what they read. */
function isUnchanged(
  first: ts.Node,
  second: ts.Node,
  fn: FunctionNode,
  context: RuleContext,
): boolean {
  const { model } = context;
  // A loop around the second alone may change in one turn what the next one reads.
  const end = loopEnd(first, second);
  const inRegion = (node: ts.Node) => node.pos >= first.end && node.end <= end;
  const inputs = inputsOf(first, context);
  const later = inputsOf(second, context);
  if (inputs.size === 0 || [...inputs].some((it) => !later.has(it))) return false;
  for (const binding of inputs) {
    if (isAssignedLater(binding, context)) return false;
    if (model.usesOf(binding).some((id) => inRegion(id) && !isWithin(id, second) && isTouched(id)))
      return false;
  }
  if (!usesThis(first)) return true;
  let changed = false;
  walkOwn(fn, (node) => {
    if (!inRegion(node)) return;
    changed ||= ts.isAwaitExpression(node) || ts.isYieldExpression(node);
    changed ||= ts.isCallExpression(node) && /^(this|super)\b/.test(model.textOf(node.expression));
    changed ||=
      ts.isBinaryExpression(node) &&
      isAssignment(node.operatorToken.kind) &&
      /^this\b/.test(model.textOf(node.left));
  });
  return !changed;
}

function loopEnd(first: ts.Node, second: ts.Node): number {
  let { end } = second;
  for (let at = second.parent; at && !isWithin(first, at); at = at.parent) {
    if (ts.isIterationStatement(at, false)) end = at.end;
  }
  return end;
}

function usesThis(node: ts.Node): boolean {
  return /\bthis\b/.test(node.getText());
}

/** Variables that are assigned after their declaration, here or by anyone. */
function isAssignedLater(binding: Binding, { model }: RuleContext): boolean {
  if (binding.kind === 'const' || binding.kind === 'import') return false;
  return model.writesOf(binding).length > 0;
}

/** Whether a use may change what the variable refers to: assigned below, called, or handed on. */
function isTouched(id: ts.Identifier): boolean {
  let at: ts.Node = id;
  while (
    (ts.isPropertyAccessExpression(at.parent) || ts.isElementAccessExpression(at.parent)) &&
    at.parent.expression === at
  ) {
    at = at.parent;
  }
  const { parent } = at;
  if (ts.isBinaryExpression(parent))
    return parent.left === at && isAssignment(parent.operatorToken.kind);
  if (ts.isPostfixUnaryExpression(parent) || ts.isDeleteExpression(parent)) return true;
  if (ts.isPrefixUnaryExpression(parent)) return /^(\+\+|--)/.test(parent.getText());
  if (!ts.isCallExpression(parent)) return false;
  if (parent.expression !== at) return at === id && !isScalar(id);
  const method = ts.isPropertyAccessExpression(at) ? at.name.text : '';
  return /^(push|pop|shift|unshift|splice|sort|reverse|fill|set|add|delete|clear|append)$/.test(
    method,
  );
}

/** A variable that is declared a string or number cannot be changed by whom it is handed to. */
function isScalar(id: ts.Identifier): boolean {
  return /(id|key|name|slug|path|url|type|code|token|hash|text|task|version)$/i.test(id.text);
}
