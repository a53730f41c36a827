import { ts } from '../compiler';
import type { FileModel } from './model';
import type { Binding } from './scopes';
import { isFunctionNode, unwrap } from './syntax';

/** A loop over this many written-out elements is a shorthand, not a hot loop. */
const MAX_SHORT_LIST = 8;

/** @returns whether a loop or iteration call goes over a short list written out in the source. */
export function goesOverShortList(loop: ts.Node, model: FileModel): boolean {
  const list = listOf(loop);
  if (!list) return false;
  const value = unwrap(list);
  if (ts.isArrayLiteralExpression(value)) return isShort(value);
  const binding = ts.isIdentifier(value) ? model.resolve(value) : undefined;
  if (binding?.kind !== 'const' || !ts.isVariableDeclaration(binding.declaration)) return false;
  const { initializer } = binding.declaration;
  const literal = initializer && unwrap(initializer);
  return (
    !!literal && ts.isArrayLiteralExpression(literal) && isShort(literal) && !grows(binding, model)
  );
}

/** The list a `for…of` or an iteration call goes over. */
function listOf(node: ts.Node): ts.Expression | null {
  if (ts.isForOfStatement(node)) return node.expression;
  if (!ts.isCallExpression(node)) return null;
  return ts.isPropertyAccessExpression(node.expression) ? node.expression.expression : null;
}

function isShort(list: ts.ArrayLiteralExpression): boolean {
  return list.elements.length <= MAX_SHORT_LIST && !list.elements.some(ts.isSpreadElement);
}

function grows(binding: Binding, model: FileModel): boolean {
  return model
    .usesOf(binding)
    .some(
      ({ parent }) =>
        ts.isPropertyAccessExpression(parent) && /^(push|unshift|splice)$/.test(parent.name.text),
    );
}

/** Whether `child` of the loop `node` runs once per turn (a `for…of` list runs once). */
export function isLoopBody(node: ts.Node, child: ts.Node): boolean {
  switch (node.kind) {
    case ts.SyntaxKind.WhileStatement:
    case ts.SyntaxKind.DoStatement:
      return true;
    case ts.SyntaxKind.ForStatement:
      return (node as ts.ForStatement).initializer !== child;
    case ts.SyntaxKind.ForOfStatement:
    case ts.SyntaxKind.ForInStatement:
      return (node as ts.ForOfStatement).statement === child;
    default:
      return false;
  }
}

/** The part of a loop or function worth underlining: its first line, not its body. */
export function headOf(node: ts.Node): ts.Node {
  if (isFunctionNode(node) && node.name) return node.name;
  if (ts.isCallExpression(node)) return node.expression;
  return node;
}

export function loopHead(loop: ts.Node): ts.Node {
  if (ts.isForOfStatement(loop) || ts.isForInStatement(loop)) return loop.expression;
  if (ts.isWhileStatement(loop) || ts.isDoStatement(loop)) return loop.expression;
  if (ts.isForStatement(loop)) return loop.condition ?? loop.initializer ?? loop;
  return headOf(loop);
}
