import { ts } from './compiler';
import type { Context } from './facts/context';
import { enclosingFunction } from './facts/syntax';
import { canAwait } from './fixes/awaiting';
import type { RuleContext } from './rule';

/** What a worker thread's own file takes from `worker_threads`. */
const WORKER_SIDE = /\b(parentPort|workerData)\b/;

/**
 * @returns the context of a call that keeps the event loop from serving anyone else, or `null` when
 * nothing waits for it: nothing async or hot reaches the call, it runs once, or behind a memo
 */
export function heldLoop(call: ts.CallExpression, context: RuleContext): Context | null {
  const place = context.contexts.of(call);
  if (!place.async || place.tier === 'run-once' || context.memos.isBehindMemo(call)) return null;
  return place;
}

/**
 * @param instead what to await instead, as a clause in lower case
 * @returns what to do, as a sentence: at the call, or in its function when that cannot await
 */
export function awaitAdvice(
  call: ts.CallExpression,
  instead: string,
  { contexts }: RuleContext,
): string {
  if (canAwait(call)) return `${instead[0]?.toUpperCase()}${instead.slice(1)} instead.`;
  const fn = enclosingFunction(call);
  const name = fn && contexts.nameOf(fn);
  return `Make ${name ? `\`${name}\`` : 'this callback'} async and ${instead} in it.`;
}

/** A worker has an event loop of its own; blocking it delays nobody else. */
export function isWorkerFile({ model, origins }: RuleContext): boolean {
  const imports = model.imports.some(
    (it) =>
      /['"](node:)?worker_threads['"]/.test(it.moduleSpecifier.getText(model.source)) &&
      WORKER_SIDE.test(it.getText(model.source)),
  );
  if (imports || !model.text.includes('worker_threads')) return imports;
  return model.calls.some((call) => {
    const origin = ts.isCallExpression(call) ? origins.of(call) : null;
    if (origin?.module !== 'worker_threads' || origin.path !== '') return false;
    return WORKER_SIDE.test(model.textOf(call.parent));
  });
}
