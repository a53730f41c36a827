import { ts } from '../compiler';
import type { FileModel } from './model';
import type { Origin, Origins } from './origins';
import { isFunctionNode, unwrap } from './syntax';

/** A call that writes a log record. */
export interface LogCall {
  call: ts.CallExpression;
  /** As written: `this.log.debug`. */
  name: string;
  /** Whether a logger's level can switch the record off: trace, debug, verbose. */
  mayBeOff: boolean;
  /** Whether it is `console`, which has no level. */
  isConsole: boolean;
  /** Whether the logger formats `%j` itself, and only when the level is on. */
  takesFormat: boolean;
}

const LEVELS =
  /^(trace|debug|verbose|silly|http|info|log|notice|warn|warning|error|fatal|critical)$/;
const MAY_BE_OFF = /^(trace|debug|verbose|silly)$/;
/** What a logger is called where its type is out of sight. */
const LOGGER_NAME = /^[_#]?(log|logger|logging)$|[a-z](Log|Logger)$/;

/** Loggers that format `%j` lazily: what their values come from. */
const FORMATTING: readonly { module: string; path: RegExp }[] = [
  { module: 'pino', path: /^(\(\)|pino\(\)|type:(Logger|BaseLogger))/ },
  {
    module: 'fastify',
    path: /^((\(\)|fastify\(\)|Fastify\(\)|type:FastifyInstance)\.log$|type:FastifyBaseLogger)/,
  },
  { module: 'bunyan', path: /^createLogger\(\)|type:Logger/ },
];

/** @returns the log call that `node` is an argument of, or part of one; `null` behind a callback. */
export function logCallAround(node: ts.Node, origins: Origins, model: FileModel): LogCall | null {
  for (let at = node.parent, from = node; at; from = at, at = at.parent) {
    if (isFunctionNode(at) || ts.isStatement(at)) return null;
    if (!ts.isCallExpression(at) || at.expression === from) continue;
    const found = logCallOf(at, origins, model);
    if (found) return found;
    // The result of another function is logged, which may need the text.
    if (!ts.isPropertyAccessExpression(at.expression)) return null;
  }
  return null;
}

/** @returns what kind of log call it is; `null` for all others. */
export function logCallOf(
  call: ts.CallExpression,
  origins: Origins,
  model: FileModel,
): LogCall | null {
  const callee = unwrap(call.expression);
  if (!ts.isPropertyAccessExpression(callee) || !LEVELS.test(callee.name.text)) return null;
  const origin = origins.of(callee.expression);
  const isConsole = origin?.module === null && origin.path === 'console';
  const takesFormat = origin !== null && isFormatting(origin);
  if (!isConsole && !takesFormat && !isLogger(callee.expression)) return null;
  return {
    call,
    name: model.textOf(callee),
    mayBeOff: !isConsole && MAY_BE_OFF.test(callee.name.text),
    isConsole,
    takesFormat,
  };
}

function isLogger(receiver: ts.Expression): boolean {
  const value = unwrap(receiver);
  if (ts.isIdentifier(value)) return LOGGER_NAME.test(value.text);
  return ts.isPropertyAccessExpression(value) && LOGGER_NAME.test(value.name.text);
}

function isFormatting({ module, path }: Origin): boolean {
  return FORMATTING.some((row) => row.module === module && row.path.test(path));
}

const LEVEL_TEST = /debug|verbose|trace|level|enabled|silent|process\.env|\blog\b/i;

/** @returns whether a condition on the log level (or a debug switch) decides about `node`. */
export function isBehindLevelGuard(node: ts.Node, model: FileModel): boolean {
  const tests = (condition: ts.Node) => LEVEL_TEST.test(model.textOf(condition));
  for (let at = node.parent, from = node; at; from = at, at = at.parent) {
    if (ts.isIfStatement(at) && at.expression !== from && tests(at.expression)) return true;
    if (ts.isConditionalExpression(at) && at.condition !== from && tests(at.condition)) return true;
    if (ts.isBinaryExpression(at) && at.right === from && tests(at.left)) return true;
    if (ts.isCallExpression(at) && at.questionDotToken) return true;
    if (ts.isBlock(at)) {
      for (const statement of at.statements) {
        if (statement === from) break;
        if (ts.isIfStatement(statement) && leaves(statement) && tests(statement.expression)) {
          return true;
        }
      }
    }
    if (isFunctionNode(at) && !ts.isArrowFunction(at)) return false;
  }
  return false;
}

function leaves({ thenStatement }: ts.IfStatement): boolean {
  const last = ts.isBlock(thenStatement) ? thenStatement.statements.at(-1) : thenStatement;
  return !!last && (ts.isReturnStatement(last) || ts.isContinueStatement(last));
}
