import type { TextEdit } from '../../../../shared/finding';
import { ts } from '../compiler';
import type { FileModel } from '../facts/model';
import type { Origin, Origins } from '../facts/origins';
import { enclosingFunction } from '../facts/syntax';
import { awaitCall } from './awaiting';
import { type AddedImport, addImport, firstStatementAfterImports, topStatement } from './imports';
import { type CalleeName, siblingOf } from './siblings';
import { styleOf } from './style';

/**
 * Awaits a promisified function in place of a blocking one, through a constant at module level that
 * is added where there is none.
 * @param twin the function with a callback, a sibling of the one called
 * @returns the edits, or `null` when nothing can be put at module level
 */
export function awaitPromisified(
  call: ts.CallExpression,
  callee: CalleeName,
  origin: Origin,
  twin: string,
  model: FileModel,
  origins: Origins,
): TextEdit[] | null {
  const known = promisifiedName(origin.module, twin, model, origins);
  if (known) return awaitCall(model, call, known);
  const place = firstStatementAfterImports(model);
  const anchor = anchorOf(callee, model);
  const name = `${twin}Async`;
  if (!place || !anchor || model.declaresAnywhere(name) || place.pos < anchor.pos) return null;
  const { semicolon, newline } = styleOf(model);
  const sibling = siblingOf(callee, twin, model);
  const prefix = model.text.includes('node:') ? 'node:' : '';
  const promisify =
    importedPromisify(model, origins) ?? addImport(model, `${prefix}util`, 'promisify', anchor);
  const start = belowImports(place, model);
  const line = `const ${name} = ${promisify.local}(${sibling.local})${semicolon}${newline}`;
  const isGrouped = /^const \w+ = (util\.)?promisify/.test(model.text.slice(start));
  const newText = isGrouped ? line : line + newline;
  return [
    ...sibling.edits,
    ...promisify.edits,
    { start, end: start, newText },
    ...awaitCall(model, call, name),
  ];
}

/**
 * Awaits a function that takes a callback, with the promise written out.
 * @param name text that names the function
 * @returns the edits, or `null` when the arguments cannot stand in an executor
 */
export function awaitCallback(
  call: ts.CallExpression,
  name: string,
  model: FileModel,
): TextEdit[] | null {
  const last = call.arguments.at(-1);
  const given = call.arguments.map((it) => model.textOf(it)).join(',');
  if (!last || /\b(resolve|reject|await|yield)\b/.test(given)) return null;
  const type = styleOf(model).isTypeScript ? '<Buffer>' : '';
  const callback = ', (error, result) => (error ? reject(error) : resolve(result))';
  const executor = `new Promise${type}((resolve, reject) => ${name}`;
  const edits = awaitCall(model, call, executor, ')');
  return [...edits, { start: last.end, end: last.end, newText: callback }];
}

/** The first line after the blank one below the imports, so that comments keep their statement. */
function belowImports(place: ts.Statement, model: FileModel): number {
  const pos = place.getFullStart();
  const lead = model.text.slice(pos, model.start(place));
  const blank = /^[^\n]*\n[ \t]*\r?\n/.exec(lead)?.[0].length;
  return blank === undefined ? model.start(place) : pos + blank;
}

/** `promisify` as the file has it already, however it came in. */
function importedPromisify(model: FileModel, origins: Origins): AddedImport | null {
  for (const { expression } of model.calls) {
    if (!ts.isIdentifier(expression)) continue;
    const binding = model.resolve(expression);
    const origin = binding && !enclosingFunction(binding.declaration) && origins.of(expression);
    if (origin && origin.module === 'util' && origin.path === 'promisify') {
      return { local: expression.text, edits: [] };
    }
  }
  return null;
}

/** @returns a constant of the module that holds the promisified function already. */
function promisifiedName(
  module: string | null,
  twin: string,
  model: FileModel,
  origins: Origins,
): string | null {
  for (const call of model.calls) {
    const { parent } = call;
    if (!ts.isVariableDeclaration(parent) || !ts.isIdentifier(parent.name)) continue;
    if (enclosingFunction(call) || !(parent.parent.flags & ts.NodeFlags.Const)) continue;
    const origin = origins.of(call);
    if (origin?.module === module && origin.path === `promisify:${twin}`) return parent.name.text;
  }
  return null;
}

function anchorOf(callee: CalleeName, model: FileModel): ts.Statement | null {
  if (callee.kind === 'name') return callee.anchor;
  let root = callee.root;
  while (ts.isPropertyAccessExpression(root)) root = root.expression;
  const binding = ts.isIdentifier(root) ? model.resolve(root) : undefined;
  if (!binding || enclosingFunction(binding.declaration)) return null;
  return topStatement(binding.declaration);
}
