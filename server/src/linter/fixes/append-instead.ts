import type { TextEdit } from '../../../../shared/finding';
import { ts } from '../compiler';
import type { FileModel } from '../facts/model';
import type { WholeWrite } from '../facts/rewrites';
import type { Binding } from '../facts/scopes';
import { unwrap } from '../facts/syntax';
import type { LazyFix, RuleContext } from '../rule';
import { type AddedImport, addImport, topStatement } from './imports';
import { removeStatement } from './profiling-import';
import { styleOf } from './style';

/** A text that is read only to be written back with more behind it. */
export interface TextRewrite {
  write: WholeWrite;
  /** `const text = await readFile(path, 'utf8')`. */
  read: ts.VariableDeclaration;
  /** From here on, the content is new. */
  added: { start: number; text: string };
}

/** @returns the text added by `text + more` or `` `${text}more` ``, or `null` */
export function addedText(
  content: ts.Expression,
  read: ts.VariableDeclaration,
  { model }: RuleContext,
): TextRewrite['added'] | null {
  const node = unwrap(content);
  const isRead = (it: ts.Expression) =>
    ts.isIdentifier(it) && model.resolve(it)?.declaration === read;
  if (ts.isBinaryExpression(node)) {
    const [first, second, third] = operandsOf(node);
    if (!first || !second || !isRead(first)) return null;
    // Without a text before it, `before + 1 + 2` would become a sum.
    if (third && !isTextLiteral(second) && !isTextLiteral(third)) return null;
    const start = model.start(second);
    const text = model.text.slice(start, node.end);
    const isText = third || isTextLiteral(second) || /^JSON\.stringify\(/.test(text);
    return { start, text: isText ? text : `String(${text})` };
  }
  if (!ts.isTemplateExpression(node) || node.head.text !== '') return null;
  const [first, ...more] = node.templateSpans;
  if (!first || !isRead(unwrap(first.expression))) return null;
  const start = model.start(first.literal) + 1;
  const text = `\`${model.text.slice(start, node.end)}`;
  return more.length === 0 && first.literal.text === '' ? null : { start, text };
}

/** Operands of a chain of `+`, from left to right. */
function operandsOf(node: ts.Expression): ts.Expression[] {
  if (!ts.isBinaryExpression(node)) return [node];
  if (node.operatorToken.kind !== ts.SyntaxKind.PlusToken) return [node];
  return [...operandsOf(node.left), node.right];
}

function isTextLiteral(node: ts.Expression): boolean {
  return ts.isStringLiteralLike(node) || ts.isTemplateExpression(node);
}

/** Appends what is added, and reads nothing. */
export function appendFix(
  { write, read, added }: TextRewrite,
  context: RuleContext,
): LazyFix | null {
  const { model } = context;
  const list = read.parent;
  const statement = list.parent;
  if (!ts.isVariableDeclarationList(list) || list.declarations.length > 1) return null;
  if (!ts.isVariableStatement(statement) || !/^writeFile(Sync)?$/.test(write.name)) return null;
  const callee = unwrap(write.call.expression);
  const name = write.name.replace('write', 'append');
  const binding = ts.isIdentifier(callee) ? model.resolve(callee) : undefined;
  const anchor = binding?.imported && topStatement(binding.declaration);
  if (!ts.isPropertyAccessExpression(callee) && !anchor) return null;
  return {
    title: `Append with \`${name}\` instead of writing the whole file`,
    safety: 'suggestion',
    edits() {
      const edits: TextEdit[] = [
        removeStatement(statement, model),
        { start: model.start(write.content), end: write.content.end, newText: added.text },
      ];
      if (ts.isPropertyAccessExpression(callee)) {
        edits.push({ start: model.start(callee.name), end: callee.name.end, newText: name });
        return edits;
      }
      const imported = importAppend(name, binding as Binding, anchor as ts.Statement, model);
      const newText = imported.local;
      return [
        ...imported.edits,
        ...edits,
        { start: model.start(callee), end: callee.end, newText },
      ];
    },
  };
}

/** In place of the write, when that was its only use; else on a line of its own. */
function importAppend(
  name: string,
  write: Binding,
  anchor: ts.Statement,
  model: FileModel,
): AddedImport {
  const added = addImport(model, write.imported?.module ?? 'node:fs', name, anchor);
  const specifier = write.declaration;
  if (added.edits.length === 0 || added.local !== name || !ts.isImportSpecifier(specifier)) {
    return added;
  }
  const isOnlyUse = model.usesOf(write).length === 1;
  const start = model.start(isOnlyUse ? specifier : anchor);
  if (isOnlyUse) return { local: name, edits: [{ start, end: specifier.end, newText: name }] };
  const { quote, semicolon, newline } = styleOf(model);
  const from = `${quote}${write.imported?.module}${quote}`;
  const newText = `import { ${name} } from ${from}${semicolon}${newline}`;
  return { local: name, edits: [{ start, end: start, newText }] };
}
