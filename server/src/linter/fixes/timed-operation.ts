import type { TextEdit } from '../../../../shared/finding';
import { ts } from '../compiler';
import type { ConsolePair, TimingPair } from '../facts/clocks';
import { isReference, walkAll } from '../facts/syntax';
import type { LazyFix, RuleContext } from '../rule';
import { consoleName, operationName } from './operation-name';
import { importProfiling, removeStatement, timerName } from './profiling-import';
import { isListHolder, type StatementList, timedRegion } from './timed-region';
import { type TimerStop, timerStops } from './timer-stops';

/**
 * Replaces a pair of clock readings by `timedOperation` around the statements in between, or, where
 * those cannot move into a function or the line logged says more than the duration, by a timer
 * that is ended in the same place.
 */
export function pairFix(pair: TimingPair, context: RuleContext): LazyFix | null {
  const list = pair.start.parent;
  if (pair.clock === 'hrtime' || !ts.isVariableDeclarationList(list)) return null;
  const statement = list.parent;
  if (!ts.isVariableStatement(statement) || list.declarations.length > 1) return null;
  const name = () => operationName(pair, context);
  const tail = loggedTail(pair, statement, context);
  const wrapped = tail && timedRegion(statement, tail, context);
  if (wrapped) {
    return {
      title: 'Time it with `timedOperation` instead of logging the difference',
      safety: 'suggestion',
      edits() {
        const added = importProfiling(context.model, 'timedOperation');
        const removed = [statement, ...tail].map((it) => removeStatement(it, context.model));
        return [...added.edits, ...removed, ...wrapped(added.local, name())];
      },
    };
  }
  const stops = timerStops(pair, context);
  if (!stops) return null;
  return {
    title: 'Time it with a timer of `slowpath-profiling`',
    safety: 'suggestion',
    edits: () => timerEdits(list, pair, stops, name(), context),
  };
}

/** `console.time` and `console.timeEnd` in one list of statements. */
export function consoleFix(pair: ConsolePair, context: RuleContext): LazyFix | null {
  const { model } = context;
  const statement = pair.start.parent;
  const ends = pair.ends.map((it) => it.parent);
  if (!ts.isExpressionStatement(statement) || !ends.every(ts.isExpressionStatement)) return null;
  const [end] = ends;
  const wrapped = ends.length === 1 && end ? timedRegion(statement, [end], context) : null;
  const name = () => consoleName(pair, context);
  if (wrapped && end) {
    return {
      title: 'Time it with `timedOperation`',
      safety: 'suggestion',
      edits() {
        const added = importProfiling(model, 'timedOperation');
        const removed = [statement, end].map((it) => removeStatement(it, model));
        return [...added.edits, ...removed, ...wrapped(added.local, name())];
      },
    };
  }
  // Two labels begun in one list of statements would need two names.
  const isAlone = isListHolder(statement.parent) && ends.every((it) => isListHolder(it.parent));
  if (!isAlone || !ends.every((it) => isInside(it, statement.parent))) return null;
  return {
    title: 'Time it with a timer of `slowpath-profiling`',
    safety: 'suggestion',
    edits() {
      const timer = timerName(model, pair.start, 'console');
      const added = importProfiling(model, 'timeOperation');
      const start = `const ${timer} = ${added.local}(${name()})`;
      return [
        ...added.edits,
        { start: model.start(pair.start), end: pair.start.end, newText: start },
        ...pair.ends.map((it) => ({
          start: model.start(it),
          end: it.end,
          newText: `${timer}.end()`,
        })),
      ];
    },
  };
}

function isInside(node: ts.Node, list: ts.Node): boolean {
  return list.pos <= node.pos && node.end <= list.end;
}

/**
 * The statements that take and log the difference and say nothing else, to be removed: `const end`,
 * `const elapsed` and the line of the log, one after the other; `null` when there is more to them.
 */
