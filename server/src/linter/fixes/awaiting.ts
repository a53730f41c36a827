import type { TextEdit } from '../../../../shared/finding';
import { ts } from '../compiler';
import { isAsync } from '../facts/context';
import type { FileModel } from '../facts/model';
import { enclosingFunction, isFunctionNode, isWithin } from '../facts/syntax';
import { styleOf } from './style';

/** @returns whether `await` may be written at `node` without changing any function. */
export function canAwait(node: ts.Node): boolean {
  const fn = enclosingFunction(node);
  return fn?.body !== undefined && isAsync(fn) && isWithin(node, fn.body);
}

/** An `await` per turn is slower than waiting for all at once, and linters say so. */
export function isInLoop(node: ts.Node): boolean {
  for (let at = node.parent; at && !isFunctionNode(at); at = at.parent) {
    if (ts.isIterationStatement(at, false)) return !isLoopList(at, node);
  }
  return false;
}

function isLoopList(loop: ts.IterationStatement, node: ts.Node): boolean {
  return ts.isForOfStatement(loop) && isWithin(node, loop.expression);
}

/**
 * Turns a call into an awaited one.
 * @param callee text that replaces the callee
 * @param suffix text appended to the call
 */
export function awaitCall(
  model: FileModel,
  call: ts.CallExpression,
  callee: string,
  suffix = '',
): TextEdit[] {
  const start = model.start(call);
  const parens = needsParens(call);
  const guard = parens && startsStatement(call, model) && !styleOf(model).semicolon ? ';' : '';
  const open = parens ? `${guard}(await ` : 'await ';
  const edits = [{ start, end: call.expression.end, newText: open + callee }];
  const tail = suffix + (parens ? ')' : '');
  if (tail) edits.push({ start: call.end, end: call.end, newText: tail });
  return edits;
}

/** Whether `await call` would bind to something else than the call in its place. */
function needsParens(call: ts.CallExpression): boolean {
  const parent = call.parent;
  switch (parent.kind) {
    case ts.SyntaxKind.PropertyAccessExpression:
    case ts.SyntaxKind.ElementAccessExpression:
    case ts.SyntaxKind.CallExpression:
    case ts.SyntaxKind.NonNullExpression:
    case ts.SyntaxKind.ExpressionWithTypeArguments:
      return (parent as ts.PropertyAccessExpression).expression === call;
    case ts.SyntaxKind.TaggedTemplateExpression:
      return (parent as ts.TaggedTemplateExpression).tag === call;
    case ts.SyntaxKind.PrefixUnaryExpression:
      return true;
    case ts.SyntaxKind.BinaryExpression:
      return (
        (parent as ts.BinaryExpression).operatorToken.kind ===
          ts.SyntaxKind.AsteriskAsteriskToken && (parent as ts.BinaryExpression).left === call
      );
    default:
      return false;
  }
}

function startsStatement(node: ts.Node, model: FileModel): boolean {
  let at = node;
  const start = model.start(node);
  while (at.parent && !ts.isExpressionStatement(at)) at = at.parent;
  return ts.isExpressionStatement(at) && model.start(at) === start;
}
