import { ts } from '../linter/compiler';
import type { FileModel } from '../linter/facts/model';
import { isAssignment, isFunctionNode, isWithin, unwrap, walkOwn } from '../linter/facts/syntax';
import { type ImportedWait, type Wait, waitOf } from '../linter/facts/waits';
import { backoffInLoop, backoffInTimer } from '../linter/fixes/backoff';
import { comparesLimit, findOwn, questionOf, statusBefore } from '../linter/questions';
import { defineRule, type RuleContext } from '../linter/rule';

/** Hooks whose options poll while a component is mounted, and the option that says how often. */
const REFETCH_HOOKS: Readonly<Record<string, { hook: RegExp; option: string }>> = {
  '@tanstack/react-query': { hook: /^use\w*Quer(y|ies)$/, option: 'refetchInterval' },
  '@tanstack/vue-query': { hook: /^use\w*Quer(y|ies)$/, option: 'refetchInterval' },
  'react-query': { hook: /^use\w*Quer(y|ies)$/, option: 'refetchInterval' },
  swr: { hook: /^(useSWR\w*)?$/, option: 'refreshInterval' },
  '@apollo/client': { hook: /^use\w*Query$/, option: 'pollInterval' },
};

const WHY = 'a quick answer is noticed late, and a slow one is asked for too often';

export default defineRule({
  meta: {
    id: 'fixed-interval-polling',
    summary: 'Status asked for at a fixed interval',
    why:
      'A loop that asks for a status and waits the same time between questions is slow for quick ' +
      'jobs and wasteful for long ones. Starting with a short wait and growing it up to a cap ' +
      '(exponential backoff) answers quick jobs sooner and asks long ones less often.',
    mission: '§5 Inefficient Polling in Foundry Agent',
    fix: 'suggestion',
    equivalents: [
      {
        tool: 'eslint',
        rule: 'no-await-in-loop',
        difference: 'flags every `await` in a loop, polling that must wait included',
      },
    ],
  },
  // An imported wait goes by one of these names; `await` must not match.
  triggers: [
    ...['setTimeout', 'setInterval', 'leep(', 'elay(', ' wait(', '.wait(', 'ause(', 'imeout('],
    ...['sleep-promise', 'p-sleep', "'delay'", '"delay"'],
    ...['refetchInterval', 'refreshInterval', 'pollInterval'],
  ],

  check(context) {
    for (const loop of context.model.loops) checkLoop(loop, context);
    for (const call of context.model.calls) {
      if (!ts.isCallExpression(call)) continue;
      checkInterval(call, context);
      checkSelfScheduling(call, context);
    }
    for (const property of context.model.properties) checkRefetch(property, context);
  },

  conclude(subject, answer) {
    if (answer.kind !== 'sleeps') return null;
    const tier = subject.tier === 'hot' ? 'hot' : 'async';
    const { number } = subject;
    const wait = typeof number === 'number' ? inWords(number * answer.msPerUnit) : subject.wait;
    return { tier, message: message(String(wait), String(subject.place)), evidence: [] };
  },
});

function message(wait: string, place: string): string {
  return (
    `This loop asks for a status and waits a fixed ${wait} between questions (it ${place}): ` +
    `${WHY}. Start with a short wait and grow it up to a cap.`
  );
}

/** `while (…) { status = await ask(); … await sleep(c) }` in its many spellings. */
function checkLoop(loop: ts.IterationStatement, context: RuleContext): void {
  if (ts.isForOfStatement(loop) || ts.isForInStatement(loop)) return;
  const { model, origins, contexts } = context;
  walkOwn(loop.statement, (node) => {
    if (!ts.isAwaitExpression(node) || nearestLoop(node) !== loop || isInCatch(node, loop)) return;
    const wait = waitOf(node.expression, origins, model);
    if (!wait || !isConstantIn(wait.time, loop, model)) return;
    const question = questionOf(loop, node, context);
    if (!question) return;
    const place = contexts.of(loop);
    if (place.tier === 'run-once') return;
    const tier = place.tier === 'hot' && !isLoopOnly(place.why) ? 'hot' : 'async';
    const text = describeWait(wait, model);
    const evidence = [{ at: question, message: 'the status it asks for' }];
    const statement = node.parent;
    const fix = ts.isExpressionStatement(statement)
      ? backoffInLoop(loop, statement, wait, context)
      : null;
    if ('imported' in wait) {
      const subject = { wait: text, number: numberOf(wait.time, model), place: place.why, tier };
      const asked = { kind: 'sleeps', ...wait.imported } as const;
      context.reportIf({ at: node, question: asked, subject, evidence, fix });
    } else {
      context.report({ at: node, tier, message: message(text, place.why), evidence, fix });
    }
  });
}

/** A loop is always in itself; that alone does not make it hot. */
function isLoopOnly(why: string): boolean {
  return why === 'runs once per loop turn';
}

function describeWait(wait: Wait | ImportedWait, model: FileModel): string {
  const number = numberOf(wait.time, model);
  if (number === null || 'imported' in wait) return `time (\`${model.textOf(wait.time)}\`)`;
  return inWords(number * wait.msPerUnit);
}

function numberOf(time: ts.Expression, model: FileModel): number | null {
  const text = model.textOf(time);
  return /^[\d_.]+$/.test(text) ? Number(text.replace(/_/g, '')) : null;
}

function inWords(ms: number): string {
  return ms >= 1000 ? `${ms / 1000} s` : `${ms} ms`;
}