function loggedTail(
  pair: TimingPair,
  start: ts.VariableStatement,
  { model }: RuleContext,
): ts.Statement[] | null {
  const [stop, ...more] = pair.stops;
  if (!stop || more.length > 0 || stop.sinks.length !== 1 || !isListHolder(start.parent))
    return null;
  const [sink] = stop.sinks;
  const line = sink?.node.parent;
  if (sink?.kind !== 'log' || !line || !ts.isExpressionStatement(line)) return null;
  const log = sink.node as ts.CallExpression;
  const holder = statementIn(start.parent, stop.difference);
  const tail = [stop.end && statementIn(start.parent, stop.end), holder, line];
  const statements = [...new Set(tail)].filter((it) => it !== null);
  const list = start.parent.statements;
  const first = statements[0] ? list.indexOf(statements[0]) : -1;
  const isRun = statements.every((it, i) => first > 0 && list[first + i] === it);
  if (!isRun || !saysOnly(log, statements, stop.difference, model)) return null;
  if (losesLastUse(statements, start, model)) return null;
  return statements;
}

/** Whether a parameter, variable or field would be declared for nothing without some statements. */
function losesLastUse(
  statements: readonly ts.Statement[],
  start: ts.Statement,
  model: RuleContext['model'],
): boolean {
  const isGone = (node: ts.Node) =>
    [start, ...statements].some((it) => it.pos <= node.pos && node.end <= it.end);
  let loses = false;
  const visit = (node: ts.Node) => {
    if (ts.isPropertyAccessExpression(node) && node.expression.kind === ts.SyntaxKind.ThisKeyword) {
      const same = model.fieldUses.filter((use) => use.name.text === node.name.text);
      loses ||= same.every(isGone);
    }
    if (!ts.isIdentifier(node) || !isReference(node)) return;
    const binding = model.resolve(node);
    // An import of names is taken away with its last use.
    if (!binding || isGone(binding.declaration) || ts.isImportSpecifier(binding.declaration))
      return;
    loses ||= model.usesOf(binding).every(isGone);
  };
  for (const statement of statements) walkAll(statement, visit);
  return loses;
}

/** The statement of a list that holds a node. */
function statementIn(list: StatementList, node: ts.Node): ts.Statement | null {
  return list.statements.find((it) => it.pos <= node.pos && node.end <= it.end) ?? null;
}

/** Whether a line of a log tells nothing but fixed text and the duration. */
function saysOnly(
  log: ts.CallExpression,
  tail: readonly ts.Statement[],
  difference: ts.Node,
  model: RuleContext['model'],
): boolean {
  let only = true;
  const visit = (node: ts.Node): void => {
    if (node === difference || !only) return;
    if (ts.isCallExpression(node) || ts.isIdentifier(node)) only = isOfDuration(node, tail, model);
    if (node.kind === ts.SyntaxKind.ThisKeyword) only = false;
    if (ts.isPropertyAccessExpression(node)) visit(node.expression);
    else if (ts.isPropertyAssignment(node)) visit(node.initializer);
    else ts.forEachChild(node, visit);
  };
  for (const argument of log.arguments) visit(argument);
  return only;
}

/** `Math.round`, a formatter, or a variable that the removed statements declare. */
function isOfDuration(
  node: ts.CallExpression | ts.Identifier,
  tail: readonly ts.Statement[],
  model: RuleContext['model'],
): boolean {
  if (ts.isCallExpression(node)) return true;
  const { parent } = node;
  if (ts.isCallExpression(parent) && parent.expression === node) return true;
  if (/^(Math|Number|String|JSON)$/.test(node.text)) return true;
  const declared = model.resolve(node)?.declaration;
  return !!declared && tail.some((it) => it.pos <= declared.pos && declared.end <= it.end);
}

function timerEdits(
  list: ts.VariableDeclarationList,
  pair: TimingPair,
  stops: readonly TimerStop[],
  name: string,
  { model }: RuleContext,
): TextEdit[] {
  const timer = timerName(model, pair.start, pair.start.name.getText());
  const added = importProfiling(model, 'timeOperation');
  const newText = `const ${timer} = ${added.local}(${name})`;
  return [
    ...added.edits,
    { start: model.start(list), end: pair.start.end, newText },
    ...stops.flatMap((stop) => stop.edits(timer)),
  ];
}
