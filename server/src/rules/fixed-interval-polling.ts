import { ts } from '../linter/compiler';
import {
  type FileModel,
  type FunctionNode,
  isAssignment,
  isFunctionNode,
  isWithin,
  unwrap,
  walkOwn,
} from '../linter/facts/model';
import { type ImportedWait, type Wait, waitOf } from '../linter/facts/waits';
import { backoffInLoop, backoffInTimer } from '../linter/fixes/backoff';
import { defineRule, type RuleContext } from '../linter/rule';

/** Hooks whose options poll while a component is mounted, and the option that says how often. */
const REFETCH_HOOKS: Readonly<Record<string, { hook: RegExp; option: string }>> = {
  '@tanstack/react-query': { hook: /^use\w*Quer(y|ies)$/, option: 'refetchInterval' },
  '@tanstack/vue-query': { hook: /^use\w*Quer(y|ies)$/, option: 'refetchInterval' },
  'react-query': { hook: /^use\w*Quer(y|ies)$/, option: 'refetchInterval' },
  swr: { hook: /^(useSWR\w*)?$/, option: 'refreshInterval' },
  '@apollo/client': { hook: /^use\w*Query$/, option: 'pollInterval' },
};

/** A loop that works in batches and pauses between them asks for nothing. */
const WORK =
  /^(update|process|delete|remove|insert|create|send|write|flush|migrate|clean|purge|drain|sync|handle|consume|publish|upload|import|export|archive|index)(?![a-z])/;

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

/**
 * @returns the call by which the loop learns a status that decides whether it goes on, when it asks
 * the same question in every turn; else `null`
 */
function questionOf(
  loop: ts.IterationStatement,
  wait: ts.Node,
  context: RuleContext,
): ts.Node | null {
  for (const decision of decisionsOf(loop)) {
    const question = statusCall(decision, loop, wait, context);
    if (question && asksTheSame(question, loop, context.model)) return question;
  }
  return null;
}

/** Conditions that end the loop: its own, and those of `if`s around a `break` or `return`. */
function decisionsOf(loop: ts.IterationStatement): ts.Expression[] {
  const decisions: ts.Expression[] = [];
  if (ts.isWhileStatement(loop) || ts.isDoStatement(loop)) decisions.push(loop.expression);
  if (ts.isForStatement(loop) && loop.condition) decisions.push(loop.condition);
  walkOwn(loop.statement, (node) => {
    const ends =
      ts.isReturnStatement(node) || (ts.isBreakStatement(node) && nearestBreakable(node) === loop);
    if (!ends) return;
    for (let at = node.parent; at !== loop; at = at.parent) {
      if (ts.isIfStatement(at)) decisions.push(at.expression);
      if (ts.isSwitchStatement(at)) decisions.push(at.expression);
    }
  });
  return decisions;
}

function nearestBreakable(node: ts.BreakStatement): ts.Node | null {
  for (let at = node.parent; at; at = at.parent) {
    if (
      node.label ? ts.isLabeledStatement(at) && at.label.text === node.label.text : isBreakable(at)
    ) {
      return node.label ? (at as ts.LabeledStatement).statement : at;
    }
  }
  return null;
}

function isBreakable(node: ts.Node): boolean {
  return ts.isIterationStatement(node, false) || ts.isSwitchStatement(node);
}

/** A call in the decision itself, or one whose result, taken in the loop, the decision reads. */
function statusCall(
  decision: ts.Expression,
  loop: ts.Node,
  wait: ts.Node,
  context: RuleContext,
): ts.CallExpression | null {
  let found: ts.CallExpression | null = null;
  const test = (node: ts.Node) => {
    if (found) return;
    if (ts.isCallExpression(node)) found = isQuestion(node, wait, context) ? node : null;
    if (ts.isIdentifier(node)) found ??= callBehind(node, loop, wait, context);
  };
  test(decision);
  walkOwn(decision, test);
  return found;
}

