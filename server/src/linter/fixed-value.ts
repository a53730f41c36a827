import { ts } from './compiler';
import type { FileModel } from './facts/model';
import type { Binding } from './facts/scopes';
import { enclosingFunction, isFunctionNode, unwrap } from './facts/syntax';
import type { RuleContext } from './rule';

/** Where an expression that is the same in every call could be written. */
export type Fixed = 'at module level' | 'in the function' | null;

const MAX_DEPTH = 6;

/** Functions whose result is the same for the same arguments, as far as a program goes. */
const SAME_RESULT: readonly string[] = [
  ...['fs#readFileSync', 'path#join', 'path#resolve', 'url#fileURLToPath', '#require.resolve'],
];

/**
 * @returns whether an expression has the same value in every call of its function: made of literals,
 * imports, and variables of the module that nobody reassigns; `in the function` when it says so with
 * the function's own names or `this`, or calls something
 */
export function isFixedValue(expression: ts.Expression, context: RuleContext, depth = 0): Fixed {
  const node = unwrap(expression);
  const all = (parts: readonly ts.Expression[]) => combine(parts, context, depth);
  if (depth > MAX_DEPTH) return null;
  if (ts.isLiteralExpression(node)) return 'at module level';
  switch (node.kind) {
    case ts.SyntaxKind.TrueKeyword:
    case ts.SyntaxKind.FalseKeyword:
    case ts.SyntaxKind.NullKeyword:
      return 'at module level';
    default:
  }
  if (ts.isTemplateExpression(node)) return all(node.templateSpans.map((it) => it.expression));
  if (ts.isArrayLiteralExpression(node)) return all(node.elements);
  if (ts.isSpreadElement(node)) return all([node.expression]);
  if (ts.isObjectLiteralExpression(node)) return ofObject(node, context, depth);
  if (ts.isBinaryExpression(node)) {
    const isSum = node.operatorToken.kind === ts.SyntaxKind.PlusToken;
    return isSum ? all([node.left, node.right]) : null;
  }
  if (ts.isIdentifier(node)) return ofName(node, context, depth);
  if (ts.isPropertyAccessExpression(node)) {
    if (node.expression.kind === ts.SyntaxKind.ThisKeyword) {
      return isWrittenOnce(node, context.model) ? 'in the function' : null;
    }
    return all([node.expression]);
  }
  return ts.isCallExpression(node) ? ofCall(node, context, depth) : null;
}

function combine(parts: readonly ts.Expression[], context: RuleContext, depth: number): Fixed {
  let result: Fixed = 'at module level';
  for (const part of parts) {
    const fixed = isFixedValue(part, context, depth + 1);
    if (fixed === null) return null;
    if (fixed === 'in the function') result = fixed;
  }
  return result;
}

function ofObject(node: ts.ObjectLiteralExpression, context: RuleContext, depth: number): Fixed {
  const parts: ts.Expression[] = [];
  for (const property of node.properties) {
    if (ts.isPropertyAssignment(property)) {
      if (ts.isComputedPropertyName(property.name)) parts.push(property.name.expression);
      parts.push(property.initializer);
    } else if (ts.isShorthandPropertyAssignment(property)) parts.push(property.name);
    else if (ts.isSpreadAssignment(property)) parts.push(property.expression);
    else return null;
  }
  return combine(parts, context, depth);
}

function ofName(node: ts.Identifier, context: RuleContext, depth: number): Fixed {
  const binding = context.model.resolve(node);
  if (!binding) return node.text === 'undefined' ? 'at module level' : null;
  if (binding.imported) return 'at module level';
  const { declaration } = binding;
  if (!isConstant(binding, context.model)) return null;
  if (!enclosingFunction(declaration) && !isFunctionNode(declaration)) {
    return ts.isVariableDeclaration(declaration) || ts.isEnumDeclaration(declaration)
      ? 'at module level'
      : null;
  }
  if (!ts.isVariableDeclaration(declaration) || !ts.isIdentifier(declaration.name)) return null;
  const { initializer } = declaration;
  return initializer && isFixedValue(initializer, context, depth + 1) ? 'in the function' : null;
}

function isConstant(binding: Binding, model: FileModel): boolean {
  return binding.kind === 'const' || model.writesOf(binding).length === 0;
}

/** A field that only its own declaration or the constructor assigns. */
function isWrittenOnce(field: ts.PropertyAccessExpression, model: FileModel): boolean {
  return model.fieldUses.every((use) => {
    if (use.name.text !== field.name.text) return true;
    const { parent } = use;
    const isWrite =
      ts.isBinaryExpression(parent) &&
      parent.left === use &&
      parent.operatorToken.kind >= ts.SyntaxKind.FirstAssignment &&
      parent.operatorToken.kind <= ts.SyntaxKind.LastAssignment;
    const fn = enclosingFunction(use);
    return !isWrite || (fn !== null && ts.isConstructorDeclaration(fn));
  });
}

/** `readFileSync(FILE, 'utf8')`, `path.join(__dirname, 'a.hbs')`, `text.toString()`. */
function ofCall(node: ts.CallExpression, context: RuleContext, depth: number): Fixed {
  const callee = unwrap(node.expression);
  const isText =
    ts.isPropertyAccessExpression(callee) && /^(toString|trim)$/.test(callee.name.text);
  if (isText) {
    return isFixedValue(callee.expression, context, depth + 1) && 'in the function';
  }
  const origin = context.origins.of(callee);
  if (!origin || !SAME_RESULT.includes(`${origin.module ?? ''}#${origin.path}`)) return null;
  const fixed = node.arguments.every(
    (it) => isDirectoryName(it, context) || isFixedValue(it, context, depth + 1),
  );
  return fixed ? 'in the function' : null;
}

function isDirectoryName(node: ts.Expression, { model }: RuleContext): boolean {
  const text = model.textOf(node);
  return /^(__dirname|__filename|import\.meta\.(url|dirname|filename))$/.test(text);
}
