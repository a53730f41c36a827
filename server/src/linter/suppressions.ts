import type { Span, TextEdit } from '../../../shared/finding';
import { ts } from './compiler';

/** A `slowpath-disable…` comment. */
export interface Directive extends Span {
  /** Where the comment's own words start; line and column from 0. */
  line: number;
  character: number;
  /** First and last line it covers, from 0. */
  fromLine: number;
  toLine: number;
  /** Rules it names; empty for all. */
  rules: string[];
  /** Text after ` -- `. */
  reason: string | null;
}

/** Every directive holds this; a file that holds none of it has none. */
export const DIRECTIVE_TRIGGER = 'slowpath-disable';

const DIRECTIVE = /(\/\/|\/\*|\*)[ \t]*(slowpath-disable(?:-next-line|-line)?)(?![\w-])([^\n\r]*)/g;

/** @returns the directives of a file, in order; look-alikes in strings and templates are not. */
export function findDirectives(source: ts.SourceFile): Directive[] {
  const { text } = source;
  if (!text.includes(DIRECTIVE_TRIGGER)) return [];
  const directives: Directive[] = [];
  for (const match of text.matchAll(DIRECTIVE)) {
    const start = match.index + match[0].indexOf('slowpath');
    if (!isInComment(source, start)) continue;
    const [list, reason] = splitReason(match[3] ?? '');
    const { line, character } = source.getLineAndCharacterOfPosition(start);
    const end = start + (match[2] ?? '').length + list.trimEnd().length;
    const [fromLine, toLine] = coverage(match[2] ?? '', line);
    const rules = ruleNames(list);
    directives.push({ start, end, line, character, fromLine, toLine, rules, reason });
  }
  return directives;
}

function coverage(kind: string, line: number): [number, number] {
  if (kind.endsWith('-next-line')) return [line + 1, line + 1];
  if (kind.endsWith('-line')) return [line, line];
  return [0, Number.POSITIVE_INFINITY];
}

function splitReason(rest: string): [string, string | null] {
  const text = rest.replace(/\*\/.*$/, '');
  const dashes = text.indexOf('--');
  return dashes < 0 ? [text, null] : [text.slice(0, dashes), text.slice(dashes + 2).trim() || null];
}

function ruleNames(list: string): string[] {
  return list.split(/[\s,]+/).filter(Boolean);
}

function leafAt(source: ts.SourceFile, position: number): ts.Node {
  let node: ts.Node = source;
  for (;;) {
    const inner: ts.Node | undefined = ts.forEachChild(node, (child) =>
      child.pos <= position && position < child.end ? child : undefined,
    );
    if (!inner) return node;
    node = inner;
  }
}

/** Whether a position lies between tokens rather than in a literal. */
function isInComment(source: ts.SourceFile, position: number): boolean {
  const node = leafAt(source, position);
  const isLeaf =
    ts.isLiteralExpression(node) || ts.isTemplateLiteralToken(node) || ts.isJsxText(node);
  return !(isLeaf && node.getStart(source) <= position);
}

/**
 * @param file its name tells which syntax the text is in
 * @returns the edit that puts a `slowpath-disable-next-line` above the line of `offset`, or a
 * `slowpath-disable-line` before it where a line of its own would be part of a template or JSX text
 */
export function disableForLine(file: string, text: string, offset: number, rule: string): TextEdit {
  const lineStart = Math.max(text.lastIndexOf('\n', offset - 1) + 1, codeStart(text));
  const source = ts.createSourceFile(file, text, ts.ScriptTarget.Latest, false);
  if (!isBetweenTokens(source, lineStart)) {
    return { start: offset, end: offset, newText: `/* slowpath-disable-line ${rule} */ ` };
  }
  const indent = /^[ \t]*/.exec(text.slice(lineStart))?.[0] ?? '';
  const newText = `${indent}// slowpath-disable-next-line ${rule}${newlineOf(text)}`;
  return { start: lineStart, end: lineStart, newText };
}

/** Whether a comment may stand at a position: not inside a literal, nor in a JSX element's text. */
function isBetweenTokens(source: ts.SourceFile, position: number): boolean {
  const leaf = leafAt(source, position);
  return !ts.isJsxText(leaf) && isInComment(source, position);
}

/** @returns the edit that puts a `slowpath-disable` at the top of the file, below a `#!` line. */
export function disableForFile(text: string, rule: string): TextEdit {
  const newline = newlineOf(text);
  const comment = `/* slowpath-disable ${rule} */`;
  const isShebang = text.startsWith('#!');
  if (isShebang && !text.includes('\n')) {
    return { start: text.length, end: text.length, newText: newline + comment };
  }
  const start = isShebang ? text.indexOf('\n') + 1 : codeStart(text);
  return { start, end: start, newText: comment + newline };
}

/** Where a text's code can start: after a byte order mark. */
function codeStart(text: string): number {
  return text.charCodeAt(0) === 0xfeff ? 1 : 0;
}

/** @returns the newline style of a text: that of its first line. */
export function newlineOf(text: string): string {
  const at = text.indexOf('\n');
  return at > 0 && text[at - 1] === '\r' ? '\r\n' : '\n';
}
