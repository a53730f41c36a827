import type { TextEdit } from '../../../../shared/finding';
import type { ts } from '../compiler';
import type { FileModel } from '../facts/model';
import { addImport, firstStatementAfterImports } from './imports';
import { type FileStyle, styleOf } from './style';

/** Which reader a fix adds to the file. */
export interface ReaderKind {
  /** `text` keeps the file's text, `value` keeps what was parsed and hands out copies. */
  keeps: 'text' | 'value';
  async: boolean;
  /** Whether the file is named by a `URL` instead of a string. */
  byUrl: boolean;
}

/** A reader that keeps files by modification time, as a name in the file and the edits to have it. */
export interface CachedReader {
  name: string;
  edits: TextEdit[];
}

/**
 * Adds a reader after the file's imports, or reuses the one an earlier fix added.
 * The file is read again when its modification time or size changes; a failed read is not kept;
 * concurrent first calls of an asynchronous reader share one read.
 * @param callee how the file calls the read function, to write the reader in the same way
 * @param anchor import or `require` the read function comes from
 */
export function addCachedReader(
  model: FileModel,
  kind: ReaderKind,
  callee: { text: string; object: string | null; module: string },
  anchor: ts.Statement,
): CachedReader | null {
  const base = kind.keeps === 'text' ? 'readTextCached' : 'readCached';
  const name = kind.async ? base : `${base}Sync`;
  if (new RegExp(`function ${name}\\b[\\s\\S]{0,600}mtimeMs`).test(model.text))
    return { name, edits: [] };
  const place = firstStatementAfterImports(model);
  if (!place || model.declaresAnywhere(name)) return null;
  const style = styleOf(model);
  const statName = kind.async ? 'stat' : 'statSync';
  const stat = callee.object
    ? { local: `${callee.object}.${statName}`, edits: [] }
    : addImport(model, callee.module, statName, anchor);
  const prefix = callee.module.startsWith('node:') ? 'node:' : '';
  const resolve = kind.byUrl ? null : resolveName(model, prefix, anchor);
  const code = readerCode(name, kind, style, {
    stat: stat.local,
    read: callee.text,
    key: resolve ? `${resolve.local}(file)` : 'file.href',
  });
  const start = place.pos + leadingSpace(model, place);
  return {
    name,
    edits: mergeInsertions([
      ...stat.edits,
      ...(resolve?.edits ?? []),
      { start, end: start, newText: code.join(style.newline) + style.newline.repeat(2) },
    ]),
  };
}

/** Insertions at one place become one edit, so that their order is certain. */
function mergeInsertions(edits: readonly TextEdit[]): TextEdit[] {
  const merged: TextEdit[] = [];
  for (const edit of edits) {
    const same = merged.find((it) => it.start === edit.start && it.end === edit.end);
    if (same) same.newText += edit.newText;
    else merged.push({ ...edit });
  }
  return merged;
}

/** Line breaks before a statement's comments stay above the inserted code. */
function leadingSpace(model: FileModel, statement: ts.Statement): number {
  return /^\s*/.exec(model.text.slice(statement.pos, statement.end))?.[0].length ?? 0;
}

