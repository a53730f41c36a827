import { ts } from '../compiler';
import type { ConsolePair, TimingPair } from '../facts/clocks';
import { enclosingFunction, walkAll } from '../facts/syntax';
import type { RuleContext } from '../rule';
import { styleOf } from './style';

/** Words between what was timed and the figure: "search took 12 ms". */
const FILLER =
  /[\s:=\-–(,]*\b(took|takes|in|after|is|was|of|within|completed?|finished|done|duration|elapsed|runtime|time|ran|ms)$/i;

/** @returns the name of a timed operation as source text: what the log calls it, or its function. */
export function operationName(pair: TimingPair, context: RuleContext): string {
  const logs = pair.stops.flatMap((it) => it.sinks).filter(({ kind }) => kind === 'log');
  const log = logs.map(({ node }) => node).find((it) => !tellsOfFailure(it));
  const said = log && ts.isCallExpression(log) ? namedInLog(log) : null;
  return quoted(said ?? functionName(pair.start, context), context);
}

/** @returns the label of `console.time` as it is written, or the function's name. */
export function consoleName(pair: ConsolePair, context: RuleContext): string {
  return pair.label ?? quoted(functionName(pair.start, context), context);
}

function tellsOfFailure(log: ts.Node): boolean {
  for (let at = log.parent; at; at = at.parent) if (ts.isCatchClause(at)) return true;
  return ts.isCallExpression(log) && /\.(error|warn)$/.test(log.expression.getText());
}

function quoted(name: string, { model }: RuleContext): string {
  const { quote } = styleOf(model);
  return `${quote}${name}${quote}`;
}

function namedInLog(log: ts.CallExpression): string | null {
  for (const argument of log.arguments) {
    let text: string | null = null;
    if (ts.isStringLiteralLike(argument)) text = argument.text;
    // A text that goes on after another value would be cut in the middle.
    if (ts.isTemplateExpression(argument) && argument.templateSpans.length === 1) {
      text = argument.head.text;
    }
    if (text === null) continue;
    let name = text.replace(/[^\w)\]]+$/, '');
    while (FILLER.test(name)) name = name.replace(FILLER, '').replace(/[^\w)\]]+$/, '');
    name = name.replace(/^\[[\w: -]+\]:?\s*/, '');
    return /^[A-Za-z][\w ./-]{2,39}$/.test(name) ? name : null;
  }
  return null;
}

/** Name of the nearest function that has one, with its class. */
function functionName(at: ts.Node, { contexts }: RuleContext): string {
  for (let fn = enclosingFunction(at); fn; fn = enclosingFunction(fn)) {
    const name = contexts.nameOf(fn);
    if (!name) continue;
    const owner = ts.isClassLike(fn.parent) ? fn.parent.name?.text : undefined;
    return owner ? `${owner}.${name}` : name;
  }
  return 'operation';
}

/** @returns whether a node below `root` passes the test, nested functions included. */
export function holds(root: ts.Node, test: (node: ts.Node) => boolean): boolean {
  let found = test(root);
  walkAll(root, (node) => {
    found ||= test(node);
  });
  return found;
}
