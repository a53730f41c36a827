import { ts } from '../compiler';
import type { FileModel } from './model';
import type { Origins } from './origins';
import { enclosingFunction, type FunctionNode, isFunctionNode, unwrap } from './syntax';

/** Packages and modules whose function waits for its first argument, in ms. */
const SLEEP_ORIGINS: readonly { module: string | null; path: string }[] = [
  { module: 'timers', path: 'promises.setTimeout' },
  { module: 'timers', path: 'promises.scheduler.wait' },
  { module: 'timers', path: 'promisify:setTimeout' },
  { module: null, path: 'promisify:setTimeout' },
  { module: 'delay', path: '' },
  { module: 'sleep-promise', path: '' },
  { module: 'p-sleep', path: '' },
];

/** A wait of a given time. */
export interface Wait {
  /** Expression of the time waited. */
  time: ts.Expression;
  /** Factor from that expression's value to ms. */
  msPerUnit: number;
}

/** A wait that holds only if an imported function proves to sleep. */
export interface ImportedWait {
  time: ts.Expression;
  imported: { module: string; name: string };
}

/**
 * @param promise what is awaited
 * @returns the wait it is, a wait that depends on an import, or `null`
 */
export function waitOf(
  promise: ts.Expression,
  origins: Origins,
  model: FileModel,
): Wait | ImportedWait | null {
  const expression = unwrap(promise);
  if (ts.isNewExpression(expression)) return promiseOfTimer(expression, origins);
  if (!ts.isCallExpression(expression)) return null;
  const [time] = expression.arguments;
  if (!time) return null;
  const fn = origins.functionOf(expression.expression);
  if (fn) {
    const msPerUnit = sleepMsPerUnit(fn, origins, model);
    return msPerUnit === null ? null : { time, msPerUnit };
  }
  const origin = origins.of(expression.expression);
  if (!origin) return null;
  if (SLEEP_ORIGINS.some((it) => it.module === origin.module && it.path === origin.path)) {
    return { time, msPerUnit: 1 };
  }
  if (origin.module === null || !/^[\w$]*$/.test(origin.path)) return null;
  return { time, imported: { module: origin.module, name: origin.path || 'default' } };
}

/** `new Promise((resolve) => setTimeout(resolve, time))` in any spelling. */
function promiseOfTimer(node: ts.NewExpression, origins: Origins): Wait | null {
  const origin = origins.of(node.expression);
  const executor = node.arguments?.[0];
  if (origin?.module !== null || origin.path !== 'Promise' || !executor) return null;
  if (!isFunctionNode(executor)) return null;
  const [resolve] = executor.parameters;
  const statement = onlyExpression(executor);
  if (!resolve || !ts.isIdentifier(resolve.name) || !statement) return null;
  const call = unwrap(statement);
  if (!ts.isCallExpression(call)) return null;
  const timer = origins.of(call.expression);
  const isTimer = timer?.path === 'setTimeout' && (timer.module ?? 'timers') === 'timers';
  const [callback, time] = call.arguments;
  if (!isTimer || !callback || !time) return null;
  return callsOnly(callback, resolve.name.text) ? { time, msPerUnit: 1 } : null;
}

/** Whether a timer callback is `name`, or a function that only calls it. */
function callsOnly(callback: ts.Expression, name: string): boolean {
  if (ts.isIdentifier(callback)) return callback.text === name;
  if (!isFunctionNode(callback)) return false;
  const expression = onlyExpression(callback);
  const call = expression && unwrap(expression);
  return (
    !!call &&
    ts.isCallExpression(call) &&
    ts.isIdentifier(call.expression) &&
    call.expression.text === name
  );
}

/** @returns the one expression a function consists of, returned or not. */
function onlyExpression(fn: FunctionNode): ts.Expression | null {
  const body = fn.body;
  if (!body) return null;
  if (!ts.isBlock(body)) return body;
  const [statement, ...rest] = body.statements;
  if (!statement || rest.length > 0) return null;
  if (ts.isReturnStatement(statement) || ts.isExpressionStatement(statement)) {
    return statement.expression ?? null;
  }
  return null;
}

/**
 * @returns the factor from the function's first argument to the ms it waits, when waiting is all
 * it does; else `null`
 */
export function sleepMsPerUnit(
  fn: FunctionNode,
  origins: Origins,
  model: FileModel,
): number | null {
  const [parameter] = fn.parameters;
  const only = onlyExpression(fn);
  if (!parameter || !ts.isIdentifier(parameter.name) || !only) return null;
  const awaited = ts.isAwaitExpression(only) ? only.expression : only;
  if (enclosingFunction(awaited) !== fn) return null;
  const wait = waitOf(awaited, origins, model);
  if (!wait || !('msPerUnit' in wait)) return null;
  const factor = factorOf(wait.time, parameter.name.text);
  return factor === null ? null : factor * wait.msPerUnit;
}

/** `ms` → 1, `seconds * 1000` → 1000. */
function factorOf(time: ts.Expression, parameter: string): number | null {
  const node = unwrap(time);
  if (ts.isIdentifier(node)) return node.text === parameter ? 1 : null;
  if (!ts.isBinaryExpression(node) || node.operatorToken.kind !== ts.SyntaxKind.AsteriskToken) {
    return null;
  }
  const sides = [unwrap(node.left), unwrap(node.right)];
  const name = sides.find((it) => ts.isIdentifier(it) && it.text === parameter);
  const number = sides.find(ts.isNumericLiteral);
  return name && number ? Number(number.text) : null;
}
