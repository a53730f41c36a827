import { ts } from '../compiler';
import type { RuleContext } from '../rule';
import { isWithin, unwrap } from './syntax';

/** Where a duration goes. */
export interface Sink {
  /** `threshold` is the test of an `if` that does nothing but log. */
  kind: 'log' | 'store' | 'threshold';
  node: ts.Node;
}

/** A line of a log is told from other calls by its method and by what its receiver is called. */
const LOG_METHODS = /^(log|debug|info|warn|error|trace|verbose|silly|notice|http)$/;
const LOG_RECEIVER = /(^|[_a-z])(log|logger|console)$|Log(ger)?$/;

/** Lists, maps and sums that hold timings, by what they are called. */
const TIMING_STORE = /timing|duration|elapsed|latenc|times$|total_?(ms|time)/i;

/** Functions that turn a duration into another unit or into text. */
const CONVERSIONS =
  /^(Math\.(round|floor|ceil|trunc|max)|Number|String|parseFloat|JSON\.stringify)$/;
const FORMATTER = /^(ms|prettyMs|prettyMilliseconds|format\w*|humani[sz]e\w*|pretty\w*)$/i;

const MAX_DEPTH = 3;

/** @returns whether a call writes a line of a log. */
export function isLogCall(call: ts.CallExpression, { model, origins }: RuleContext): boolean {
  const origin = origins.of(call.expression);
  if (origin?.module === null && /^console\.\w+$/.test(origin.path)) {
    return LOG_METHODS.test(origin.path.slice('console.'.length));
  }
  if (origin?.module === 'debug' && /\(\)$/.test(origin.path)) return true;
  const callee = unwrap(call.expression);
  // `import debug from './debug'`.
  if (ts.isIdentifier(callee)) {
    return /^(debug|log|logger)$/.test(callee.text) && model.resolve(callee)?.kind === 'import';
  }
  if (!ts.isPropertyAccessExpression(callee) || !LOG_METHODS.test(callee.name.text)) return false;
  const receiver = unwrap(callee.expression);
  if (ts.isPropertyAccessExpression(receiver)) return LOG_RECEIVER.test(receiver.name.text);
  return ts.isIdentifier(receiver) && LOG_RECEIVER.test(receiver.text);
}

/**
 * Follows a duration through conversions, texts, objects and constants to where it ends.
 * @returns every place it goes to, or `null` when one of them is neither a log nor a store of
 * timings: then the duration is a value of the program
 */
export function sinksOf(value: ts.Expression, context: RuleContext, depth = 0): Sink[] | null {
  if (depth > MAX_DEPTH) return null;
  const { parent } = value;
  const up = () => sinksOf(parent as ts.Expression, context, depth);
  switch (parent.kind) {
    case ts.SyntaxKind.ParenthesizedExpression:
    case ts.SyntaxKind.AsExpression:
    case ts.SyntaxKind.NonNullExpression:
    case ts.SyntaxKind.ObjectLiteralExpression:
    case ts.SyntaxKind.ArrayLiteralExpression:
    case ts.SyntaxKind.PropertyAssignment:
    case ts.SyntaxKind.ShorthandPropertyAssignment:
    case ts.SyntaxKind.TemplateSpan:
    case ts.SyntaxKind.TemplateExpression:
      return up();
    case ts.SyntaxKind.ElementAccessExpression:
      return (parent as ts.ElementAccessExpression).expression === value ? up() : null;
    case ts.SyntaxKind.ConditionalExpression:
      return (parent as ts.ConditionalExpression).condition === value ? null : up();
    case ts.SyntaxKind.PropertyAccessExpression: {
      const isText = /^to\w*(Fixed|String|Precision)$/.test(
        (parent as ts.PropertyAccessExpression).name.text,
      );
      return isText && ts.isCallExpression(parent.parent)
        ? sinksOf(parent.parent, context, depth)
        : null;
    }
    case ts.SyntaxKind.CallExpression:
      return callSinks(parent as ts.CallExpression, value, context, depth);
    case ts.SyntaxKind.BinaryExpression:
      return binarySinks(parent as ts.BinaryExpression, value, context, depth);
    case ts.SyntaxKind.VariableDeclaration:
      return variableSinks((parent as ts.VariableDeclaration).name, context, depth);
    default:
      return null;
  }
}

