import { ts } from './compiler';
import { enclosingClass } from './facts/origins';
import { enclosingFunction, unwrap } from './facts/syntax';
import { changesOf, type ListChange } from './list-changes';
import { rootOf } from './lookups';
import type { RuleContext } from './rule';

/** Methods by which a user empties a collection; others that empty it hand its content on. */
const CLEARS = /^(clear|reset|removeAll|deleteAll|dispose|destroy)/i;

/** Registrations happen at start, as many as the program has. */
const REGISTERS =
  /^(register|use|install|define|configure|init|setup|mount|bind|subscribe|on[A-Z]|add(Plugin|Listener|Handler|Route|Command|Provider|Middleware|Rule|Hook|Observer|Subscriber)|add[A-Z]\w*s$)/;

/**
 * @returns where the class or module makes one of its own lists longer, when nothing keeps the list
 * from growing; else `null`
 */
export function growingList(list: ts.Expression, context: RuleContext): ts.Node | null {
  const scope = ownerOf(list, context);
  if (!scope) return null;
  const changes = changesOf(context.model.textOf(list), scope, context.model);
  const bounded = changes.some((it) => it.kind === 'bounds' || handsOn(it, context));
  if (bounded) return null;
  const growth = changes.find((it) => it.kind === 'grows' && growsAtRunTime(it.node, context));
  return growth?.node ?? null;
}

/**
 * @returns whether a list is a variable of the module that a function per request finds filled. What a
 * component shows is small, and rendered from state
 */
export function outlivesRequest(list: ts.Expression, { model }: RuleContext): boolean {
  const root = rootOf(list);
  if (/\.[jt]sx$/.test(model.file) || !ts.isIdentifier(root)) return false;
  const binding = model.resolve(root);
  if (!binding || binding.imported || !ts.isVariableDeclaration(binding.declaration)) return false;
  return !enclosingFunction(binding.declaration);
}

/** The class whose field a list is, or the file when it is a variable of the module. */
function ownerOf(list: ts.Expression, { model }: RuleContext): ts.Node | null {
  if (ts.isPropertyAccessExpression(list)) {
    const isField = list.expression.kind === ts.SyntaxKind.ThisKeyword;
    return isField ? enclosingClass(list) : null;
  }
  if (!ts.isIdentifier(list)) return null;
  const declaration = model.resolve(list)?.declaration;
  if (!declaration || !ts.isVariableDeclaration(declaration)) return null;
  const { initializer } = declaration;
  const isList = initializer && ts.isArrayLiteralExpression(unwrap(initializer));
  return isList && !enclosingFunction(declaration) ? model.source : null;
}

function growsAtRunTime(node: ts.Node, { contexts }: RuleContext): boolean {
  const { fn } = contexts.placeOf(node);
  if (!fn || ts.isConstructorDeclaration(fn)) return false;
  if (contexts.of(node).tier === 'run-once') return false;
  return !REGISTERS.test(contexts.nameOf(fn) ?? '');
}

/** Whether a list is emptied for another reason than to forget it: a buffer, a queue. */
function handsOn({ kind, node }: ListChange, { contexts }: RuleContext): boolean {
  if (kind !== 'empties') return false;
  const { fn } = contexts.placeOf(node);
  return fn !== null && !ts.isConstructorDeclaration(fn) && !CLEARS.test(contexts.nameOf(fn) ?? '');
}
