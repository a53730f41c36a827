/** Texts made from other values: which expressions make one, and what they are for. */
import { ts } from '../compiler';
import { unwrap } from '../facts/syntax';
import type { RuleContext } from '../rule';

/** Methods that make a text or list anew and change nothing. */
const PURE_METHODS =
  /^(trim|trimStart|trimEnd|toLowerCase|toUpperCase|toString|join|slice|substring|padStart|padEnd|replaceAll|replace|split|toSorted|concat|normalize|toISOString)$/;
const PURE_GLOBALS =
  /^(String|JSON\.stringify|Object\.(keys|values|entries)|Array\.from|encodeURIComponent)$/;

/** @returns whether evaluating an expression twice gives equal results and changes nothing else. */
export function isPure(expression: ts.Expression, context: RuleContext): boolean {
  const node = unwrap(expression);
  if (ts.isIdentifier(node) || node.kind === ts.SyntaxKind.ThisKeyword) return true;
  if (ts.isLiteralExpression(node) && !ts.isRegularExpressionLiteral(node)) return true;
  if (/^(NullKeyword|TrueKeyword|FalseKeyword)$/.test(ts.SyntaxKind[node.kind])) return true;
  if (ts.isRegularExpressionLiteral(node)) return true;
  const pure = (it: ts.Expression) => isPure(it, context);
  if (ts.isPropertyAccessExpression(node)) return pure(node.expression);
  if (ts.isTemplateExpression(node)) return node.templateSpans.every((it) => pure(it.expression));
  if (ts.isArrayLiteralExpression(node)) {
    return node.elements.every((it) => pure(ts.isSpreadElement(it) ? it.expression : it));
  }
  if (ts.isConditionalExpression(node)) {
    return pure(node.condition) && pure(node.whenTrue) && pure(node.whenFalse);
  }
  if (ts.isBinaryExpression(node)) {
    return (
      /^(\+|\?\?|\|\|)$/.test(node.operatorToken.getText()) && pure(node.left) && pure(node.right)
    );
  }
  return ts.isCallExpression(node) && isPureCall(node, context) && node.arguments.every(pure);
}

function isPureCall(call: ts.CallExpression, context: RuleContext): boolean {
  const callee = unwrap(call.expression);
  const origin = context.origins.of(callee);
  if (origin?.module === null && PURE_GLOBALS.test(origin.path)) return true;
  if (!ts.isPropertyAccessExpression(callee)) return false;
  const { text } = callee.name;
  // `sort` changes the list it is called on, unless that was made for it.
  const sortsCopy =
    text === 'sort' && call.arguments.length === 0 && isFresh(callee.expression, context);
  return (PURE_METHODS.test(text) || sortsCopy) && isPure(callee.expression, context);
}

function isFresh(list: ts.Expression, { origins }: RuleContext): boolean {
  const node = unwrap(list);
  if (ts.isArrayLiteralExpression(node)) return true;
  return (
    ts.isCallExpression(node) &&
    /^(Object\.|Array\.from)/.test(origins.of(node.expression)?.path ?? '')
  );
}

/** @returns whether an expression makes a text from other values, by work worth doing once. */
export function makesText(node: ts.Node, { origins }: RuleContext): node is ts.Expression {
  if (node.kind === ts.SyntaxKind.TemplateExpression) return true;
  if (ts.isBinaryExpression(node)) return isConcatenation(node);
  if (!ts.isCallExpression(node) || !ts.isPropertyAccessExpression(node.expression)) return false;
  const { text } = node.expression.name;
  // A list's `join` takes the separator alone; that of a path takes its parts.
  if (text === 'join') return node.arguments.length <= 1 && !origins.of(node.expression)?.module;
  if (text !== 'stringify') return false;
  return node.arguments.length === 1 && origins.of(node.expression)?.path === 'JSON.stringify';
}

function isConcatenation(node: ts.BinaryExpression): boolean {
  if (node.operatorToken.kind !== ts.SyntaxKind.PlusToken) return false;
  const isPart =
    ts.isBinaryExpression(node.parent) &&
    node.parent.operatorToken.kind === ts.SyntaxKind.PlusToken;
  return !isPart && [node.left, node.right].some((it) => ts.isStringLiteralLike(it) || isText(it));
}

function isText(node: ts.Expression): boolean {
  if (ts.isStringLiteralLike(node) || ts.isTemplateExpression(node)) return true;
  return ts.isBinaryExpression(node) && (isText(node.left) || isText(node.right));
}

const KEY_NAME = /(key|keys|prefix|suffix|cacheId|cacheKey|fingerprint|signature|hash)$/i;
const KEY_METHODS =
  /^(get|set|has|delete|add|getItem|setItem|removeItem|setex|del|hget|hset|expire|remember|wrap|getOrCreate|getOrSet)$/;

/** @returns whether a text is used to look something up, by what takes it or what it is called. */
export function isKey(expression: ts.Node, { origins, model }: RuleContext): boolean {
  let at = expression;
  while (ts.isParenthesizedExpression(at.parent) || ts.isAsExpression(at.parent)) at = at.parent;
  const { parent } = at;
  if (ts.isVariableDeclaration(parent)) return KEY_NAME.test(model.textOf(parent.name));
  if (ts.isPropertyAssignment(parent)) return KEY_NAME.test(model.textOf(parent.name));
  if (ts.isElementAccessExpression(parent)) return parent.argumentExpression === at;
  if (!ts.isCallExpression(parent) || parent.expression === at) return false;
  const callee = unwrap(parent.expression);
  const index = parent.arguments.indexOf(at as ts.Expression);
  if (index === 0 && ts.isPropertyAccessExpression(callee) && KEY_METHODS.test(callee.name.text))
    return true;
  const parameter = origins.functionOf(callee)?.parameters[index];
  return parameter !== undefined && KEY_NAME.test(model.textOf(parameter.name));
}

/** @returns the source text without white space between tokens that line breaks may differ in. */
export function shapeOf(expression: ts.Node, { model }: RuleContext): string {
  return model
    .textOf(expression)
    .replace(/\s*\n\s*/g, ' ')
    .replace(/([([{,])\s+/g, '$1');
}
