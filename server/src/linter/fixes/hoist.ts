import type { TextEdit } from '../../../../shared/finding';
import { ts } from '../compiler';
import { enclosingFunction, isFunctionNode, isWithin } from '../facts/syntax';
import { inputsOf } from '../invariance';
import type { RuleContext } from '../rule';
import { freshName } from './names';
import { indentAt, styleOf } from './style';

/**
 * Computes an expression once, before a loop, and reads it inside.
 * @param names names for the constant, best first
 * @returns `null` where the expression cannot stand before the loop, or runs only in some turns
 */
export function hoistBefore(
  expression: ts.Expression,
  loop: ts.Node,
  names: readonly string[],
  context: RuleContext,
): (() => TextEdit[]) | null {
  const { model } = context;
  const statement = statementOf(loop);
  if (!statement || isGuarded(expression, loop, context) || hasComment(expression, context))
    return null;
  for (const binding of inputsOf(expression, context)) {
    const { declaration } = binding;
    const fn = enclosingFunction(loop);
    const isLocal = fn ? isWithin(declaration, fn) && !ts.isParameter(declaration) : true;
    if (isLocal && binding.kind !== 'import' && declaration.end > model.start(statement))
      return null;
  }
  const declaration = movable(expression, statement, context);
  if (declaration) return () => moveLine(declaration, statement, context);
  const name = freshName(names, loop, model);
  return () => {
    const { semicolon, newline } = styleOf(model);
    const start = model.start(statement);
    const line = `const ${name} = ${model.textOf(expression)}${semicolon}${newline}`;
    return [
      { start, end: start, newText: line + indentAt(model.text, start) },
      { start: model.start(expression), end: expression.end, newText: useOf(expression, name) },
    ];
  };
}

/** `const x = expression;` as a statement of its own, which can move as it stands. */
function movable(
  expression: ts.Expression,
  statement: ts.Statement,
  { model }: RuleContext,
): ts.VariableStatement | null {
  const declaration = expression.parent;
  if (!ts.isVariableDeclaration(declaration) || !ts.isIdentifier(declaration.name)) return null;
  const list = declaration.parent;
  const line = list.parent;
  if (!ts.isVariableDeclarationList(list) || !ts.isVariableStatement(line)) return null;
  const isAlone = list.declarations.length === 1 && (list.flags & ts.NodeFlags.Const) !== 0;
  const name = declaration.name.text;
  // Where the name means something else outside, or another loop has the same line, it stays.
  const declared = model.text.match(new RegExp(`\\b(const|let|var)\\s+${name}\\b`, 'g')) ?? [];
  if (!isAlone || declared.length > 1 || model.lookup(name, statement)) return null;
  // Comments before it would be left behind.
  return /^\s*$/.test(model.text.slice(line.pos, model.start(line))) ? line : null;
}

function moveLine(
  line: ts.VariableStatement,
  statement: ts.Statement,
  { model }: RuleContext,
): TextEdit[] {
  const start = model.start(statement);
  const newText = model.textOf(line) + styleOf(model).newline + indentAt(model.text, start);
  const rest = /^[ \t]*(\r?\n)?/.exec(model.text.slice(line.end))?.[0] ?? '';
  const from = model.start(line) - indentAt(model.text, model.start(line)).length;
  const isWholeLine = rest.endsWith('\n');
  return [
    { start, end: start, newText },
    isWholeLine
      ? { start: from, end: line.end + rest.length, newText: '' }
      : { start: model.start(line), end: line.end, newText: '' },
  ];
}

/** A shorthand property needs its name kept; nothing else depends on the place. */
function useOf(expression: ts.Expression, name: string): string {
  return ts.isShorthandPropertyAssignment(expression.parent)
    ? `${expression.getText()}: ${name}`
    : name;
}

/** @returns the statement of a block that holds the loop, when no function lies between them. */
function statementOf(loop: ts.Node): ts.Statement | null {
  let at = loop;
  while (at.parent && !isStatementList(at.parent)) {
    if (isFunctionNode(at.parent) || ts.isLabeledStatement(at.parent)) return null;
    // Evaluated anew or not at all, so that nothing can be moved before it unseen.
    if (ts.isIterationStatement(at.parent, false)) return null;
    at = at.parent;
  }
  return at.parent ? (at as ts.Statement) : null;
}

function isStatementList(node: ts.Node): boolean {
  return ts.isBlock(node) || ts.isSourceFile(node);
}

/** @returns whether a condition within the loop decides about `expression`. */
export function isConditional(expression: ts.Node, loop: ts.Node): boolean {
  return conditionsOn(expression, loop).length > 0;
}

/** Whether a condition may be what makes the expression valid: it reads the same variables. */
function isGuarded(expression: ts.Expression, loop: ts.Node, context: RuleContext): boolean {
  const inputs = inputsOf(expression, context);
  return conditionsOn(expression, loop).some((condition) => {
    if (ts.isTryStatement(condition)) return true;
    return [...inputsOf(condition, context)].some((it) => inputs.has(it));
  });
}

/** What decides, within the loop, whether `expression` is reached. */
function conditionsOn(expression: ts.Node, loop: ts.Node): ts.Node[] {
  const conditions: ts.Node[] = [];
  let from = expression;
  for (let at = expression.parent; at && at !== loop; from = at, at = at.parent) {
    if (ts.isIfStatement(at) && at.expression !== from) conditions.push(at.expression);
    if (ts.isConditionalExpression(at) && at.condition !== from) conditions.push(at.condition);
    if (ts.isSwitchStatement(at)) conditions.push(at.expression);
    if (ts.isTryStatement(at)) conditions.push(at);
    if (ts.isCallExpression(at) && at.questionDotToken) conditions.push(at.expression);
    if (ts.isBinaryExpression(at) && at.right === from && isShortCircuit(at))
      conditions.push(at.left);
    if (ts.isBlock(at)) {
      const before = at.statements.slice(0, at.statements.indexOf(from as ts.Statement));
      conditions.push(...before.filter(mayLeave));
    }
  }
  return conditions;
}

function isShortCircuit({ operatorToken }: ts.BinaryExpression): boolean {
  const { kind } = operatorToken;
  return (
    kind === ts.SyntaxKind.AmpersandAmpersandToken ||
    kind === ts.SyntaxKind.BarBarToken ||
    kind === ts.SyntaxKind.QuestionQuestionToken
  );
}

/** Whether a statement may end the turn: what follows it may be guarded by it. */
function mayLeave(statement: ts.Statement): boolean {
  let found = false;
  const visit = (node: ts.Node): void => {
    if (found || isFunctionNode(node)) return;
    found =
      ts.isReturnStatement(node) ||
      ts.isThrowStatement(node) ||
      ts.isContinueStatement(node) ||
      ts.isBreakStatement(node);
    ts.forEachChild(node, visit);
  };
  visit(statement);
  return found;
}

function hasComment(node: ts.Node, { model }: RuleContext): boolean {
  return /\/\/|\/\*/.test(model.textOf(node).replace(/(['"`])(?:\\.|(?!\1).)*\1/g, ''));
}
