import type { TextEdit } from '../../../../shared/finding';
import { ts } from '../compiler';
import type { LogCall } from '../facts/logging';
import type { FileModel } from '../facts/model';
import { unwrap } from '../facts/syntax';
import { hasReplacer, type JsonCall } from '../json/call';
import type { RuleContext } from '../rule';
import { styleOf } from './style';

/** @returns edits that leave the indent out, and a replacer that replaces nothing with it. */
export function dropIndent(json: JsonCall, model: FileModel): (() => TextEdit[]) | null {
  const { call } = json;
  const [value, replacer, indent] = call.arguments;
  if (!value || !replacer || !indent || isLastUse(indent, model)) return null;
  const start = hasReplacer(json) ? replacer.end : value.end;
  // A trailing comma goes with what it follows.
  const end = call.arguments.hasTrailingComma ? call.arguments.end : indent.end;
  if (/\/[/*]/.test(model.text.slice(start, end))) return null;
  return () => [{ start, end, newText: '' }];
}

/** Whether a constant of the file would be left without a use. */
function isLastUse(indent: ts.Expression, model: FileModel): boolean {
  const binding = ts.isIdentifier(indent) ? model.resolve(indent) : undefined;
  return binding !== undefined && model.usesOf(binding).length === 1;
}

/** `useState(JSON.stringify(x))` → `useState(() => JSON.stringify(x))`. */
export function lazyState({ call }: JsonCall, { model }: RuleContext): (() => TextEdit[]) | null {
  const hook = call.parent;
  if (!ts.isCallExpression(hook) || hook.arguments[0] !== call) return null;
  if (!/(^|\.)useState$/.test(model.textOf(hook.expression))) return null;
  const start = model.start(call);
  return () => [{ start, end: start, newText: '() => ' }];
}

/** Whether the logger would take `text` for a format of its own. */
const FORMAT = /%[a-zA-Z%]/;

/**
 * ``log.debug(`x: ${JSON.stringify(y)}`)`` → `log.debug('x: %j', y)`, for loggers that format
 * lazily.
 * @returns `null` for other shapes of the call
 */
export function passToLogger(
  json: JsonCall,
  log: LogCall,
  { model }: RuleContext,
): (() => TextEdit[]) | null {
  const { call } = log;
  const [message] = call.arguments;
  if (!log.takesFormat || !message || call.arguments.length !== 1 || hasReplacer(json)) return null;
  if (!ts.isTemplateExpression(message) || !fitsFormat(json.value, model)) return null;
  const [span] = message.templateSpans;
  if (message.templateSpans.length !== 1 || span?.expression !== json.call) return null;
  const [before, after] = [rawText(message.head, model), rawText(span.literal, model)];
  if (FORMAT.test(before + after) || /\r|\n/.test(before + after)) return null;
  if (/\/[/*]/.test(model.text.slice(message.head.end, span.literal.getStart()))) return null;
  const text = `${before}%j${after}`.replace(/\\`/g, '`').replace(/\\\$/g, '$');
  const usual = styleOf(model).quote;
  const other = usual === '"' ? "'" : '"';
  const quote = text.includes(usual) && !text.includes(other) ? other : usual;
  const literal = quote + text.replaceAll(quote, `\\${quote}`) + quote;
  const newText = `${literal}, ${model.textOf(json.value)}`;
  return () => [{ start: model.start(message), end: message.end, newText }];
}

/** Whether a value's type is one that `%j` takes: pino's types refuse `unknown` and `undefined`. */
function fitsFormat(value: ts.Expression, model: FileModel): boolean {
  if (!styleOf(model).isTypeScript) return true;
  const node = unwrap(value);
  if (ts.isObjectLiteralExpression(node) || ts.isArrayLiteralExpression(node)) return true;
  const declaration = ts.isIdentifier(node) ? model.resolve(node)?.declaration : undefined;
  if (!declaration) return false;
  if (!ts.isParameter(declaration) && !ts.isVariableDeclaration(declaration)) return false;
  if (ts.isParameter(declaration) && declaration.questionToken) return false;
  const { initializer } = declaration;
  const type =
    declaration.type ?? (initializer && ts.isAsExpression(initializer) && initializer.type);
  if (type) return !/\b(unknown|undefined)\b/.test(model.textOf(type));
  return !!initializer && ts.isObjectLiteralExpression(unwrap(initializer));
}

/** The text of a template's part as written, without its marks. */
function rawText(part: ts.Node, model: FileModel): string {
  return model
    .textOf(part)
    .replace(/^[`}]/, '')
    .replace(/(\$\{|`)$/, '');
}