/** `resolve` of `path`, through the module's object where the file imports that. */
function resolveName(model: FileModel, prefix: string, anchor: ts.Statement) {
  for (const declaration of model.imports) {
    const clause = declaration.importClause;
    if (!/^['"](node:)?path['"]$/.test(declaration.moduleSpecifier.getText(model.source))) continue;
    const named = clause?.namedBindings;
    const object = clause?.name ?? (named && 'name' in named ? named.name : undefined);
    if (object) return { local: `${object.text}.resolve`, edits: [] };
  }
  const required = /\b(?:const|let|var)\s+(\w+)\s*=\s*require\(['"](?:node:)?path['"]\)/.exec(
    model.text,
  );
  if (required) return { local: `${required[1]}.resolve`, edits: [] };
  return addImport(model, `${prefix}path`, 'resolve', anchor);
}

function mapName({ keeps, async }: ReaderKind): string {
  const what = keeps === 'text' ? 'Texts' : 'Values';
  return async ? `pending${what}` : `cached${what}`;
}

interface Names {
  stat: string;
  read: string;
  key: string;
}

function readerCode(name: string, kind: ReaderKind, style: FileStyle, names: Names): string[] {
  const lines =
    kind.keeps === 'text' ? textReader(name, kind, names) : valueReader(name, kind, names);
  return lines.map((line) => {
    const typed = style.isTypeScript ? line.replace(/[«»]/g, '') : line.replace(/«.*?»/g, '');
    const quoted = style.quote === "'" ? typed : typed.replace(/'/g, '"');
    const indented = quoted.replace(/^( {2})+/, (spaces) => style.indent.repeat(spaces.length / 2));
    return style.semicolon ? indented : indented.replace(/;$/, '');
  });
}

/** `«…»` marks what only TypeScript has. */
function textReader(name: string, kind: ReaderKind, { stat, read, key }: Names): string[] {
  const file = kind.byUrl ? 'URL' : 'string';
  const text = kind.async ? 'Promise<string>' : 'string';
  return [
    `const ${mapName(kind)} = new Map«<string, { mtimeMs: number; size: number; text: ${text} }>»();`,
    '',
    '/** Reads a text file once per version of it: again when its modification time or size changes. */',
    `${kind.async ? 'async ' : ''}function ${name}(file«: ${file}»)«: ${text}» {`,
    `  const key = ${key};`,
    ...statLines(kind, stat, mapName(kind)),
    `  if (hit && stats && hit.mtimeMs === stats.mtimeMs && hit.size === stats.size) return hit.text;`,
    `  const text = ${read}(file, 'utf8');`,
    ...keepLines(kind, mapName(kind), 'text'),
    '  return text;',
    '}',
  ];
}

function valueReader(name: string, kind: ReaderKind, { stat, key }: Names): string[] {
  const file = kind.byUrl ? 'URL' : 'string';
  const value = kind.async ? 'Promise<unknown>' : 'unknown';
  const result = kind.async ? 'Promise<T>' : 'T';
  const wait = kind.async ? 'await ' : '';
  return [
    `const ${mapName(kind)} = new Map«<string, { mtimeMs: number; size: number; value: ${value} }>»();`,
    '',
    '/**',
    ' * Reads and parses a file once per version of it: again when its modification time or size changes.',
    ' * Every caller gets a copy of its own.',
    ' */',
    `${kind.async ? 'async ' : ''}function ${name}«<T>»(file«: ${file}», read«: (file: ${file}) => ${result}»)«: ${result}» {`,
    `  const key = ${key};`,
    ...statLines(kind, stat, mapName(kind)),
    '  if (hit && stats && hit.mtimeMs === stats.mtimeMs && hit.size === stats.size) {',
    `    return structuredClone(${wait}hit.value)« as T»;`,
    '  }',
    '  const value = read(file);',
    ...keepLines(kind, mapName(kind), 'value'),
    `  return structuredClone(${wait}value);`,
    '}',
  ];
}

function statLines(kind: ReaderKind, stat: string, map: string): string[] {
  return [
    kind.async
      ? `  const stats = await ${stat}(file).catch(() => undefined);`
      : `  const stats = ${stat}(file, { throwIfNoEntry: false });`,
    `  const hit = ${map}.get(key);`,
  ];
}

function keepLines(kind: ReaderKind, map: string, value: string): string[] {
  const set = `${map}.set(key, { mtimeMs: stats.mtimeMs, size: stats.size, ${value} });`;
  if (!kind.async) return [`  if (stats) ${set}`];
  return [
    '  if (stats) {',
    `    ${set}`,
    '    // A failed read is not kept.',
    `    ${value}.catch(() => {`,
    `      if (${map}.get(key)?.${value} === ${value}) ${map}.delete(key);`,
    '    });',
    '  }',
  ];
}
