import type { TextEdit } from '../../../../shared/finding';
import { ts } from '../compiler';
import type { FileModel } from '../facts/model';
import { enclosingFunction, isFunctionNode, walkAll } from '../facts/syntax';
import { topStatement } from './imports';
import { indentAt, styleOf } from './style';

/**
 * Moves a call that depends on module-level names alone to module level.
 * @param names names for the constant when the call has none of its own, best first
 * @returns the edits, or `null` when the call cannot stand before the statement that holds it
 */
export function hoistCall(
  call: ts.CallExpression,
  names: readonly string[],
  model: FileModel,
): TextEdit[] | null {
  const place = topStatement(call);
  if (!place || !isDeclaredBefore(call, place, model)) return null;
  const { semicolon, newline } = styleOf(model);
  const at = startWithComments(place, model);
  const own = ownDeclaration(call, model);
  const name = own?.name ?? names.find((it) => !model.declaresAnywhere(it));
  if (!name) return null;
  const text = `const ${name} = ${dedent(call, model)}${semicolon}${newline}${newline}`;
  const added = { start: at, end: at, newText: text };
  if (!own) return [added, { start: model.start(call), end: call.end, newText: name }];
  return [added, wholeLines(own.statement, model)];
}

/** Every variable of the module that the call reads is set when `place` is reached. */
function isDeclaredBefore(call: ts.CallExpression, place: ts.Statement, model: FileModel): boolean {
  let ready = true;
  walkAll(call, (node) => {
    if (!ts.isIdentifier(node)) return;
    const declaration = model.resolve(node)?.declaration;
    if (!declaration || enclosingFunction(declaration) || isFunctionNode(declaration)) return;
    if (declaration.pos >= place.pos && !ts.isImportDeclaration(place)) ready = false;
  });
  return ready;
}

/** `const render = Handlebars.compile(…);`, when the name means nothing else in the file. */
function ownDeclaration(call: ts.CallExpression, model: FileModel) {
  const declaration = call.parent;
  if (!ts.isVariableDeclaration(declaration) || declaration.initializer !== call) return null;
  const { name, type } = declaration;
  const list = declaration.parent;
  const statement = list.parent;
  if (!ts.isVariableDeclarationList(list) || !ts.isVariableStatement(statement)) return null;
  if (!ts.isIdentifier(name) || type) return null;
  if (list.declarations.length !== 1 || !(list.flags & ts.NodeFlags.Const)) return null;
  if (hasComments(statement, model)) return null;
  const binding = model.lookup(name.text, name);
  let isOnlyOne = true;
  walkAll(model.source, (node) => {
    if (ts.isIdentifier(node) && node.text === name.text && node !== name) {
      const isMember = ts.isPropertyAccessExpression(node.parent) && node.parent.name === node;
      if (!isMember && model.resolve(node) !== binding) isOnlyOne = false;
    }
  });
  return isOnlyOne ? { name: name.text, statement } : null;
}

function hasComments(statement: ts.Statement, model: FileModel): boolean {
  const { text } = model;
  return (
    (ts.getLeadingCommentRanges(text, statement.pos)?.length ?? 0) > 0 ||
    (ts.getTrailingCommentRanges(text, statement.end)?.length ?? 0) > 0
  );
}

function wholeLines(statement: ts.Statement, model: FileModel): TextEdit {
  const { text } = model;
  const start = model.start(statement);
  const before = indentAt(text, start).length;
  const after = /^[ \t]*(\r?\n)?/.exec(text.slice(statement.end))?.[0].length ?? 0;
  return { start: start - before, end: statement.end + after, newText: '' };
}

/** A doc comment stays with what it is about. */
function startWithComments(statement: ts.Statement, model: FileModel): number {
  const comments = ts.getLeadingCommentRanges(model.text, statement.pos) ?? [];
  const start = model.start(statement);
  let at = start;
  for (const comment of comments.toReversed()) {
    if (/\n[ \t]*\r?\n/.test(model.text.slice(comment.end, at))) break;
    at = comment.pos;
  }
  return at;
}

/** The call's text without the indentation of its place, unless a text in it spans lines. */
function dedent(call: ts.CallExpression, model: FileModel): string {
  const text = model.textOf(call);
  const indent = indentAt(model.text, lineStartOf(call, model));
  let hasLongText = false;
  walkAll(call, (node) => {
    const isTemplate = ts.isTemplateExpression(node) || ts.isNoSubstitutionTemplateLiteral(node);
    hasLongText ||= isTemplate && model.textOf(node).includes('\n');
  });
  return hasLongText || !indent ? text : text.replaceAll(`\n${indent}`, '\n');
}

function lineStartOf(call: ts.CallExpression, model: FileModel): number {
  let at: ts.Node = call;
  while (!ts.isStatement(at)) at = at.parent;
  return model.start(at);
}