function callBehind(
  id: ts.Identifier,
  loop: ts.Node,
  wait: ts.Node,
  context: RuleContext,
): ts.CallExpression | null {
  const binding = context.model.resolve(id);
  if (!binding) return null;
  const values: ts.Expression[] = [];
  let declaration: ts.Node = binding.declaration;
  while (ts.isBindingElement(declaration)) declaration = declaration.parent.parent;
  if (ts.isVariableDeclaration(declaration) && isWithin(declaration, loop)) {
    if (declaration.initializer) values.push(declaration.initializer);
  }
  for (const write of context.model.writesOf(binding)) {
    const parent = write.parent;
    if (ts.isBinaryExpression(parent) && isWithin(parent, loop)) values.push(parent.right);
  }
  for (const value of values) {
    const plain = unwrap(value);
    const call = unwrap(ts.isAwaitExpression(plain) ? plain.expression : plain);
    if (ts.isCallExpression(call) && isQuestion(call, wait, context)) return call;
  }
  return null;
}

/** Clocks and conversions tell nothing about the thing waited for. */
function isQuestion(
  call: ts.CallExpression,
  wait: ts.Node,
  { origins, model }: RuleContext,
): boolean {
  if (isWithin(call, wait) || isWithin(wait, call)) return false;
  const origin = origins.of(call.expression);
  if (
    origin?.module === null &&
    /^(Date|Math|performance|Number|String|JSON|Boolean)\b/.test(origin.path)
  ) {
    return false;
  }
  if (
    waitOf(call, origins, model) !== null &&
    !('imported' in (waitOf(call, origins, model) ?? {}))
  ) {
    return false;
  }
  const callee = unwrap(call.expression);
  const name = ts.isPropertyAccessExpression(callee)
    ? callee.name.text
    : ts.isIdentifier(callee)
      ? callee.text
      : '';
  if (WORK.test(name)) return false;
  return !/^(shift|pop|next|read|includes|has|startsWith|endsWith|test|match|some|every|getTime|now)$/.test(
    name,
  );
}

/** Pagination and work lists ask something else in every turn. */
function asksTheSame(call: ts.Node, loop: ts.IterationStatement, model: FileModel): boolean {
  let same = true;
  walkOwn(call, (node) => {
    if (!ts.isIdentifier(node) || !same) return;
    const binding = model.resolve(node);
    if (!binding) return;
    const changes = model.writesOf(binding).some((id) => isWithin(id, loop));
    const isOwnStatus = isAssignedFrom(binding.declaration, call);
    if (changes && !isOwnStatus) same = false;
  });
  return same;
}

function isAssignedFrom(declaration: ts.Node, call: ts.Node): boolean {
  return isWithin(call, declaration);
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

function comparesLimit(node: ts.Node, fn: ts.Node): boolean {
  for (let at = node.parent; at && at !== fn; at = at.parent) {
    if (!ts.isIfStatement(at) || !ts.isBinaryExpression(at.expression)) continue;
    const kind = at.expression.operatorToken.kind;
    if (kind >= ts.SyntaxKind.LessThanToken && kind <= ts.SyntaxKind.GreaterThanEqualsToken)
      return true;
  }
  return false;
}

/** The status call that decides whether `node` runs. */
function statusBefore(node: ts.Node, fn: FunctionNode, context: RuleContext): ts.Node | null {
  const decisions: ts.Expression[] = [];
  for (let at = node.parent; at && at !== fn; at = at.parent) {
    if (ts.isIfStatement(at)) decisions.push(at.expression);
    if (ts.isConditionalExpression(at)) decisions.push(at.condition);
    if (ts.isBlock(at)) {
      for (const statement of at.statements) {
        if (statement.end > node.pos) break;
        if (ts.isIfStatement(statement) && findOwn(statement, ts.isReturnStatement)) {
          decisions.push(statement.expression);
        }
      }
    }
  }
  for (const decision of decisions) {
    const call = statusCall(decision, fn, node, context);
    if (call) return call;
  }
  return null;
}

function findOwn(root: ts.Node, test: (node: ts.Node) => boolean): ts.Node | null {
  let found: ts.Node | null = null;
  walkOwn(root, (node) => {
    if (!found && test(node)) found = node;
  });
  return found;
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
