/** Where a text goes: who reads it in the end. */
import { ts } from './compiler';
import { logCallOf } from './facts/logging';
import { enclosingFunction, type FunctionNode, isFunctionNode, unwrap } from './facts/syntax';
import type { RuleContext } from './rule';

export interface Sink {
  /** `wire`: another program; `file`: a file; `log`: a log; `unknown`: people, or anyone. */
  kind: 'wire' | 'file' | 'log' | 'unknown';
  /** The call that takes the text. */
  at: ts.Node;
  /** What takes it, for messages. */
  what: string;
  /** The file written. */
  path?: ts.Expression;
}

const MAX_DEPTH = 5;

const TEXT_METHODS = /^(replace|replaceAll|trim|trimEnd|concat|toString|padEnd)$/;
const SENDING = /^(send|write|end|publish|emit|postMessage|enqueue|sendMessage|sendText|json)$/;
/** What the far end of a connection is called where its type is out of sight. */
const CONNECTION =
  /^[_#]?(res|resp|response|reply|client|peer|subscriber|ws|socket|websocket|conn|connection|sse|stream|channel|producer|publisher|redis|worker|port)$|(Socket|Connection|Channel|Publisher|Producer|Redis)$|^raw$/;
const STORE_METHODS = /^(set|setex|psetex|hset|lpush|rpush|publish|xadd|setItem)$/;
const STORE = /^[_#]?(redis|redisClient|localStorage|sessionStorage)$|Redis$/;
const FILE_MODULES = /^(fs|fs-extra|graceful-fs)$/;
const FILE_WRITES = /^(promises\.)?(writeFile|appendFile|outputFile)(Sync)?$/;
const REQUESTS = /^(fetch|axios|got|ky|undici|node-fetch|request|cross-fetch)\b/;

/** @returns everything that takes the value of `expression`; empty when nothing does. */
export function sinksOf(expression: ts.Node, context: RuleContext, depth = 0): Sink[] {
  if (depth > MAX_DEPTH) return [unknown(expression)];
  const { parent } = expression;
  switch (parent.kind) {
    case ts.SyntaxKind.ParenthesizedExpression:
    case ts.SyntaxKind.AsExpression:
    case ts.SyntaxKind.NonNullExpression:
    case ts.SyntaxKind.AwaitExpression:
    case ts.SyntaxKind.SatisfiesExpression:
      return sinksOf(parent, context, depth);
    case ts.SyntaxKind.TemplateSpan:
      return sinksOf(parent.parent, context, depth);
    case ts.SyntaxKind.ConditionalExpression: {
      const isTest = (parent as ts.ConditionalExpression).condition === expression;
      return isTest ? [] : sinksOf(parent, context, depth);
    }
    case ts.SyntaxKind.BinaryExpression:
      return ofBinary(parent as ts.BinaryExpression, expression, context, depth);
    case ts.SyntaxKind.VariableDeclaration:
      return ofVariable((parent as ts.VariableDeclaration).name, context, depth);
    case ts.SyntaxKind.PropertyAccessExpression: {
      const call = parent.parent;
      const { name } = parent as ts.PropertyAccessExpression;
      const isCall = ts.isCallExpression(call) && call.expression === parent;
      return isCall && TEXT_METHODS.test(name.text)
        ? sinksOf(call, context, depth)
        : [unknown(parent)];
    }
    case ts.SyntaxKind.ReturnStatement:
      return ofResult(enclosingFunction(parent), parent, context, depth);
    case ts.SyntaxKind.ArrowFunction:
      return ofResult(parent as ts.ArrowFunction, parent, context, depth);
    case ts.SyntaxKind.CallExpression:
    case ts.SyntaxKind.NewExpression:
      return ofArgument(parent as ts.CallExpression, expression, context, depth);
    case ts.SyntaxKind.PropertyAssignment:
    case ts.SyntaxKind.ShorthandPropertyAssignment:
      return [ofProperty(parent as ts.PropertyAssignment, context)];
    default:
      return [unknown(parent)];
  }
}

function unknown(at: ts.Node): Sink {
  return { kind: 'unknown', at, what: '' };
}

function ofBinary(
  binary: ts.BinaryExpression,
  part: ts.Node,
  context: RuleContext,
  depth: number,
): Sink[] {
  const { kind } = binary.operatorToken;
  if (kind === ts.SyntaxKind.EqualsToken && binary.right === part) {
    const target = unwrap(binary.left);
    return ts.isIdentifier(target) ? ofVariable(target, context, depth) : [unknown(binary)];
  }
  const joins =
    kind === ts.SyntaxKind.PlusToken ||
    kind === ts.SyntaxKind.QuestionQuestionToken ||
    kind === ts.SyntaxKind.BarBarToken;
  return joins ? sinksOf(binary, context, depth) : [unknown(binary)];
}

function ofVariable(name: ts.BindingName, context: RuleContext, depth: number): Sink[] {
  const { model } = context;
  const binding = ts.isIdentifier(name) ? model.lookup(name.text, name) : undefined;
  if (!binding || !ts.isVariableDeclaration(binding.declaration)) return [unknown(name)];
  const writes = new Set(model.writesOf(binding));
  const reads = model.usesOf(binding).filter((id) => !writes.has(id));
  return reads.flatMap((id) => sinksOf(id, context, depth + 1));
}

/** What a function's callers do with its result, when all of them are in this file. */
function ofResult(
  fn: FunctionNode | null,
  at: ts.Node,
  context: RuleContext,
  depth: number,
): Sink[] {
  if (!fn || context.exports.some((it) => it.fn === fn)) return [unknown(at)];
  const calls = context.model.calls.filter(
    (it) => ts.isCallExpression(it) && context.origins.functionOf(it.expression) === fn,
  );
  if (calls.length === 0) return [unknown(at)];
  return calls.flatMap((it) => sinksOf(it, context, depth + 1));
}

function ofArgument(
  call: ts.CallExpression | ts.NewExpression,
  argument: ts.Node,
  context: RuleContext,
  depth: number,
): Sink[] {
  if (call.expression === argument) return [unknown(call)];
  const { origins, model } = context;
  const callee = unwrap(call.expression);
  const origin = origins.of(callee);
  if (ts.isNewExpression(call)) {
    const isResponse = origin?.module === null && /^(Response|Request)$/.test(origin.path);
    return [isResponse ? sink('wire', call, `\`new ${origin.path}\``) : unknown(call)];
  }
  const index = call.arguments.indexOf(argument as ts.Expression);
  const name = `\`${model.textOf(callee)}\``;
  if (origin?.module === null && /^(Buffer\.from|encodeURIComponent|btoa)$/.test(origin.path)) {
    return sinksOf(call, context, depth);
  }
  if (FILE_MODULES.test(origin?.module ?? '') && FILE_WRITES.test(origin?.path ?? '')) {
    return [{ ...sink('file', call, name), path: call.arguments[0] as ts.Expression }];
  }
  if (logCallOf(call, origins, model)) return [sink('log', call, name)];
  if (isSend(callee)) return [sink('wire', call, name)];
  return ofParameter(call, index, context, depth);
}

function sink(kind: Sink['kind'], at: ts.Node, what: string): Sink {
  return { kind, at, what };
}

/** @returns whether a text goes out of the program, as far as what takes it is called. */
export function goesOut({ kind, at }: Sink): boolean {
  if (kind === 'wire' || kind === 'file') return true;
  if (!ts.isCallExpression(at) || !ts.isPropertyAccessExpression(at.expression)) return false;
  return /^(send|write|publish|postMessage)$/.test(at.expression.name.text);
}

/** `response.write(…)`, `redis.set(…)`: a method that sends, of something with a far end. */
function isSend(callee: ts.Expression): boolean {
  if (!ts.isPropertyAccessExpression(callee)) return false;
  const receiver = rootName(unwrap(callee.expression));
  const method = callee.name.text;
  if (STORE_METHODS.test(method) && STORE.test(receiver)) return true;
  return SENDING.test(method) && CONNECTION.test(receiver);
}

/** `res` of `res.status(200)`, else the last name of a member access. */
function rootName(receiver: ts.Expression): string {
  if (ts.isIdentifier(receiver)) return receiver.text;
  if (ts.isPropertyAccessExpression(receiver)) return receiver.name.text;
  if (ts.isCallExpression(receiver) && ts.isPropertyAccessExpression(receiver.expression)) {
    return rootName(unwrap(receiver.expression.expression));
  }
  return '';
}

/** Follows the text into a function of the file. */
function ofParameter(
  call: ts.CallExpression,
  index: number,
  context: RuleContext,
  depth: number,
): Sink[] {
  const fn = context.origins.functionOf(call.expression);
  const parameter = fn?.parameters[index];
  if (!fn || !parameter || !ts.isIdentifier(parameter.name) || !isFunctionNode(fn)) {
    return [unknown(call)];
  }
  const binding = context.model.lookup(parameter.name.text, parameter);
  if (!binding) return [unknown(call)];
  return context.model.usesOf(binding).flatMap((id) => sinksOf(id, context, depth + 1));
}

/** `fetch(url, { body })`. */
function ofProperty(
  property: ts.PropertyAssignment | ts.ShorthandPropertyAssignment,
  { origins, model }: RuleContext,
): Sink {
  const call = property.parent.parent;
  const name = ts.isIdentifier(property.name) ? property.name.text : '';
  if (!/^(body|data)$/.test(name) || !ts.isCallExpression(call)) return unknown(property);
  const origin = origins.of(call.expression);
  const source = origin && (origin.module ?? origin.path);
  if (!source || !REQUESTS.test(source)) return unknown(property);
  return sink('wire', call, `\`${model.textOf(call.expression)}\``);
}
