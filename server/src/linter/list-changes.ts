/** How a list changes: in a loop, or over the life of a class or module. */
import { ts } from './compiler';
import type { FileModel } from './facts/model';
import { isAssignment, unwrap, walkAll } from './facts/syntax';

export type Change =
  /** `push`, `unshift`, `list = [...list, x]`. */
  | 'grows'
  /** Removes by count or age: `shift`, `pop`, `splice(0, n)`, `slice(-n)`. */
  | 'bounds'
  /** `list = []`, `list.length = 0`. */
  | 'empties'
  | 'other';

export interface ListChange {
  kind: Change;
  node: ts.Node;
}

const GROWING = /^(push|unshift)$/;
const BOUNDING = /^(shift|pop)$/;
const CHANGING = /^(splice|sort|reverse|fill|copyWithin)$/;

/** @returns what the code below `scope` does to the list that is written as `list` there. */
export function changesOf(list: string, scope: ts.Node, model: FileModel): ListChange[] {
  const changes: ListChange[] = [];
  walkAll(scope, (node) => {
    const kind = changeBy(node, list, model);
    if (kind) changes.push({ kind, node });
  });
  return changes;
}

function changeBy(node: ts.Node, list: string, model: FileModel): Change | null {
  if (ts.isCallExpression(node)) {
    const callee = unwrap(node.expression);
    if (!ts.isPropertyAccessExpression(callee)) return null;
    if (textOf(callee.expression, model) !== list) return null;
    const method = callee.name.text;
    if (GROWING.test(method)) return 'grows';
    if (BOUNDING.test(method)) return 'bounds';
    if (method === 'splice') {
      const [start] = node.arguments;
      const isHead = start && ts.isNumericLiteral(start) && start.text === '0';
      return isHead ? (node.arguments.length > 1 ? 'bounds' : 'empties') : 'other';
    }
    return CHANGING.test(method) ? 'other' : null;
  }
  if (ts.isBinaryExpression(node)) return changeByOperator(node, list, model);
  if (ts.isDeleteExpression(node)) {
    return textOf(node.expression, model).startsWith(`${list}[`) ? 'other' : null;
  }
  return null;
}

function changeByOperator(
  node: ts.BinaryExpression,
  list: string,
  model: FileModel,
): Change | null {
  const left = textOf(node.left, model);
  const { kind } = node.operatorToken;
  if (!isAssignment(kind)) {
    // `if (list.length > limit)`: someone watches its size.
    const isLimit = left === `${list}.length` && /^[<>]/.test(node.operatorToken.getText());
    const isZero = ts.isNumericLiteral(node.right) && Number(node.right.text) <= 1;
    return isLimit && !isZero ? 'bounds' : null;
  }
  if (left === `${list}.length`) return textOf(node.right, model) === '0' ? 'empties' : 'bounds';
  if (left.startsWith(`${list}[`)) return 'other';
  if (left !== list) return list.startsWith(`${left}.`) ? 'other' : null;
  const right = unwrap(node.right);
  if (ts.isArrayLiteralExpression(right)) {
    if (right.elements.length === 0) return 'empties';
    const spreads = right.elements.some(
      (it) => ts.isSpreadElement(it) && textOf(it.expression, model) === list,
    );
    return spreads && right.elements.length > 1 ? 'grows' : 'other';
  }
  // What is kept by its number or its age is bounded; what is removed by its id is not.
  const kept = textOf(right, model);
  return /\.slice\(/.test(kept) || (/\.filter\(/.test(kept) && !/!==?/.test(kept))
    ? 'bounds'
    : 'other';
}

function textOf(node: ts.Expression, model: FileModel): string {
  return model.textOf(unwrap(node)).replace(/!(?=[.[]|$)/g, '');
}
