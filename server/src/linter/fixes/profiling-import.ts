import type { TextEdit } from '../../../../shared/finding';
import { ts } from '../compiler';
import type { FileModel } from '../facts/model';
import { enclosingFunction } from '../facts/syntax';
import { type AddedImport, addImport, firstStatementAfterImports } from './imports';
import { indentAt, styleOf } from './style';

const MODULE = 'slowpath-profiling';

/** Brings a function of the profiling helper into a file, with the packages and before local files. */
export function importProfiling(model: FileModel, name: string): AddedImport {
  if (styleOf(model).isCommonJs) return requireProfiling(model, name);
  const next = model.imports.find((it) => {
    const module = ts.isStringLiteral(it.moduleSpecifier) ? it.moduleSpecifier.text : '';
    return /^[.#~]|^@\//.test(module) || (!module.startsWith('node:') && module > MODULE);
  });
  const last = model.imports.at(-1);
  const anchor = next ?? last ?? firstStatementAfterImports(model) ?? model.source.statements[0];
  if (!anchor) return { local: name, edits: [] };
  const added = addImport(model, MODULE, name, anchor);
  if (next || !last) return added;
  const { newline } = styleOf(model);
  const edits = added.edits.map((edit) =>
    edit.start === model.start(last) && edit.end === edit.start
      ? { start: last.end, end: last.end, newText: newline + edit.newText.trimEnd() }
      : edit,
  );
  return { local: added.local, edits };
}

/** The same with `require`: into the helper's own line, else after the last one. */
function requireProfiling(model: FileModel, name: string): AddedImport {
  const { quote, semicolon, newline } = styleOf(model);
  const own = new RegExp(`const \\{ ([\\w, ]+?) \\} = require\\((['"])${MODULE}\\2\\)`).exec(
    model.text,
  );
  if (own) {
    if (own[1]?.split(', ').includes(name)) return { local: name, edits: [] };
    const end = own.index + 'const { '.length + (own[1] ?? '').length;
    return { local: name, edits: [{ start: end, end, newText: `, ${name}` }] };
  }
  const line = `const { ${name} } = require(${quote}${MODULE}${quote})${semicolon}`;
  const { statements } = model.source;
  const next = firstStatementAfterImports(model);
  const last = next ? statements[statements.indexOf(next) - 1] : statements.at(-1);
  const at = last ? last.end : model.start(next ?? model.source);
  const newText = last ? newline + line : line + newline;
  return { local: name, edits: [{ start: at, end: at, newText }] };
}

/** A clock read into a variable; differences, which also read it, are no start. */
const READING =
  /\b(const|let|var) \w+ = \+?(new Date\(\)|[\w.]*\bnow\(\)|process\.hrtime)[^-\n]*$|console\.time\(/gm;

/**
 * @param at start of the timing
 * @param name what tells the timer from others of the same function
 * @returns a name that is free there: `timer`, where the function times only once
 */
export function timerName(model: FileModel, at: ts.Node, name: string): string {
  const scope = enclosingFunction(at) ?? model.source;
  const text = model.textOf(scope);
  const times = text.match(READING)?.length ?? 0;
  const own = `${name.replace(/(?<=\w)(Time|Timestamp|At)$/, '')}Timer`;
  const names = times > 1 ? [own] : ['timer', own];
  const isFree = (it: string) => !model.lookup(it, at) && !new RegExp(`\\b${it}\\b`).test(text);
  return names.find(isFree) ?? `${own}${model.position(at.end).line + 1}`;
}

/** Removes a statement, and its line when nothing else is on it. Comments stay. */
export function removeStatement(statement: ts.Statement, model: FileModel): TextEdit {
  const start = model.start(statement);
  const indent = indentAt(model.text, start).length;
  const rest = /^[ \t]*\r?\n/.exec(model.text.slice(statement.end))?.[0];
  const before = model.text[start - indent - 1];
  const ownsLine = rest !== undefined && (before === '\n' || before === undefined);
  if (!ownsLine) {
    const space = /^[ \t]+(?=\/[/*])/.exec(model.text.slice(statement.end))?.[0].length ?? 0;
    return { start, end: statement.end + space, newText: '' };
  }
  return { start: start - indent, end: statement.end + rest.length, newText: '' };
}
