import type { TextEdit } from '../../../../shared/finding';
import { ts } from '../compiler';
import type { FileModel } from '../facts/model';
import type { OneWrite } from '../facts/row-writes';
import { enclosingFunction, isFunctionNode, unwrap, walkAll } from '../facts/syntax';
import type { WriteLoop } from '../facts/write-loops';
import type { LazyFix, RuleContext } from '../rule';
import { indentAt, styleOf } from './style';
import { isListHolder } from './timed-region';

/** @returns a fix that collects what a loop writes and writes it once, or `null`. */
export function collectFix(
  write: OneWrite,
  found: WriteLoop,
  context: RuleContext,
): LazyFix | null {
  const { model } = context;
  const loop = ts.isCallExpression(found.loop) ? forEachStatement(found.loop) : found.loop;
  const statement = statementOf(write.call);
  if (!loop || !isListHolder(loop.parent) || !statement) return null;
  if (write.kind === 'append') return appendFix(write, loop, statement, model);
  if (write.kind === 'prisma') return createManyFix(write, loop, statement, model);
  return write.kind === 'insert-one' ? insertManyFix(write, loop, statement, model) : null;
}

/** `items.forEach(…)` as a statement, with a callback that nobody could wait for. */
function forEachStatement(call: ts.CallExpression): ts.Statement | null {
  const callee = unwrap(call.expression);
  const isForEach = ts.isPropertyAccessExpression(callee) && callee.name.text === 'forEach';
  const [callback] = call.arguments;
  if (!isForEach || !callback || !isFunctionNode(callback)) return null;
  const isAsync = callback.modifiers?.some((it) => it.kind === ts.SyntaxKind.AsyncKeyword);
  return !isAsync && ts.isExpressionStatement(call.parent) ? call.parent : null;
}

function statementOf(call: ts.CallExpression): ts.ExpressionStatement | null {
  let at: ts.Node = call;
  while (ts.isAwaitExpression(at.parent)) at = at.parent;
  return ts.isExpressionStatement(at.parent) ? at.parent : null;
}

function appendFix(
  write: OneWrite,
  loop: ts.Node,
  statement: ts.ExpressionStatement,
  model: FileModel,
): LazyFix | null {
  const { call, value } = write;
  const isAwaited = ts.isAwaitExpression(call.parent);
  // Without `await` a promise or a callback would be left, whose order is open already.
  if (!value || !isText(value) || (!isAwaited && !/Sync$/.test(write.name))) return null;
  if (appendsTo(write, loop, model) > 1) return null;
  return {
    title: 'Collect the text and append it once',
    safety: 'suggestion',
    edits() {
      const { semicolon } = styleOf(model);
      const name = freeName(model, loop, 'lines');
      const head = model.text.slice(model.start(statement), model.start(value));
      const tail = model.text.slice(value.end, statement.expression.end) + semicolon;
      const once = `if (${name} !== '') ${head}${name}${tail}`.replace(/''/, quotes(model));
      return [
        ...around(loop, `let ${name} = ${quotes(model)}${semicolon}`, once, model),
        { start: model.start(statement), end: model.start(value), newText: `${name} += ` },
        { start: value.end, end: statement.end, newText: semicolon },
      ];
    },
  };
}

/** How often a loop appends to the same file. */
function appendsTo(write: OneWrite, loop: ts.Node, model: FileModel): number {
  const target = model.textOf(write.target);
  let count = 0;
  walkAll(loop, (node) => {
    if (!ts.isCallExpression(node) || !/appendFile(Sync)?$/.test(model.textOf(node.expression)))
      return;
    if (node.arguments[0] && model.textOf(node.arguments[0]) === target) count++;
  });
  return count;
}

function quotes(model: FileModel): string {
  const { quote } = styleOf(model);
  return quote + quote;
}

/** Whether an expression is a string for certain. */
function isText(expression: ts.Expression): boolean {
  const node = unwrap(expression);
  if (ts.isStringLiteralLike(node) || ts.isTemplateExpression(node)) return true;
  if (!ts.isBinaryExpression(node)) return false;
  if (node.operatorToken.kind !== ts.SyntaxKind.PlusToken) return false;
  return isText(node.left) || isText(node.right);
}

/**
 * `for (const x of list) await prisma.m.create({ data })` as one `createMany`. The rows are built in
 * its argument, where their literals keep the types that the client expects.
 */
