import type { TextEdit } from '../../../../shared/finding';
import { ts } from '../compiler';
import type { FileModel } from '../facts/model';
import { isWithin, unwrap } from '../facts/syntax';
import type { FixedPath } from '../fixed-path';
import type { LazyFix, RuleContext } from '../rule';
import { addCachedReader } from './cached-read';
import { isRequire, topStatement } from './imports';
import { indentAt } from './style';

/** A read of a configuration file and what becomes of its text. */
export interface ConfigRead {
  call: ts.CallExpression;
  mode: 'sync' | 'async';
  parse: ts.CallExpression;
  format: string;
  copyable: boolean;
  path: FixedPath;
}

/** Climbs over `await`, parentheses, casts and `.toString()`. */
export function outermostValue(node: ts.Expression): ts.Expression {
  let at = node;
  for (;;) {
    const { parent } = at;
    if (
      ts.isAwaitExpression(parent) ||
      ts.isParenthesizedExpression(parent) ||
      ts.isAsExpression(parent) ||
      ts.isNonNullExpression(parent)
    ) {
      at = parent;
    } else if (
      ts.isPropertyAccessExpression(parent) &&
      /^(toString|trim)$/.test(parent.name.text) &&
      ts.isCallExpression(parent.parent)
    ) {
      at = parent.parent;
    } else {
      return at;
    }
  }
}

