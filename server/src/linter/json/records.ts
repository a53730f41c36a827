/** Files that hold a program's own records, and collections written to them as a whole. */
import { ts } from '../compiler';
import { enclosingClass } from '../facts/origins';
import { enclosingFunction, unwrap, walkAll } from '../facts/syntax';
import type { RuleContext } from '../rule';
import type { Sink } from '../sinks';
import { jsonCall } from './call';

/** Files that people edit as well, by the words in their path. */
const EDITED =
  /package|tsconfig|config|settings|manifest|rc\b|lock|preferences|project|workspace|schema|fixture|snapshot|report|export|auth/i;
const FOLDER = /(dir|directory|folder|root|base|cwd)$/i;
const READS = /^(promises\.)?(readFile|readJson|readJSON)(Sync)?$/;

/** @returns the call by which this file reads a written file back as JSON, else `null`. */
export function readBack({ path }: Sink, context: RuleContext): ts.Node | null {
  const { model, origins } = context;
  if (!path || EDITED.test(model.textOf(path))) return null;
  const written = keysOf(path, context);
  if ([...written].some((key) => EDITED.test(key))) return null;
  for (const call of model.calls) {
    const origin = origins.of(call.expression);
    const [file] = call.arguments ?? [];
    if (!file || !/^(fs|fs-extra|graceful-fs)$/.test(origin?.module ?? '')) continue;
    if (!READS.test(origin?.path ?? '') || !parsesJson(call, context)) continue;
    if ([...keysOf(file, context)].some((key) => written.has(key))) return call;
  }
  return null;
}

function parsesJson(read: ts.Node, context: RuleContext): boolean {
  let found = false;
  walkAll(enclosingFunction(read) ?? context.model.source, (node) => {
    found ||= jsonCall(node, context)?.method === 'parse';
  });
  return found;
}

/** What names the file in a path: fields, variables, functions that make the path. */
function keysOf(path: ts.Expression, context: RuleContext, depth = 0): Set<string> {
  const { model } = context;
  const keys = new Set<string>();
  const test = (node: ts.Node): void => {
    if (ts.isPropertyAccessExpression(node) && node.expression.kind === ts.SyntaxKind.ThisKeyword) {
      if (!FOLDER.test(node.name.text)) keys.add(model.textOf(node));
      return;
    }
    if (ts.isStringLiteralLike(node) && /\.\w+$/.test(node.text)) keys.add(node.text);
    if (!ts.isIdentifier(node) || FOLDER.test(node.text)) return;
    const binding = model.resolve(node);
    if (!binding || binding.kind === 'import' || binding.kind === 'param') return;
    if (!enclosingFunction(binding.declaration)) keys.add(binding.name);
    const { declaration } = binding;
    if (depth < 2 && ts.isVariableDeclaration(declaration) && declaration.initializer) {
      for (const key of keysOf(declaration.initializer, context, depth + 1)) keys.add(key);
    }
  };
  test(path);
  walkAll(path, test);
  return keys;
}

const ADDS = /^(push|unshift|set|add)$/;

/** @returns a name for the collection a class or module grows, when `value` is all of it. */
export function growingStore(
  value: ts.Expression,
  context: RuleContext,
): { name: string; growth: ts.Node } | null {
  const { model } = context;
  const store = storeIn(value, context);
  if (!store) return null;
  const name = model.textOf(store);
  const scope = ts.isIdentifier(store) ? model.source : enclosingClass(store);
  let growth: ts.Node | null = null;
  walkAll(scope ?? model.source, (node) => {
    if (growth || !ts.isCallExpression(node)) return;
    const callee = unwrap(node.expression);
    if (!ts.isPropertyAccessExpression(callee) || !ADDS.test(callee.name.text)) return;
    if (model.textOf(callee.expression) !== name || !enclosingFunction(node)) return;
    growth = isOneRecord(node) ? node : null;
  });
  return growth && { name, growth };
}

/** Whether one call adds one record, rather than filling the collection. */
function isOneRecord(call: ts.CallExpression): boolean {
  if (call.arguments.some(ts.isSpreadElement)) return false;
  const fn = enclosingFunction(call);
  if (!fn || ts.isConstructorDeclaration(fn)) return false;
  for (let at: ts.Node = call; at !== fn; at = at.parent) {
    if (ts.isIterationStatement(at, false)) return false;
  }
  return true;
}

/** `this.items`, `[...this.items.values()]`, `Object.fromEntries(this.items)`; module variables. */
function storeIn(value: ts.Expression, context: RuleContext): ts.Expression | null {
  const node = unwrap(value);
  if (ts.isPropertyAccessExpression(node)) {
    return node.expression.kind === ts.SyntaxKind.ThisKeyword ? node : null;
  }
  if (ts.isIdentifier(node)) {
    const binding = context.model.resolve(node);
    const isModule = binding && ts.isVariableDeclaration(binding.declaration);
    return isModule && !enclosingFunction(binding.declaration) ? node : null;
  }
  if (ts.isArrayLiteralExpression(node) && node.elements.length === 1) {
    const [only] = node.elements;
    return only && ts.isSpreadElement(only) ? storeIn(only.expression, context) : null;
  }
  if (!ts.isCallExpression(node)) return null;
  const callee = unwrap(node.expression);
  if (!ts.isPropertyAccessExpression(callee)) return null;
  if (/^(values|entries)$/.test(callee.name.text) && node.arguments.length === 0) {
    return storeIn(callee.expression, context);
  }
  const path = context.origins.of(callee)?.path ?? '';
  const [first] = node.arguments;
  const isCopy = /^(Array\.from|Object\.(fromEntries|values|entries))$/.test(path);
  return isCopy && first ? storeIn(first, context) : null;
}