function callSinks(
  call: ts.CallExpression,
  value: ts.Expression,
  context: RuleContext,
  depth: number,
): Sink[] | null {
  if (call.expression === value) return null;
  if (isLogCall(call, context)) return [{ kind: 'log', node: call }];
  const origin = context.origins.of(call.expression);
  if (origin?.module === null && CONVERSIONS.test(origin.path))
    return sinksOf(call, context, depth);
  const callee = unwrap(call.expression);
  if (ts.isIdentifier(callee)) {
    return FORMATTER.test(callee.text) ? sinksOf(call, context, depth) : null;
  }
  if (!ts.isPropertyAccessExpression(callee)) return null;
  const receiver = context.model.textOf(callee.expression);
  const stores = /^(push|set)$/.test(callee.name.text) && TIMING_STORE.test(receiver);
  return stores && ts.isExpressionStatement(call.parent) ? [{ kind: 'store', node: call }] : null;
}

function binarySinks(
  binary: ts.BinaryExpression,
  value: ts.Expression,
  context: RuleContext,
  depth: number,
): Sink[] | null {
  switch (binary.operatorToken.kind) {
    case ts.SyntaxKind.PlusToken:
    case ts.SyntaxKind.MinusToken:
    case ts.SyntaxKind.AsteriskToken:
    case ts.SyntaxKind.SlashToken:
    case ts.SyntaxKind.PercentToken:
      return sinksOf(binary, context, depth);
    case ts.SyntaxKind.PlusEqualsToken: {
      const isStore = TIMING_STORE.test(context.model.textOf(binary.left));
      const isStatement = ts.isExpressionStatement(binary.parent);
      return binary.right === value && isStore && isStatement
        ? [{ kind: 'store', node: binary }]
        : null;
    }
    case ts.SyntaxKind.GreaterThanToken:
    case ts.SyntaxKind.GreaterThanEqualsToken:
    case ts.SyntaxKind.LessThanToken:
    case ts.SyntaxKind.LessThanEqualsToken:
      return thresholdOf(binary, context);
    default:
      return null;
  }
}

/** `if (elapsed > limit) log.warn(…)`, with or without an `else` that logs. */
function thresholdOf(binary: ts.BinaryExpression, context: RuleContext): Sink[] | null {
  const test = binary.parent;
  if (!ts.isIfStatement(test) || test.expression !== binary) return null;
  const logsOnly = (statement: ts.Statement): boolean => {
    if (ts.isBlock(statement)) return statement.statements.every(logsOnly);
    if (!ts.isExpressionStatement(statement)) return false;
    const call = unwrap(statement.expression);
    return ts.isCallExpression(call) && isLogCall(call, context);
  };
  if (!logsOnly(test.thenStatement)) return null;
  if (test.elseStatement && !logsOnly(test.elseStatement)) return null;
  return [{ kind: 'threshold', node: test }];
}

/** Where the uses of a constant (or of a destructured `[seconds, nanoseconds]`) go. */
function variableSinks(name: ts.BindingName, context: RuleContext, depth: number): Sink[] | null {
  if (!ts.isIdentifier(name)) {
    const sinks = name.elements.map((element) =>
      ts.isBindingElement(element) ? variableSinks(element.name, context, depth) : [],
    );
    return sinks.some((it) => it === null) ? null : (sinks as Sink[][]).flat();
  }
  const binding = context.model.lookup(name.text, name);
  if (!binding || context.model.writesOf(binding).length > 0) return null;
  const uses = context.model.usesOf(binding);
  if (uses.length === 0 || uses.some((use) => isWithin(use, name))) return null;
  const sinks = uses.map((use) => sinksOf(use, context, depth + 1));
  return sinks.some((it) => it === null) ? null : (sinks as Sink[][]).flat();
}