function nearestLoop(node: ts.Node): ts.Node | null {
  for (let at = node.parent; at; at = at.parent) {
    if (ts.isIterationStatement(at, false)) return at;
    if (isFunctionNode(at)) return null;
  }
  return null;
}

/** A wait in a `catch` paces retries, not questions. */
function isInCatch(node: ts.Node, loop: ts.Node): boolean {
  for (let at = node.parent; at !== loop; at = at.parent) if (ts.isCatchClause(at)) return true;
  return false;
}

/** Whether the time waited is the same in every turn. */
function isConstantIn(time: ts.Expression, loop: ts.Node, model: FileModel): boolean {
  let constant = true;
  const test = (node: ts.Node) => {
    if (ts.isCallExpression(node) || ts.isConditionalExpression(node)) constant = false;
    if (!ts.isIdentifier(node) || !constant) return;
    const binding = model.resolve(node);
    if (!binding) return;
    if (isWithin(binding.declaration, loop) && !isFixedLocal(binding.declaration)) constant = false;
    if (model.writesOf(binding).some((id) => isWithin(id, loop))) constant = false;
  };
  test(time);
  walkOwn(time, test);
  if (!constant || !ts.isPropertyAccessExpression(unwrap(time))) return constant;
  return !assignsText(model.textOf(unwrap(time)), loop, model);
}

function isFixedLocal(declaration: ts.Node): boolean {
  return (
    ts.isVariableDeclaration(declaration) &&
    !!declaration.initializer &&
    ts.isNumericLiteral(declaration.initializer)
  );
}

function assignsText(target: string, root: ts.Node, model: FileModel): boolean {
  let found = false;
  walkOwn(root, (node) => {
    if (ts.isBinaryExpression(node) && isAssignment(node.operatorToken.kind)) {
      found ||= model.textOf(node.left) === target;
    }
  });
  return found;
}

/** `setInterval(async () => { … if (done) clearInterval(handle) … }, c)`. */
function checkInterval(call: ts.CallExpression, context: RuleContext): void {
  const { model, origins, contexts } = context;
  const origin = origins.of(call.expression);
  const isTimer = origin?.path === 'setInterval' && (origin.module ?? 'timers') === 'timers';
  const [callback, time] = call.arguments;
  if (!isTimer || !callback || !time || !isFunctionNode(callback)) return;
  const clears = findOwn(callback, (node) => {
    if (!ts.isCallExpression(node)) return false;
    return origins.of(node.expression)?.path === 'clearInterval';
  });
  // A watchdog compares what it measures with a limit; it waits for nothing to be done.
  const asks =
    clears && !comparesLimit(clears, callback) && statusBefore(clears, callback, context);
  const place = contexts.of(call);
  if (!asks || place.tier === 'run-once' || !isConstantIn(time, callback, model)) return;
  context.report({
    at: call,
    tier: place.tier === 'cold' ? 'async' : place.tier,
    message:
      `This timer asks for a status every ${describeWait({ time, msPerUnit: 1 }, model)} until it is done: ` +
      `${WHY}. Schedule each question with \`setTimeout\` and grow the wait up to a cap.`,
    evidence: [{ at: asks, message: 'the status it asks for' }],
    fix: null,
  });
}

/** `function poll() { …; if (!done) setTimeout(poll, c); }`. */
function checkSelfScheduling(call: ts.CallExpression, context: RuleContext): void {
  const { model, origins, contexts } = context;
  const origin = origins.of(call.expression);
  const isTimer = origin?.path === 'setTimeout' && (origin.module ?? 'timers') === 'timers';
  const [callback, time] = call.arguments;
  if (!isTimer || !callback || !time) return;
  const poll = origins.functionOf(callback);
  if (!poll || poll === callback || !isWithin(call, poll)) return;
  const asks = statusBefore(call, poll, context);
  const place = contexts.of(poll);
  if (!asks || place.tier === 'run-once' || !isConstantIn(time, poll, model)) return;
  context.report({
    at: call,
    tier: 'async',
    message:
      `This function asks for a status and schedules itself again after a fixed ` +
      `${describeWait({ time, msPerUnit: 1 }, model)}: ${WHY}. Grow the wait up to a cap.`,
    evidence: [{ at: asks, message: 'the status it asks for' }],
    fix: backoffInTimer(poll, call, time, context),
  });
}

/** `useQuery({ refetchInterval: 2000 })`. */
function checkRefetch(property: ts.PropertyAssignment, context: RuleContext): void {
  const { model, origins, contexts } = context;
  if (!ts.isIdentifier(property.name) || !ts.isNumericLiteral(unwrap(property.initializer))) return;
  const call = property.parent.parent;
  if (!ts.isCallExpression(call) || Number(model.textOf(property.initializer)) === 0) return;
  const origin = origins.of(call.expression);
  const row = origin?.module ? REFETCH_HOOKS[origin.module] : undefined;
  if (!row || !origin || !row.hook.test(origin.path) || property.name.text !== row.option) return;
  if (contexts.of(call).tier === 'run-once') return;
  context.report({
    at: property,
    tier: 'async',
    message:
      `This query is repeated every ${model.textOf(property.initializer)} ms while the component is ` +
      `mounted, finished or not: ${WHY}. Give \`${row.option}\` a function that grows the wait and ` +
      'stops when the answer is final.',
    evidence: [],
    fix: null,
  });
}
