import type { TextEdit } from '../../../../shared/finding';
import { ts } from '../compiler';
import type { FileModel } from '../facts/model';
import type { Binding } from '../facts/scopes';
import { styleOf } from './style';

/** A name a fix may use, and the edits that bring it into the file. */
export interface AddedImport {
  local: string;
  edits: TextEdit[];
}

/**
 * Brings a module's export into a file: reuses or extends an import of the same module, else adds
 * a line of the file's own kind (`import` or `require`) before `anchor`.
 * @param module as the file would write it, `node:` prefix included or not
 * @param anchor statement at module level that a new line goes before
 */
export function addImport(
  model: FileModel,
  module: string,
  name: string,
  anchor: ts.Statement,
): AddedImport {
  const existing = model.imports.filter(
    (it) => bare(moduleOf(it)) === bare(module) && it.importClause?.phaseModifier === undefined,
  );
  for (const declaration of existing) {
    const named = declaration.importClause?.namedBindings;
    if (!named || !ts.isNamedImports(named)) continue;
    const found = named.elements.find((it) => (it.propertyName ?? it.name).text === name);
    if (found && !found.isTypeOnly) return { local: found.name.text, edits: [] };
  }
  const local = freeName(model, [name, `${name}Async`, `${name}Promise`, `${name}Async_`]);
  for (const declaration of existing) {
    const named = declaration.importClause?.namedBindings;
    const last = named && ts.isNamedImports(named) ? named.elements.at(-1) : undefined;
    if (!last) continue;
    const newText = `, ${local === name ? name : `${name} as ${local}`}`;
    return { local, edits: [{ start: last.end, end: last.end, newText }] };
  }
  const start = model.start(anchor);
  const newText = importLine(model, module, name, local);
  return { local, edits: [{ start, end: start, newText }] };
}

function freeName(model: FileModel, names: readonly string[]): string {
  return names.find((it) => !model.declaresAnywhere(it)) ?? (names.at(-1) as string);
}

function importLine(model: FileModel, module: string, name: string, local: string): string {
  const { quote, semicolon, newline, isCommonJs } = styleOf(model);
  const from = `${quote}${module}${quote}`;
  if (isCommonJs) {
    const item = local === name ? name : `${name}: ${local}`;
    return `const { ${item} } = require(${from})${semicolon}${newline}`;
  }
  const item = local === name ? name : `${name} as ${local}`;
  return `import { ${item} } from ${from}${semicolon}${newline}`;
}

function moduleOf(declaration: ts.ImportDeclaration): string {
  return ts.isStringLiteral(declaration.moduleSpecifier) ? declaration.moduleSpecifier.text : '';
}

function bare(module: string): string {
  return module.replace(/^node:/, '');
}

/** @returns the statement at module level that declares a binding or loads its module. */
export function topStatement(node: ts.Node): ts.Statement | null {
  let at = node;
  while (at.parent && !ts.isSourceFile(at.parent)) at = at.parent;
  return at.parent ? (at as ts.Statement) : null;
}

/**
 * @returns the statement after the imports (or `require`s) a file begins with. What is declared
 * there is ready before any of the file's own code runs.
 */
export function firstStatementAfterImports(model: FileModel): ts.Statement | null {
  const { statements } = model.source;
  const isImport = (it: ts.Statement) =>
    ts.isImportDeclaration(it) || ts.isImportEqualsDeclaration(it) || isRequire(it);
  const first = statements.findIndex(isImport);
  return statements.slice(Math.max(first, 0)).find((it) => !isImport(it)) ?? null;
}

/** @returns whether a statement is `const … = require('…')`. */
export function isRequire(statement: ts.Statement): boolean {
  if (!ts.isVariableStatement(statement)) return false;
  const init = statement.declarationList.declarations[0]?.initializer;
  return (
    !!init &&
    ts.isCallExpression(init) &&
    ts.isIdentifier(init.expression) &&
    init.expression.text === 'require'
  );
}

/**
 * @param edits what a fix changes, in the file's present offsets
 * @returns those edits, and edits that remove the imported names whose last use they take away
 */
export function withoutUnusedImports(model: FileModel, edits: readonly TextEdit[]): TextEdit[] {
  const kept = [...edits];
  const dropped: TextEdit[] = [];
  for (const declaration of model.imports) {
    const clause = declaration.importClause;
    const named = clause?.namedBindings;
    if (!clause || !named || !ts.isNamedImports(named)) continue;
    const unused = named.elements.filter((it) => losesLastUse(it, model, edits));
    if (unused.length === 0) continue;
    if (unused.length === named.elements.length) {
      const [first, last] = [named.elements[0], named.elements.at(-1)];
      const added = kept.findIndex((it) => it.start === last?.end && it.newText.startsWith(', '));
      const addition = kept[added];
      if (first && last && addition) {
        // A new name in the same import takes the place of the old ones.
        const start = model.start(first);
        kept[added] = { start, end: last.end, newText: addition.newText.slice(2) };
        continue;
      }
      dropped.push(
        clause.name
          ? { start: clause.name.end, end: named.end, newText: '' }
          : wholeLine(declaration, model),
      );
    } else {
      for (const element of unused) dropped.push(listItem(element, named.elements, unused));
    }
  }
  return [...kept, ...dropped];
}

function losesLastUse(
  element: ts.ImportSpecifier,
  model: FileModel,
  edits: readonly TextEdit[],
): boolean {
  const binding = model.resolve(element.name) as Binding | undefined;
  if (!binding) return false;
  const uses = model.usesOf(binding);
  const isReplaced = edits.some((it) => it.start <= model.start(element) && element.end <= it.end);
  if (uses.length === 0 || isReplaced) return false;
  const word = new RegExp(`(?<![\\w$.])${element.name.text.replace(/\$/g, '\\$')}(?![\\w$])`);
  if (edits.some((edit) => word.test(edit.newText))) return false;
  const isGone = (id: ts.Identifier) =>
    edits.some((edit) => edit.start <= model.start(id) && id.end <= edit.end);
  return uses.every(isGone) && !isUsedInTypes(element.name, model, uses.length);
}

/** Types are not indexed; a name that occurs more often than its uses may be used in one. */
function isUsedInTypes(name: ts.Identifier, model: FileModel, uses: number): boolean {
  let count = 0;
  const visit = (node: ts.Node): void => {
    if (ts.isIdentifier(node) && node.text === name.text) count++;
    if (ts.isPropertyAccessExpression(node)) visit(node.expression);
    else ts.forEachChild(node, visit);
  };
  visit(model.source);
  return count > uses + 1;
}

function wholeLine(declaration: ts.ImportDeclaration, model: FileModel): TextEdit {
  const rest = /^[ \t]*(\r?\n)?/.exec(model.text.slice(declaration.end))?.[0] ?? '';
  return { start: model.start(declaration), end: declaration.end + rest.length, newText: '' };
}

/** Removes one name of a list together with the comma that belongs to it. */
function listItem(
  element: ts.ImportSpecifier,
  all: ts.NodeArray<ts.ImportSpecifier>,
  unused: readonly ts.ImportSpecifier[],
): TextEdit {
  const index = all.indexOf(element);
  const kept = all.slice(0, index).filter((it) => !unused.includes(it));
  const next = all[index + 1];
  if (next) return { start: element.getStart(), end: next.getStart(), newText: '' };
  const previous = kept.at(-1);
  return { start: previous ? previous.end : element.pos, end: element.end, newText: '' };
}
