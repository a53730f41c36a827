/** Objects and texts that a loop makes anew in every turn, though they are always equal. */
import { ts } from '../compiler';
import { unwrap } from '../facts/syntax';
import type { RuleContext } from '../rule';
import { isKey, isPure, makesText } from './expression';

export interface Construction {
  node: ts.Expression;
  /** For messages: "this `RegExp`". */
  what: string;
  /** Names for a constant that holds it, best first. */
  names: string[];
  /** Whether nothing but its cost tells one from another, and making one cannot fail. */
  safe: boolean;
}

/** A `TextEncoder` is missing on purpose: the benchmark measures no gain. */
const CLASSES =
  /^(RegExp|TextDecoder|Intl\.(NumberFormat|DateTimeFormat|Collator|PluralRules|RelativeTimeFormat|ListFormat|Segmenter|DisplayNames))$/;
/** Some of them may be called without `new`. */
const CLASS_NAME = /^(RegExp|NumberFormat|DateTimeFormat|Collator)$/;
const NAMES: Readonly<Record<string, string[]>> = {
  RegExp: ['pattern', 'regExp', 'matcher'],
  TextDecoder: ['decoder', 'textDecoder'],
  'Intl.NumberFormat': ['numberFormat', 'formatter'],
  'Intl.DateTimeFormat': ['dateFormat', 'formatter'],
  'Intl.Collator': ['collator'],
};

/** @returns what a call or `new` makes, when it is one of the constructions that cost. */
export function constructionOf(
  node: ts.CallExpression | ts.NewExpression,
  context: RuleContext,
): Construction | null {
  // Nothing is to be gained outside a loop; asked first, as most calls are none of these.
  if (!mayBeOne(node) || !context.contexts.placeOf(node).loop) return null;
  const path = globalPath(node, context);
  if (path !== null && CLASSES.test(path)) {
    const args = [...(node.arguments ?? [])];
    if (!args.every((it) => isFixedArgument(it, context)) || !isUsedInPlace(node, context))
      return null;
    if (path === 'RegExp' && !isStateless(args)) return null;
    if (path === 'TextDecoder' && streams(node, context)) return null;
    const safe = args.length === 0 && path !== 'RegExp';
    return { node, what: `\`${path}\``, names: [...(NAMES[path] ?? ['formatter'])], safe };
  }
  return ts.isCallExpression(node) ? listText(node, context) : null;
}

function mayBeOne(node: ts.CallExpression | ts.NewExpression): boolean {
  if (ts.isNewExpression(node)) return true;
  const callee = node.expression;
  const name = ts.isPropertyAccessExpression(callee) ? callee.name : callee;
  return ts.isIdentifier(name) && (name.text === 'join' || CLASS_NAME.test(name.text));
}

function globalPath(
  node: ts.CallExpression | ts.NewExpression,
  { origins }: RuleContext,
): string | null {
  const origin = origins.of(node.expression);
  return origin?.module === null ? origin.path : null;
}

function isFixedArgument(argument: ts.Expression, context: RuleContext): boolean {
  const value = unwrap(argument);
  if (ts.isObjectLiteralExpression(value)) {
    return value.properties.every(
      (it) =>
        ts.isShorthandPropertyAssignment(it) ||
        (ts.isPropertyAssignment(it) && isFixedArgument(it.initializer, context)),
    );
  }
  if (ts.isCallExpression(value)) {
    // A helper that escapes a text for a pattern.
    return (
      value.arguments.every((it) => isPure(it, context)) &&
      /escape/i.test(value.expression.getText())
    );
  }
  return isPure(value, context);
}

/** A pattern with `g` or `y` remembers where it stopped. */
function isStateless([, flags]: readonly ts.Expression[]): boolean {
  if (!flags) return true;
  const value = unwrap(flags);
  return ts.isStringLiteralLike(value) && !/[gy]/.test(value.text);
}

const STRING_METHODS = /^(match|replace|replaceAll|test|search|split|exec)$/;

/** Whether the object is only worked with: no one keeps it, compares it or adds to it. */
function isUsedInPlace(node: ts.Expression, { model }: RuleContext): boolean {
  const { parent } = node;
  if (ts.isPropertyAccessExpression(parent)) return true;
  if (ts.isCallExpression(parent) && parent.expression !== node) {
    const callee = unwrap(parent.expression);
    return ts.isPropertyAccessExpression(callee) && STRING_METHODS.test(callee.name.text);
  }
  if (!ts.isVariableDeclaration(parent) || !ts.isIdentifier(parent.name)) return false;
  const binding = model.lookup(parent.name.text, parent);
  if (binding?.kind !== 'const') return false;
  return model.usesOf(binding).every((id) => isWorkedWith(id));
}

function isWorkedWith(id: ts.Identifier): boolean {
  const { parent } = id;
  if (ts.isPropertyAccessExpression(parent)) return ts.isCallExpression(parent.parent);
  if (!ts.isCallExpression(parent) || parent.expression === id) return false;
  const callee = unwrap(parent.expression);
  return ts.isPropertyAccessExpression(callee) && STRING_METHODS.test(callee.name.text);
}

/** A decoder of a stream keeps the rest of a character for the next part. */
function streams(node: ts.Expression, { model }: RuleContext): boolean {
  return /\bstream\s*:/.test(model.text) || ts.isVariableDeclaration(node.parent);
}

/** `Object.keys(x).sort().join(',')` and the like, over all of a list. */
function listText(node: ts.CallExpression, context: RuleContext): Construction | null {
  const callee = unwrap(node.expression);
  if (!ts.isPropertyAccessExpression(callee) || !makesText(node, context)) return null;
  const list = unwrap(callee.expression);
  const isList =
    ts.isCallExpression(list) || ts.isPropertyAccessExpression(list) || isKey(node, context);
  if (!isList || !isPure(node, context) || ts.isArrayLiteralExpression(list)) return null;
  return { node, what: 'this text of a whole list', names: ['joined', 'joinedText'], safe: false };
}
