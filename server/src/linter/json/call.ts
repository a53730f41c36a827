import { ts } from '../compiler';
import { unwrap } from '../facts/syntax';
import type { RuleContext } from '../rule';

/** A call of the global `JSON.stringify` or `JSON.parse` with a value to work on. */
export interface JsonCall {
  call: ts.CallExpression;
  method: 'stringify' | 'parse';
  value: ts.Expression;
}

/** @returns what a call does with JSON; `null` for all other calls. */
export function jsonCall(node: ts.Node, { origins }: RuleContext): JsonCall | null {
  if (!ts.isCallExpression(node)) return null;
  const callee = node.expression;
  // Resolving every call of a file would cost more than all the rest.
  if (ts.isPropertyAccessExpression(callee) && !/^(stringify|parse)$/.test(callee.name.text)) {
    return null;
  }
  const [value] = node.arguments;
  if (!value || ts.isSpreadElement(value)) return null;
  const origin = origins.of(node.expression);
  if (origin?.module !== null) return null;
  if (origin.path === 'JSON.stringify') return { call: node, method: 'stringify', value };
  return origin.path === 'JSON.parse' ? { call: node, method: 'parse', value } : null;
}

/** @returns the indent of a `stringify` call where it is a constant that indents, else `null`. */
export function indentOf({ call }: JsonCall, { model }: RuleContext): ts.Expression | null {
  const [, , indent] = call.arguments;
  if (!indent) return null;
  let value = unwrap(indent);
  if (ts.isIdentifier(value)) {
    const binding = model.resolve(value);
    const declaration = binding?.kind === 'const' ? binding.declaration : undefined;
    if (!declaration || !ts.isVariableDeclaration(declaration)) return null;
    if (!declaration.initializer) return null;
    value = unwrap(declaration.initializer);
  }
  const indents =
    (ts.isNumericLiteral(value) && Number(value.text) >= 1) ||
    (ts.isStringLiteralLike(value) && value.text !== '');
  return indents ? indent : null;
}

/** @returns whether the replacer of a call is there to pick or change values. */
export function hasReplacer({ call }: JsonCall): boolean {
  const replacer = call.arguments[1] && unwrap(call.arguments[1]);
  return replacer !== undefined && !isNothing(replacer);
}

function isNothing(node: ts.Expression): boolean {
  return (
    node.kind === ts.SyntaxKind.NullKeyword || (ts.isIdentifier(node) && node.text === 'undefined')
  );
}

/** Names of strings and the like, which `stringify` only quotes. */
const SMALL_NAME =
  /(names?|path|dir|file|id|key|url|uri|title|prefix|type|text|str|string|label|version|message|[a-z]value|branch|status|code|err|error)$/i;

/** @returns whether the text of a value is too short for its cost to matter. */
export function isSmall(value: ts.Expression, context: RuleContext): boolean {
  const node = unwrap(value);
  if (ts.isTemplateExpression(node) || isConstant(node)) return true;
  if (ts.isIdentifier(node)) {
    return SMALL_NAME.test(node.text) && !/s$/.test(node.text) && !isLarge(node, context);
  }
  return ts.isPropertyAccessExpression(node) && SMALL_NAME.test(node.name.text);
}

/** A variable whose type or value says that it holds more than a string. */
function isLarge(id: ts.Identifier, { model }: RuleContext): boolean {
  const declaration = model.resolve(id)?.declaration;
  if (!declaration) return false;
  if (ts.isParameter(declaration) || ts.isVariableDeclaration(declaration)) {
    const type = declaration.type && model.textOf(declaration.type);
    if (type) return !/^(string|number|boolean|Error)$/.test(type);
    const initializer = declaration.initializer && unwrap(declaration.initializer);
    return !!initializer && ts.isObjectLiteralExpression(initializer);
  }
  return false;
}

/** A literal, a constant by its name, or an object or array of only those. */
function isConstant(node: ts.Expression): boolean {
  const value = unwrap(node);
  if (ts.isLiteralExpression(value) || ts.isNumericLiteral(value)) return true;
  if (ts.isIdentifier(value))
    return /^[A-Z][A-Z0-9_]+$/.test(value.text) && ts.isArrayLiteralExpression(value.parent);
  if (ts.isArrayLiteralExpression(value)) return value.elements.every(isConstant);
  if (!ts.isObjectLiteralExpression(value)) {
    return /^(null|true|false)$/.test(ts.tokenToString(value.kind) ?? '');
  }
  return value.properties.every((it) => ts.isPropertyAssignment(it) && isConstant(it.initializer));
}

/** An error path is not hot, however hot the code around it is. */
export function isRare(node: ts.Node): boolean {
  for (let at = node.parent; at; at = at.parent) {
    if (ts.isCatchClause(at) || ts.isThrowStatement(at)) return true;
    if (ts.isNewExpression(at) && /Error$/.test(at.expression.getText())) return true;
    if (
      ts.isIfStatement(at) &&
      /\berr(or)?\b|!\s*\w*(res|response)\w*\.ok\b/.test(at.expression.getText())
    )
      return true;
  }
  return false;
}

/** Whether an expression only reads: no call, no assignment, nothing awaited. */
export function isFree(expression: ts.Node): boolean {
  let free = true;
  const visit = (node: ts.Node): void => {
    if (ts.isCallExpression(node) || ts.isNewExpression(node) || ts.isAwaitExpression(node))
      free = false;
    if (ts.isFunctionLike(node) || ts.isYieldExpression(node)) free = false;
    if (free) ts.forEachChild(node, visit);
  };
  visit(expression);
  return free;
}

/**
 * @returns whether a parsed value is taken apart at once. Kept whole, it may be a fresh copy on
 * purpose, for each turn of a loop to change.
 */
export function isOnlyRead(call: ts.Node): boolean {
  let at = call;
  while (
    ts.isParenthesizedExpression(at.parent) ||
    ts.isAsExpression(at.parent) ||
    ts.isNonNullExpression(at.parent)
  ) {
    at = at.parent;
  }
  const { parent } = at;
  if (ts.isSpreadAssignment(parent) || ts.isSpreadElement(parent)) return true;
  if (ts.isVariableDeclaration(parent)) return !ts.isIdentifier(parent.name);
  return ts.isPropertyAccessExpression(parent) && !isCalled(parent);
}

function isCalled(access: ts.PropertyAccessExpression): boolean {
  return ts.isCallExpression(access.parent) && access.parent.expression === access;
}
