import { ts } from '../compiler';
import type { RuleContext } from '../rule';
import type { OneWrite } from './row-writes';
import {
  enclosingFunction,
  isFunctionNode,
  isReference,
  isWithin,
  unwrap,
  walkAll,
} from './syntax';
import { waitOf } from './waits';

/** A loop whose turns write one by one what could be written at once. */
export interface WriteLoop {
  loop: ts.Node;
  /** What runs once per turn. */
  body: ts.Node;
}

/** Pieces this large are written one by one to keep memory small. */
const PIECES = /chunk|buffer|batch|block|page|part(?!y)|segment|slice/i;

/** @returns the loop around a write, when no turn depends on the write of another; else `null`. */
export function writeLoopOf(write: OneWrite, context: RuleContext): WriteLoop | null {
  const { model, contexts } = context;
  const { call } = write;
  const { loop } = contexts.placeOf(call);
  const body = loop && bodyOf(loop);
  if (!loop || !body || !isWithin(call, body) || isInTransaction(call, context)) return null;
  if (PIECES.test(headText(loop, context)) || !isSameIn(write.target, loop, context)) return null;
  if (write.kind !== 'open' && !isUnused(call, body)) return null;
  const target = model.textOf(write.target);
  let free = true;
  walkAll(body, (node) => {
    if (node === call || !free) return;
    // What else a turn waits for may take long; its result is then kept at once on purpose.
    if (ts.isAwaitExpression(node)) {
      const awaited = unwrap(node.expression);
      if (write.kind === 'open') free = waitOf(awaited, context.origins, model) === null;
      else free = isOwnWrite(awaited, write, context);
    }
    // A handler per item, or a way out of the loop, needs to know of each write.
    if (ts.isTryStatement(node) && isWithin(call, node.tryBlock) && write.kind !== 'open')
      free = false;
    if (ts.isReturnStatement(node) && !isFunctionNode(body) && loop === nearestLoop(node))
      free = false;
    if (ts.isBreakStatement(node) || ts.isYieldExpression(node)) free = false;
    if (ts.isCallExpression(node)) free &&= !reads(node, target, write, context);
  });
  return free ? { loop, body } : null;
}

/** The part of a loop that runs once per turn; only of loops over what is there already. */
function bodyOf(loop: ts.Node): ts.Node | null {
  if (ts.isForOfStatement(loop)) return loop.awaitModifier ? null : loop.statement;
  if (ts.isForStatement(loop)) return loop.condition ? loop.statement : null;
  if (ts.isForInStatement(loop)) return loop.statement;
  if (!ts.isCallExpression(loop)) return null;
  const callee = unwrap(loop.expression);
  if (!ts.isPropertyAccessExpression(callee)) return null;
  if (!/^(forEach|map|flatMap)$/.test(callee.name.text)) return null;
  const [callback] = loop.arguments;
  return callback && isFunctionNode(callback) ? callback : null;
}

function headText(loop: ts.Node, { model }: RuleContext): string {
  if (ts.isForOfStatement(loop)) return model.textOf(loop.initializer);
  if (ts.isCallExpression(loop)) {
    const [callback] = loop.arguments;
    if (callback && isFunctionNode(callback)) {
      return callback.parameters.map((it) => model.textOf(it.name)).join();
    }
  }
  return '';
}

/** Whether an expression means the same in every turn. */
export function isSameIn(target: ts.Expression, loop: ts.Node, { model }: RuleContext): boolean {
  let same = true;
  const visit = (node: ts.Node) => {
    if (!ts.isIdentifier(node) || !isReference(node) || !same) return;
    const binding = model.resolve(node);
    if (!binding) return;
    if (isWithin(binding.declaration, loop)) same = false;
    if (model.writesOf(binding).some((id) => isWithin(id, loop))) same = false;
  };
  visit(target);
  walkAll(target, visit);
  return same;
}

/** Whether nothing reads what a write returns: it is a statement, or all that a callback gives. */
function isUnused(call: ts.CallExpression, body: ts.Node): boolean {
  let at: ts.Node = call;
  while (ts.isAwaitExpression(at.parent) || ts.isVoidExpression(at.parent)) at = at.parent;
  if (ts.isExpressionStatement(at.parent)) return true;
  const isResult = at.parent === body || (ts.isReturnStatement(at.parent) && isFunctionNode(body));
  if (!isResult || !isFunctionNode(body) || !ts.isCallExpression(body.parent)) return false;
  // `await Promise.all(items.map(…))` as a statement.
  const all = body.parent.parent;
  if (!ts.isCallExpression(all)) return false;
  let outer: ts.Node = all;
  while (ts.isAwaitExpression(outer.parent)) outer = outer.parent;
  return ts.isExpressionStatement(outer.parent);
}

function isOwnWrite(
  node: ts.Expression,
  write: OneWrite,
  { model, origins }: RuleContext,
): boolean {
  if (node === write.call) return true;
  if (!ts.isCallExpression(node)) return false;
  const origin = origins.of(node.expression);
  const [first] = node.arguments;
  return (
    write.kind === 'append' &&
    /appendFile$/.test(origin?.path ?? '') &&
    !!first &&
    model.textOf(first) === model.textOf(write.target)
  );
}

/** Whether another call of a turn reads what is written to, or is a wait. */
function reads(
  call: ts.CallExpression,
  target: string,
  write: OneWrite,
  context: RuleContext,
): boolean {
  const { model, origins } = context;
  if (write.kind === 'open' || isOwnWrite(call, write, context)) return false;
  const callee = unwrap(call.expression);
  if (ts.isPropertyAccessExpression(callee) && model.textOf(callee.expression) === target) {
    return write.kind !== 'statement';
  }
  const isFile = write.kind === 'append' && origins.of(call.expression)?.module === 'fs';
  return isFile && call.arguments.some((it) => model.textOf(it) === target);
}

function nearestLoop(node: ts.Node): ts.Node | null {
  for (let at = node.parent; at; at = at.parent) {
    if (isFunctionNode(at)) return null;
    if (ts.isIterationStatement(at, false)) return at;
  }
  return null;
}

/** Whether code runs in a transaction that someone opened around it. */
function isInTransaction(node: ts.Node, { model }: RuleContext): boolean {
  for (let fn = enclosingFunction(node); fn; fn = enclosingFunction(fn)) {
    if (
      ts.isCallExpression(fn.parent) &&
      /transaction$/i.test(model.textOf(fn.parent.expression))
    ) {
      return true;
    }
    const names = fn.parameters.map((it) => model.textOf(it.name));
    if (names.some((it) => /^(tx|trx|transaction)$/.test(it))) return true;
    if (/['"`]\s*BEGIN\b/i.test(model.textOf(fn))) return true;
  }
  return false;
}