/** A fix needs the text as UTF-8, and a result that can be handed out in copies. */
export function cacheFix(read: ConfigRead, context: RuleContext): LazyFix | null {
  const { model } = context;
  const { call, parse, mode } = read;
  const [file, encoding] = call.arguments;
  const isText = encoding && /^(['"])utf-?8\1$/i.test(model.textOf(encoding));
  const callee = unwrap(call.expression);
  const object = ts.isPropertyAccessExpression(callee) ? model.textOf(callee.expression) : null;
  const root = ts.isPropertyAccessExpression(callee) ? unwrap(callee.expression) : callee;
  const rootId = ts.isPropertyAccessExpression(root) ? root.expression : root;
  const binding = ts.isIdentifier(rootId) ? model.resolve(rootId) : undefined;
  const anchor = binding && topStatement(binding.declaration);
  const module = binding?.imported?.module ?? (anchor && requiredModule(anchor, model));
  if (!file || !isText || !anchor || !module || !isPathString(read.path)) return null;
  const keeps =
    read.format === 'JSON' && model.textOf(parse.expression) === 'JSON.parse' ? 'text' : 'value';
  const nested = outermostValue(call).parent === parse;
  const variable = nested ? null : movableVariable(call, parse, model);
  if (keeps === 'value' && !(read.copyable && (nested || variable))) return null;
  if (keeps === 'value' && isParsedTwoWays(read, context)) return null;
  if (keeps === 'value' && saysFile([parse, variable?.initializer], file, model)) return null;
  const kind = { keeps, async: mode === 'async', byUrl: read.path.isUrl } as const;
  const calleeInfo = { text: model.textOf(callee), object, module };
  if (!addCachedReader(model, kind, calleeInfo, anchor)) return null;
  return {
    title: 'Keep the result until the file changes',
    safety: parse.arguments.length > 1 && keeps === 'value' ? 'suggestion' : 'safe',
    edits() {
      const reader = addCachedReader(model, kind, calleeInfo, anchor);
      if (!reader) return [];
      if (keeps === 'text') {
        const newText = `${reader.name}(${model.textOf(file)})`;
        return [...reader.edits, { start: model.start(call), end: call.end, newText }];
      }
      const [wait, mark] = mode === 'async' ? ['await ', 'async '] : ['', ''];
      const body = variable
        ? parseWith(withFile(variable.initializer as ts.Expression, file, model), parse, model)
        : withFile(parse, file, model);
      const newText = `${wait}${reader.name}(${model.textOf(file)}, ${mark}(file) => ${body})`;
      const removed = variable ? [removeStatement(variable, model)] : [];
      return [...reader.edits, ...removed, { start: model.start(parse), end: parse.end, newText }];
    },
  };
}

/** A `const` for the text, in the statement before the parse and used nowhere else. */
function movableVariable(
  call: ts.CallExpression,
  parse: ts.CallExpression,
  model: FileModel,
): ts.VariableDeclaration | null {
  const declaration = outermostValue(call).parent;
  if (!ts.isVariableDeclaration(declaration) || !ts.isIdentifier(declaration.name)) return null;
  const list = declaration.parent;
  const statement = list.parent;
  if (!ts.isVariableDeclarationList(list) || list.declarations.length > 1) return null;
  if (!ts.isVariableStatement(statement)) return null;
  const binding = model.lookup(declaration.name.text, declaration);
  const block = statement.parent;
  if (!binding || model.usesOf(binding).length !== 1 || !ts.isBlock(block)) return null;
  const next = block.statements[block.statements.indexOf(statement) + 1];
  return next && isWithin(parse, next) && parse.arguments[0]?.kind === ts.SyntaxKind.Identifier
    ? declaration
    : null;
}

/** @returns the module a `const fs = require('fs')` loads; `null` for any other statement. */
function requiredModule(statement: ts.Statement, model: FileModel): string | null {
  if (!isRequire(statement)) return null;
  return /require\(\s*['"]([^'"]+)/.exec(model.textOf(statement))?.[1] ?? null;
}

/** Packages whose results would share one cache: it keeps a value per path, whoever parsed it. */
const VALUE_PARSERS = /^(yaml|js-yaml|json5|jsonc-parser|dotenv)$/;

/** Whether the file parses configurations in another way too: two paths may name one file. */
function isParsedTwoWays({ parse }: ConfigRead, { model, origins }: RuleContext): boolean {
  const shape = (it: ts.CallExpression | ts.NewExpression) =>
    [it.expression, ...(it.arguments ?? []).slice(1)].map((part) => model.textOf(part)).join();
  return model.calls.some(
    (it) =>
      VALUE_PARSERS.test(origins.of(it.expression)?.module ?? '') && shape(it) !== shape(parse),
  );
}

/** Whether the code to move names a `file` of its own, which the reader's parameter would hide. */
function saysFile(
  moved: readonly (ts.Node | undefined)[],
  path: ts.Expression,
  model: FileModel,
): boolean {
  const text = moved.map((it) => (it ? model.textOf(it) : '')).join('\n');
  return /(?<![\w$.])file(?![\w$])/.test(text.replace(model.textOf(path), ''));
}

/** Source of an expression with its path replaced by the parameter `file`. */
function withFile(expression: ts.Node, path: ts.Expression, model: FileModel): string {
  const before = model.text.slice(model.start(expression), model.start(path));
  return `${before}file${model.text.slice(path.end, expression.end)}`;
}

function parseWith(text: string, parse: ts.CallExpression, model: FileModel): string {
  const [first] = parse.arguments;
  const start = first ? model.start(first) : parse.end;
  return (
    model.text.slice(model.start(parse), start) + text + model.text.slice(first?.end, parse.end)
  );
}

function removeStatement(declaration: ts.VariableDeclaration, model: FileModel): TextEdit {
  const statement = declaration.parent.parent;
  const start = model.start(statement);
  const indent = indentAt(model.text, start).length;
  const rest = /^[ \t]*\r?\n/.exec(model.text.slice(statement.end))?.[0];
  // A comment behind the statement stays.
  const gap = /^[ \t]*/.exec(model.text.slice(statement.end))?.[0].length ?? 0;
  if (rest === undefined) return { start, end: statement.end + gap, newText: '' };
  return { start: start - indent, end: statement.end + rest.length, newText: '' };
}

function isPathString(path: FixedPath): boolean {
  return path.isUrl || !path.mayBeUrl;
}