function createManyFix(
  { call, value }: OneWrite,
  loop: ts.Node,
  statement: ts.ExpressionStatement,
  model: FileModel,
): LazyFix | null {
  const callee = unwrap(call.expression);
  if (!ts.isForOfStatement(loop) || !value || !ts.isPropertyAccessExpression(callee)) return null;
  const { initializer, statement: body } = loop;
  const isOnly = body === statement || (ts.isBlock(body) && body.statements.length === 1);
  if (!isOnly || !isOnlyStatement(body, statement, model)) return null;
  if (!ts.isVariableDeclarationList(initializer) || !ts.isAwaitExpression(call.parent)) return null;
  const [element] = initializer.declarations;
  if (!element || model.textOf(value).includes('await ')) return null;
  return {
    title: 'Write all rows with one `createMany`',
    safety: 'suggestion',
    edits() {
      const head = `await ${model.textOf(callee.expression)}.createMany({ data: Array.from(`;
      const row = model.textOf(value);
      const text = `${model.textOf(loop.expression)}, (${model.textOf(element.name)}) => `;
      const made = row.startsWith('{') ? `(${row})` : row;
      const newText = `${head}${text}${made}) })${styleOf(model).semicolon}`;
      return [{ start: model.start(loop), end: loop.end, newText }];
    },
  };
}

/** Whether a loop holds a statement and no comment beside it. */
function isOnlyStatement(body: ts.Node, statement: ts.Node, model: FileModel): boolean {
  const rest =
    model.text.slice(body.pos, model.start(statement)) + model.text.slice(statement.end, body.end);
  return /^[\s{}]*$/.test(rest) && !/\/[/*]/.test(model.textOf(statement));
}

/** The loop stays and collects; the documents are inserted after it. */
function insertManyFix(
  { call, value }: OneWrite,
  loop: ts.Node,
  statement: ts.ExpressionStatement,
  model: FileModel,
): LazyFix | null {
  const callee = unwrap(call.expression);
  if (!value || call.arguments.length > 1 || !ts.isPropertyAccessExpression(callee)) return null;
  const receiver = model.textOf(callee.expression);
  const { semicolon, isTypeScript } = styleOf(model);
  // In TypeScript the list needs a type, and a type needs a name to go by.
  const isNamed = /^[\w$.]+$/.test(receiver) && !receiver.startsWith('this');
  if (!ts.isAwaitExpression(call.parent) || (isTypeScript && !isNamed)) return null;
  return {
    title: 'Collect the documents and insert them with one `insertMany`',
    safety: 'suggestion',
    edits() {
      const name = freeName(model, loop, 'documents');
      const type = isTypeScript ? `: Parameters<typeof ${receiver}.insertOne>[0][]` : '';
      const once = `if (${name}.length > 0) await ${receiver}.insertMany(${name})${semicolon}`;
      return [
        ...around(loop, `const ${name}${type} = []${semicolon}`, once, model),
        { start: model.start(statement), end: model.start(value), newText: `${name}.push(` },
        { start: value.end, end: statement.end, newText: `)${semicolon}` },
      ];
    },
  };
}

/** Puts a line before and a line after a statement. */
function around(loop: ts.Node, before: string, after: string, model: FileModel): TextEdit[] {
  const { newline } = styleOf(model);
  const start = model.start(loop);
  const indent = indentAt(model.text, start);
  const comment = /^[ \t]*\/\/[^\r\n]*/.exec(model.text.slice(loop.end))?.[0] ?? '';
  const end = loop.end + comment.length;
  return [
    { start, end: start, newText: `${before}${newline}${indent}` },
    { start: end, end, newText: `${newline}${indent}${after}` },
  ];
}

/** A name that is free, and another one for each loop of a function. */
function freeName(model: FileModel, loop: ts.Node, name: string): string {
  const scope = enclosingFunction(loop) ?? model.source;
  const before = model.text.slice(model.start(scope), model.start(loop));
  const count =
    before.match(/\b(appendFile|writeFile|insertOne|insertMany)(Sync)?\(/g)?.length ?? 0;
  const text = model.textOf(scope);
  for (let i = count + 1; ; i++) {
    const candidate = i === 1 ? name : `${name}${i}`;
    if (!new RegExp(`\\b${candidate}\\b`).test(text)) return candidate;
  }
}
