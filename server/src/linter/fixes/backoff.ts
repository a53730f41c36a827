import type { TextEdit } from '../../../../shared/finding';
import { ts } from '../compiler';
import type { PerformanceValues } from '../config';
import type { FileModel } from '../facts/model';
import { enclosingFunction, type FunctionNode } from '../facts/syntax';
import type { ImportedWait, Wait } from '../facts/waits';
import type { Answer, LazyFix, RuleContext } from '../rule';
import { nameWithin } from './names';
import { indentAt, styleOf } from './style';

const TITLE = 'Grow the wait between questions (exponential backoff)';

/**
 * Replaces a loop's constant wait with one that grows by a factor up to a cap: the mission's §5
 * figures, or the workspace's `performance:` values.
 * @param statement the statement that waits
 */
export function backoffInLoop(
  loop: ts.IterationStatement,
  statement: ts.ExpressionStatement,
  wait: Wait | ImportedWait,
  { model, performance }: RuleContext,
): LazyFix | null {
  const outer = ts.isLabeledStatement(loop.parent) ? loop.parent : loop;
  if (!ts.isBlock(outer.parent) && !ts.isSourceFile(outer.parent)) return null;
  return {
    title: TITLE,
    safety: 'suggestion',
    edits(answer?: Answer) {
      const msPerUnit =
        answer?.kind === 'sleeps' ? answer.msPerUnit : 'msPerUnit' in wait ? wait.msPerUnit : 1;
      const name = nameWithin(loop, 'pollDelay', model);
      return [
        declareBefore(outer, name, wait.time, msPerUnit, model, performance),
        { start: model.start(wait.time), end: wait.time.end, newText: name },
        ...growAfter(statement, grow(name, wait.time, msPerUnit, model, performance), model),
      ];
    },
  };
}

/**
 * The same for a function that schedules itself. Only where it is declared inside another function,
 * so that each run of that one starts with a short wait again.
 */
export function backoffInTimer(
  poll: FunctionNode,
  call: ts.CallExpression,
  time: ts.Expression,
  { model, performance }: RuleContext,
): LazyFix | null {
  const declaration = ts.isFunctionDeclaration(poll) ? poll : poll.parent.parent?.parent;
  const statement = call.parent;
  if (!enclosingFunction(poll) || !declaration || !ts.isBlock(declaration.parent)) return null;
  if (!ts.isExpressionStatement(statement)) return null;
  return {
    title: TITLE,
    safety: 'suggestion',
    edits() {
      const name = nameWithin(poll, 'pollDelay', model);
      return [
        declareBefore(declaration, name, time, 1, model, performance),
        { start: model.start(time), end: time.end, newText: name },
        ...growAfter(statement, grow(name, time, 1, model, performance), model),
      ];
    },
  };
}

/** The wait to start with is never longer than the one it replaces, the cap never shorter. */
function bounds(
  time: ts.Expression,
  msPerUnit: number,
  model: FileModel,
  performance: Readonly<PerformanceValues>,
) {
  const start = (performance.foundry_poll_interval * 1000) / msPerUnit;
  const cap = (performance.foundry_poll_max_interval * 1000) / msPerUnit;
  const text = model.textOf(time);
  const given = /^[\d_.]+$/.test(text) ? Number(text.replace(/_/g, '')) : null;
  if (given !== null) return { start: Math.min(start, given), cap: Math.max(cap, given) };
  return { start: `Math.min(${start}, ${text})`, cap: `Math.max(${cap}, ${text})` };
}

function declareBefore(
  statement: ts.Node,
  name: string,
  time: ts.Expression,
  msPerUnit: number,
  model: FileModel,
  performance: Readonly<PerformanceValues>,
): TextEdit {
  const { semicolon, newline } = styleOf(model);
  const start = model.start(statement);
  const value = bounds(time, msPerUnit, model, performance).start;
  const newText = `let ${name} = ${value}${semicolon}${newline}${indentAt(model.text, start)}`;
  return { start, end: start, newText };
}

function grow(
  name: string,
  time: ts.Expression,
  msPerUnit: number,
  model: FileModel,
  performance: Readonly<PerformanceValues>,
): string {
  const { cap } = bounds(time, msPerUnit, model, performance);
  const factor = performance.foundry_poll_backoff_factor;
  return `${name} = Math.min(${name} * ${factor}, ${cap})${styleOf(model).semicolon}`;
}

/** Adds a statement after another, in a block of its own where that one is a single body. */
function growAfter(statement: ts.Statement, added: string, model: FileModel): TextEdit[] {
  const { newline, indent } = styleOf(model);
  const start = model.start(statement);
  const own = indentAt(model.text, start);
  if (ts.isBlock(statement.parent) || ts.isCaseOrDefaultClause(statement.parent)) {
    // A comment behind the wait stays with it.
    const comment = /^[ \t]*\/\/[^\r\n]*/.exec(model.text.slice(statement.end))?.[0] ?? '';
    const end = statement.end + comment.length;
    return [{ start: end, end, newText: newline + own + added }];
  }
  const parentIndent = indentAt(model.text, model.start(statement.parent));
  const inner = parentIndent + indent;
  // From the end of the previous token, so that `while (x) wait();` and the two-line form agree.
  return [
    { start: statement.pos, end: start, newText: ` {${newline}${inner}` },
    {
      start: statement.end,
      end: statement.end,
      newText: `${newline}${inner}${added}${newline}${parentIndent}}`,
    },
  ];
}
