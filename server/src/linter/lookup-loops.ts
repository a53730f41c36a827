/** The loop that repeats a look-up over a list which stays the same. */
import { ts } from './compiler';
import { goesOverShortList, isLoopBody } from './facts/loops';
import type { FileModel } from './facts/model';
import { isFunctionNode, isWithin, unwrap, walkAll } from './facts/syntax';
import { changesOf } from './list-changes';
import { type Lookup, rootOf } from './lookups';
import type { RuleContext } from './rule';

/**
 * @returns the outermost loop (or iteration call) of the function around a look-up that asks for
 * something else in each turn and searches the same, unchanged list; else `null`
 */
export function repeatingLoop(lookup: Lookup, context: RuleContext): ts.Node | null {
  const loops = loopsAround(lookup.node, context);
  const { model } = context;
  let found: ts.Node | null = null;
  for (const loop of loops) {
    if (!isFrom(lookup.list, loop, model)) break;
    if (changesIn(lookup.list, loop, context)) return null;
    if (varies(lookup.value, loop, model)) found = loop;
  }
  return found;
}

/** Whether a loop changes a list, itself or by a function of the file that it calls. */
function changesIn(list: ts.Expression, loop: ts.Node, { model, origins }: RuleContext): boolean {
  const text = model.textOf(list);
  if (changesOf(text, loop, model).length > 0) return true;
  return model.calls.some((call) => {
    if (!ts.isCallExpression(call) || !isWithin(call, loop)) return false;
    const fn = origins.functionOf(call.expression);
    return fn?.body !== undefined && changesOf(text, fn.body, model).length > 0;
  });
}

/** Loops and iteration calls around a node, innermost first, within the code that runs with it. */
function loopsAround(node: ts.Node, { model, contexts }: RuleContext): ts.Node[] {
  const loops: ts.Node[] = [];
  let from = node;
  for (let at = node.parent; at; from = at, at = at.parent) {
    if (isLoopBody(at, from)) loops.push(at);
    if (ts.isPropertyDeclaration(at) || ts.isClassStaticBlockDeclaration(at)) break;
    if (!isFunctionNode(at)) continue;
    const kind = contexts.entryOf(at)?.kind;
    if (kind === 'iteration') {
      if (ts.isCallExpression(at.parent)) loops.push(at.parent);
    } else if (kind !== 'inline') break;
  }
  return loops.filter((it) => !goesOverShortList(it, model));
}

/** Whether a list comes from outside the loop's own turns. */
function isFrom(list: ts.Expression, loop: ts.Node, model: FileModel): boolean {
  const root = rootOf(list);
  if (!ts.isIdentifier(root)) return true;
  const binding = model.resolve(root);
  if (!binding) return false;
  if (isWithin(binding.declaration, loop)) return false;
  return !model.writesOf(binding).some((it) => isWithin(it, loop));
}

/** Whether a value depends on the loop's turn. */
function varies(value: ts.Expression, loop: ts.Node, model: FileModel): boolean {
  let found = false;
  const test = (node: ts.Node) => {
    if (found || !ts.isIdentifier(node)) return;
    const { parent } = node;
    if (ts.isPropertyAccessExpression(parent) && parent.name === node) return;
    const binding = model.resolve(node);
    if (!binding || isAwaited(binding.declaration)) return;
    found =
      isWithin(binding.declaration, loop) ||
      model.writesOf(binding).some((it) => isWithin(it, loop));
  };
  const plain = unwrap(value);
  test(plain);
  walkAll(plain, test);
  return found;
}

/** A loop that waits for what it looks up (a prompt, a page) is as slow as what it waits for. */
function isAwaited(declaration: ts.Node): boolean {
  let at = declaration;
  while (ts.isBindingElement(at)) at = at.parent.parent;
  if (!ts.isVariableDeclaration(at) || !at.initializer) return false;
  return ts.isAwaitExpression(unwrap(at.initializer));
}
