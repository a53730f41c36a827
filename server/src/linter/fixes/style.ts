import { ts } from '../compiler';
import type { FileModel } from '../facts/model';
import { newlineOf } from '../suppressions';

/** How a file is written, so that a fix reads as if its author had made it. */
export interface FileStyle {
  quote: "'" | '"';
  semicolon: ';' | '';
  newline: string;
  /** One level of indentation. */
  indent: string;
  /** Whether modules are loaded with `require`. */
  isCommonJs: boolean;
  /** Whether type annotations may be written. */
  isTypeScript: boolean;
}

export function styleOf(model: FileModel): FileStyle {
  const { text } = model;
  const hasModuleSyntax = model.source.statements.some(
    (it) => ts.isImportDeclaration(it) || ts.isExportDeclaration(it) || ts.isExportAssignment(it),
  );
  return {
    quote: count(text, /'[^'\n"]*'/g) >= count(text, /"[^"\n']*"/g) ? "'" : '"',
    semicolon: usesSemicolons(model) ? ';' : '',
    newline: newlineOf(text),
    indent: /\n(\t| {2,8})(?=[^\s*])/.exec(text)?.[1] ?? '  ',
    isCommonJs: !hasModuleSyntax && /\brequire\s*\(/.test(text),
    isTypeScript: /\.[cm]?tsx?$/.test(model.file),
  };
}

function count(text: string, pattern: RegExp): number {
  return text.match(pattern)?.length ?? 0;
}

function usesSemicolons(model: FileModel): boolean {
  for (const statement of model.source.statements) {
    if (ts.isImportDeclaration(statement) || ts.isVariableStatement(statement)) {
      return model.text[statement.end - 1] === ';';
    }
  }
  return /;\r?\n/.test(model.text);
}

/** @returns the white space before the first character of the line that holds `offset`. */
export function indentAt(text: string, offset: number): string {
  const lineStart = text.lastIndexOf('\n', offset - 1) + 1;
  return /^[ \t]*/.exec(text.slice(lineStart, offset))?.[0] ?? '';
}
