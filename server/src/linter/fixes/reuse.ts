import type { TextEdit } from '../../../../shared/finding';
import { ts } from '../compiler';
import { inputsOf } from '../invariance';
import type { Repetition } from '../keys/repeated';
import type { RuleContext } from '../rule';
import { freshName } from './names';
import { indentAt, styleOf } from './style';

/** A way to make a text once, and what the reader is told of it. */
export interface Reuse {
  title: string;
  /** Whether every reader of the text surely takes it as it will be typed. */
  keepsTypes: boolean;
  edits(): TextEdit[];
}

/**
 * Reads the first result again: by the constant that holds it, else by a new one before it.
 * @param names names for a new constant, best first
 * @returns `null` where there is no place for a constant, or a comment would be lost
 */
export function reuseFirst(
  { first, again }: Repetition,
  names: readonly string[],
  context: RuleContext,
): Reuse | null {
  const { model } = context;
  if ([first, ...again].some((it) => /\/\/|\/\*/.test(model.textOf(it).replace(/:\/\//g, ''))))
    return null;
  const read = (name: string) =>
    again.map((it) => ({ start: model.start(it), end: it.end, newText: name }));
  const holder = first.parent;
  if (ts.isVariableDeclaration(holder) && ts.isIdentifier(holder.name) && isConst(holder)) {
    const { text } = holder.name;
    const binding = model.lookup(text, holder);
    if (!again.every((it) => model.lookup(text, it) === binding)) return null;
    const keepsTypes = !ts.isTemplateExpression(first) || !styleOf(model).isTypeScript;
    return { title: `Reuse \`${text}\``, keepsTypes, edits: () => read(text) };
  }
  const statement = statementOf(first);
  if (!statement || !isVisible(first, statement, context)) return null;
  const name = freshName(names, first, model);
  return {
    title: `Make the text once, as \`${name}\``,
    keepsTypes: true,
    edits() {
      const { semicolon, newline, isTypeScript } = styleOf(model);
      const start = model.start(statement);
      // What takes a template where it stands may ask for its literal type.
      const type = isTypeScript && ts.isTemplateExpression(first) ? ' as const' : '';
      const line = `const ${name} = ${model.textOf(first)}${type}${semicolon}${newline}`;
      return [
        { start, end: start, newText: line + indentAt(model.text, start) },
        { start: model.start(first), end: first.end, newText: name },
        ...read(name),
      ];
    },
  };
}

function isConst(declaration: ts.VariableDeclaration): boolean {
  return (declaration.parent.flags & ts.NodeFlags.Const) !== 0;
}

function statementOf(node: ts.Node): ts.Statement | null {
  let at = node;
  while (!ts.isStatement(at) && !ts.isFunctionLike(at)) at = at.parent;
  return ts.isStatement(at) && ts.isBlock(at.parent) ? at : null;
}

/** Whether what an expression reads is declared before the statement it is part of. */
function isVisible(node: ts.Node, statement: ts.Statement, context: RuleContext): boolean {
  const start = context.model.start(statement);
  return [...inputsOf(node, context)].every(
    ({ declaration }) =>
      declaration.end <= start ||
      declaration.pos > statement.end ||
      !inside(declaration, statement),
  );
}

function inside(node: ts.Node, statement: ts.Statement): boolean {
  return node.pos >= statement.pos && node.end <= statement.end;
}
