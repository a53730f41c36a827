import type { TextEdit } from '../../../../shared/finding';
import { ts } from '../compiler';
import type { Stop, TimingPair } from '../facts/clocks';
import type { FileModel } from '../facts/model';
import { isFunctionNode } from '../facts/syntax';
import type { RuleContext } from '../rule';
import { indentAt, styleOf } from './style';
import { isListHolder } from './timed-region';

/** How one place that took the difference reads it from a timer. */
export interface TimerStop {
  edits(timer: string): TextEdit[];
}

/**
 * @returns how every difference of a pair becomes the duration of a timer that is ended before it,
 * or `null` when one run may take more than one difference, as a timer ends only once
 */
export function timerStops(pair: TimingPair, { model }: RuleContext): TimerStop[] | null {
  const byAnchor = new Map<ts.Statement, Stop[]>();
  for (const stop of pair.stops) {
    const anchor = anchorOf(stop.end ?? stop.difference);
    if (!anchor) return null;
    byAnchor.set(anchor, [...(byAnchor.get(anchor) ?? []), stop]);
  }
  const anchors = [...byAnchor.keys()];
  const exclusive = anchors.every((a, i) => anchors.slice(i + 1).every((b) => excludes(a, b)));
  if (!exclusive) return null;
  const stops: TimerStop[] = [];
  for (const [anchor, taken] of byAnchor) {
    const stop = stopAt(anchor, taken, pair, model);
    if (!stop) return null;
    stops.push(stop);
  }
  return stops;
}

function stopAt(
  anchor: ts.Statement,
  stops: readonly Stop[],
  pair: TimingPair,
  model: FileModel,
): TimerStop | null {
  const start = model.start(anchor);
  const { newline, semicolon } = styleOf(model);
  const method = isInCatch(anchor, pair.start) ? 'fail' : 'end';
  const end = stops.find((it) => it.end)?.end;
  if (end && !isOnlyForPair(end, stops, model)) return null;
  return {
    edits(timer) {
      const call = `${timer}.${method}()${semicolon}`;
      const ended = end
        ? { start, end: anchor.end, newText: call }
        : { start, end: start, newText: `${call}${newline}${indentAt(model.text, start)}` };
      return [ended, ...stops.map((it) => durationEdit(it, pair, timer, model))];
    },
  };
}

/** `const end = …;` alone in its statement, read only to take this pair's difference. */
function isOnlyForPair(
  end: ts.VariableDeclaration,
  stops: readonly Stop[],
  model: FileModel,
): boolean {
  const list = end.parent;
  if (!ts.isVariableDeclarationList(list) || list.declarations.length > 1) return false;
  const binding = ts.isIdentifier(end.name) ? model.lookup(end.name.text, end) : undefined;
  if (!binding) return false;
  return model
    .usesOf(binding)
    .every((use) => stops.some(({ difference: it }) => it.pos <= use.pos && use.end <= it.end));
}

function durationEdit(stop: Stop, pair: TimingPair, timer: string, model: FileModel): TextEdit {
  let node: ts.Node = stop.difference;
  while (ts.isParenthesizedExpression(node.parent)) node = node.parent;
  const duration = `${timer}.durationMs`;
  const { parent } = node;
  // Whole ms stay whole, unless they are rounded or cut anyway.
  const isRounded =
    (ts.isPropertyAccessExpression(parent) && parent.name.text === 'toFixed') ||
    (ts.isCallExpression(parent) &&
      /^Math\.(round|floor|ceil|trunc)$/.test(parent.expression.getText()));
  const newText = pair.clock === 'whole-ms' && !isRounded ? `Math.round(${duration})` : duration;
  return { start: model.start(node), end: node.end, newText };
}

/** The statement of a list, in the node's own function, that another can be put before. */
function anchorOf(node: ts.Node): ts.Statement | null {
  for (let at = node; at.parent; at = at.parent) {
    if (isFunctionNode(at) || ts.isIterationStatement(at, false)) return null;
    if (isListHolder(at.parent) && ts.isStatement(at)) return at;
  }
  return null;
}

function isInCatch(node: ts.Node, start: ts.Node): boolean {
  for (let at = node.parent; at && at.pos > start.pos; at = at.parent) {
    if (ts.isCatchClause(at)) return true;
    const call = isFunctionNode(at) ? at.parent : null;
    if (call && isCatchCall(call)) return true;
  }
  return false;
}

function isCatchCall(node: ts.Node): boolean {
  return (
    ts.isCallExpression(node) &&
    ts.isPropertyAccessExpression(node.expression) &&
    node.expression.name.text === 'catch'
  );
}

/** Whether a run that reaches one statement does not reach the other. */
function excludes(a: ts.Node, b: ts.Node): boolean {
  const [earlier, later] = a.pos < b.pos ? [a, b] : [b, a];
  for (let at: ts.Node = earlier; at.parent; at = at.parent) {
    const { parent } = at;
    const holdsBoth = parent.pos <= later.pos && later.end <= parent.end;
    if (isListHolder(parent) && !holdsBoth && endsThere(parent.statements.at(-1))) return true;
    if (!holdsBoth) continue;
    if (ts.isTryStatement(parent)) {
      return parent.tryBlock === at && !!parent.catchClause && within(later, parent.catchClause);
    }
    if (ts.isIfStatement(parent)) return true;
    return isInCatch(later, parent) && !isListHolder(parent);
  }
  return false;
}

function within(node: ts.Node, outer: ts.Node): boolean {
  return outer.pos <= node.pos && node.end <= outer.end;
}

function endsThere(last: ts.Statement | undefined): boolean {
  return !!last && (ts.isReturnStatement(last) || ts.isThrowStatement(last));
}
