import { readdirSync, readFileSync } from 'node:fs';
import { join, posix, relative, resolve } from 'node:path';
import { ts } from '../../server/src/linter/compiler';
import { FileModel } from '../../server/src/linter/facts/model';
import { isReference, isTypeOnlyNode } from '../../server/src/linter/facts/syntax';
import { parse } from '../../server/src/linter/inspect';

export const REPOSITORY = resolve(import.meta.dirname, '../..');

/** A module specifier of a file, static or dynamic. */
export interface Import {
  /** Path from the repository for relative ones (without extension), else as it is written. */
  from: string;
  /** Imported names; `*` for a namespace, a default or a dynamic import. */
  names: string[];
  /** Whether nothing of it is left at run time. */
  typeOnly: boolean;
}

export interface Module {
  /** Path from the repository, `/`-separated. */
  file: string;
  imports: Import[];
  /** Names it uses and declares nowhere, without types. */
  globals: ReadonlySet<string>;
}

/** @returns paths from the repository of the files below a folder that pass the test, sorted */
export function filesBelow(folder: string, test: (file: string) => boolean): string[] {
  return readdirSync(join(REPOSITORY, folder), { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => relative(REPOSITORY, join(entry.parentPath, entry.name)).replaceAll('\\', '/'))
    .filter((file) => !/(^|\/)(node_modules|dist)\//.test(file) && test(file))
    .sort();
}

/** @returns the TypeScript modules below a folder, read with the linter's own compiler and scopes */
export function modulesBelow(folder: string): Module[] {
  return filesBelow(folder, (file) => /\.[cm]?tsx?$/.test(file)).map(readModule);
}

function readModule(file: string): Module {
  const source = parse(file, readFileSync(join(REPOSITORY, file), 'utf8'));
  const model = new FileModel(file, file, source);
  const imports: Import[] = [];
  const globals = new Set<string>();
  const visit = (node: ts.Node) => {
    if (isTypeOnlyNode(node.kind)) return;
    const found = importOf(node, file);
    if (found) imports.push(found);
    if (ts.isIdentifier(node) && isReference(node) && !model.resolve(node)) globals.add(node.text);
    ts.forEachChild(node, visit);
  };
  ts.forEachChild(source, visit);
  return { file, imports, globals };
}

function importOf(node: ts.Node, file: string): Import | null {
  if (ts.isImportDeclaration(node) && ts.isStringLiteral(node.moduleSpecifier)) {
    const clause = node.importClause;
    const bindings = clause?.namedBindings;
    const named = bindings && ts.isNamedImports(bindings) ? [...bindings.elements] : [];
    const values = named.filter((it) => !it.isTypeOnly);
    const isWhole = !!clause?.name || (!!bindings && !ts.isNamedImports(bindings));
    const names = values.map((it) => (it.propertyName ?? it.name).text);
    return {
      from: target(node.moduleSpecifier.text, file),
      names: isWhole ? [...names, '*'] : names,
      typeOnly: !!clause && (clause.isTypeOnly || (!isWhole && values.length === 0)),
    };
  }
  if (ts.isExportDeclaration(node) && node.moduleSpecifier) {
    const { text } = node.moduleSpecifier as ts.StringLiteral;
    return { from: target(text, file), names: ['*'], typeOnly: node.isTypeOnly };
  }
  const isDynamic =
    ts.isCallExpression(node) && node.expression.kind === ts.SyntaxKind.ImportKeyword;
  if (!isDynamic) return null;
  const [specifier] = node.arguments;
  const text = specifier && ts.isStringLiteral(specifier) ? specifier.text : '(computed)';
  return { from: target(text, file), names: ['*'], typeOnly: false };
}

function target(specifier: string, file: string): string {
  return specifier.startsWith('.') ? posix.join(posix.dirname(file), specifier) : specifier;
}
