import { ts } from '../linter/compiler';
import { consolePairOf, type TimingPair, timingPairOf } from '../linter/facts/clocks';
import { isCommandLinePath } from '../linter/facts/frameworks';
import type { FileModel } from '../linter/facts/model';
import { enclosingFunction } from '../linter/facts/syntax';
import { consoleFix, pairFix } from '../linter/fixes/timed-operation';
import { defineRule, type LocalEvidence, type RuleContext } from '../linter/rule';

const ADVICE = 'Time it with `timedOperation` of `slowpath-profiling`.';

export default defineRule({
  meta: {
    id: 'hand-rolled-timing',
    summary: 'Durations measured and logged by hand',
    why:
      'A clock read before and after, and a line of text with the difference, tells of one call. ' +
      'It keeps no percentiles, no threshold and no difference between the first call and later ' +
      'ones, and mostly says nothing of a call that fails. A timing helper records all of that ' +
      'under one name, in a log that can be charted.',
    mission: '§8 Add Performance Monitoring Utilities',
    fix: 'suggestion',
    // It costs the reader, not the user: no reason to fail a check.
    severity: { measured: 'information', hot: 'information' },
    equivalents: [],
  },
  triggers: ['Date.now', 'performance', 'hrtime', 'console.time', 'new Date()', 'now()'],

  check(context) {
    // What a command line tool prints about its run is meant for the one who runs it.
    if (isCommandLinePath(context.model.path) || isForBrowsers(context.model)) return;
    for (const call of context.model.calls) {
      checkConsole(call, context);
      const pair = timingPairOf(call, context);
      if (pair) reportPair(pair, context);
    }
  },
});

/** The helper writes its log with Node.js. */
function isForBrowsers(model: FileModel): boolean {
  if (model.jsxFunctions.size > 0 || /^\s*['"]use client['"]/.test(model.text)) return true;
  return /\b(window|document)\.(\w+)/.test(model.text) && !/from ['"]node:/.test(model.text);
}

function reportPair(pair: TimingPair, context: RuleContext): void {
  const { model, contexts } = context;
  const place = contexts.of(pair.read);
  if (place.tier === 'run-once') return;
  const sinks = pair.stops.flatMap((it) => it.sinks).filter(({ kind }) => kind !== 'threshold');
  const logs = sinks.some(({ kind }) => kind === 'log');
  const name = model.textOf(pair.start.name);
  const evidence = uniqueLines(sinks.map(({ node }) => node)).map(
    (at): LocalEvidence => ({ at, message: logs ? 'logs the difference' : 'keeps the difference' }),
  );
  context.report({
    at: pair.read,
    tier: place.tier,
    message:
      `\`${name}\` starts a timing by hand, and the difference is ${logs ? 'logged' : 'kept'} ` +
      `(${place.why}): ${loss(pair, logs)}. ${ADVICE}`,
    evidence: [...place.path, ...evidence],
    fix: pairFix(pair, context),
  });
}

/** What the pair does not tell. */
function loss(pair: TimingPair, logs: boolean): string {
  const figure = logs ? 'a line of text has no percentiles' : 'it stays inside this process';
  const fn = enclosingFunction(pair.start);
  const survives = pair.stops.some(({ difference }) => {
    for (let at: ts.Node = difference; at && at !== fn; at = at.parent) {
      if (ts.isCatchClause(at) || isFinally(at)) return true;
      if (ts.isCallExpression(at) && /^(catch|finally)$/.test(methodOf(at))) return true;
    }
    return false;
  });
  return survives ? figure : `${figure}, and a call that throws leaves none`;
}

function methodOf(call: ts.CallExpression): string {
  return ts.isPropertyAccessExpression(call.expression) ? call.expression.name.text : '';
}

function isFinally(node: ts.Node): boolean {
  return !!node.parent && ts.isTryStatement(node.parent) && node.parent.finallyBlock === node;
}

function uniqueLines(nodes: readonly ts.Node[]): ts.Node[] {
  return nodes.filter((node, i) => nodes.indexOf(node) === i);
}

/** `console.time(…)` … `console.timeEnd(…)`. */
function checkConsole(call: ts.CallExpression | ts.NewExpression, context: RuleContext): void {
  const pair = consolePairOf(call, context);
  if (!pair) return;
  const place = context.contexts.of(call);
  context.report({
    at: call,
    tier: place.tier,
    message:
      `\`console.time\` starts a timing by hand (${place.why}): what it prints has no percentiles, ` +
      `and calls that overlap share one label. ${ADVICE}`,
    evidence: [...place.path, ...pair.ends.map((at) => ({ at, message: 'ends the timing' }))],
    fix: consoleFix(pair, context),
  });
}
