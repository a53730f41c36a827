import { ts } from '../compiler';
import { FUNCTION_KINDS, kindTable } from './syntax';

export type BindingKind =
  | 'import'
  | 'const'
  | 'let'
  | 'var'
  | 'function'
  | 'class'
  | 'param'
  | 'catch'
  | 'enum'
  | 'namespace';

/** What a name stands for in one scope. */
export interface Binding {
  name: string;
  kind: BindingKind;
  /** Import specifier, variable declaration, parameter, function …: what declares the name. */
  declaration: ts.Node;
  /** The declared identifier itself. */
  identifier: ts.Identifier;
  /** Where an imported name comes from; `name` is `default`, `*` or the exported name. */
  imported?: { module: string; name: string; typeOnly: boolean };
}

/** Names declared directly in one function, block, class, loop head or file. */
export class Scope {
  readonly names = new Map<string, Binding>();

  constructor(
    readonly node: ts.Node,
    readonly parent: Scope | null,
    /** Whether `var` and function declarations land here. */
    readonly holdsVars: boolean,
  ) {}

  declare(binding: Binding): void {
    // The first declaration wins: overloads and `var` twice are one binding.
    if (!this.names.has(binding.name)) this.names.set(binding.name, binding);
  }

  varScope(): Scope {
    let scope: Scope = this;
    while (!scope.holdsVars && scope.parent) scope = scope.parent;
    return scope;
  }
}

const VAR_SCOPES = kindTable([
  ...FUNCTION_KINDS,
  ts.SyntaxKind.SourceFile,
  ts.SyntaxKind.ModuleBlock,
  ts.SyntaxKind.ClassStaticBlockDeclaration,
]);

const BLOCK_SCOPES = kindTable([
  ts.SyntaxKind.Block,
  ts.SyntaxKind.CaseBlock,
  ts.SyntaxKind.CatchClause,
  ts.SyntaxKind.ForStatement,
  ts.SyntaxKind.ForInStatement,
  ts.SyntaxKind.ForOfStatement,
  ts.SyntaxKind.ClassDeclaration,
  ts.SyntaxKind.ClassExpression,
]);

/** @returns the scope `node` opens below `parent`, or `null` when it opens none. */
export function openScope(node: ts.Node, parent: Scope | null): Scope | null {
  if (BLOCK_SCOPES[node.kind] === 1) return new Scope(node, parent, false);
  return VAR_SCOPES[node.kind] === 1 ? new Scope(node, parent, true) : null;
}

/** Kinds that `declareNames` knows. */
export const DECLARING_KINDS = [
  ts.SyntaxKind.VariableDeclaration,
  ts.SyntaxKind.Parameter,
  ts.SyntaxKind.FunctionDeclaration,
  ts.SyntaxKind.ClassDeclaration,
  ts.SyntaxKind.EnumDeclaration,
  ts.SyntaxKind.ModuleDeclaration,
  ts.SyntaxKind.ImportDeclaration,
  ts.SyntaxKind.ImportEqualsDeclaration,
];

/** Declares the names that `node` introduces. `scope` is the innermost one around `node`. */
export function declareNames(node: ts.Node, scope: Scope): void {
  switch (node.kind) {
    case ts.SyntaxKind.VariableDeclaration:
      declareVariable(node as ts.VariableDeclaration, scope);
      break;
    case ts.SyntaxKind.Parameter:
      declarePattern((node as ts.ParameterDeclaration).name, 'param', node, scope);
      break;
    case ts.SyntaxKind.FunctionDeclaration:
    case ts.SyntaxKind.ClassDeclaration:
    case ts.SyntaxKind.EnumDeclaration:
    case ts.SyntaxKind.ModuleDeclaration:
      declareNamed(node as ts.FunctionDeclaration, scope);
      break;
    case ts.SyntaxKind.ImportDeclaration:
      declareImports(node as ts.ImportDeclaration, scope);
      break;
    case ts.SyntaxKind.ImportEqualsDeclaration:
      declareImportEquals(node as ts.ImportEqualsDeclaration, scope);
      break;
    default:
  }
}

/** Declares a function or class expression's own name, visible only inside it. */
export function declareOwnName(node: ts.Node, scope: Scope): void {
  if (ts.isFunctionExpression(node) && node.name) {
    scope.declare({
      name: node.name.text,
      kind: 'function',
      declaration: node,
      identifier: node.name,
    });
  } else if (ts.isClassExpression(node) && node.name) {
    scope.declare({
      name: node.name.text,
      kind: 'class',
      declaration: node,
      identifier: node.name,
    });
  }
}

function declareVariable(node: ts.VariableDeclaration, scope: Scope): void {
  if (node.parent.kind === ts.SyntaxKind.CatchClause) {
    declarePattern(node.name, 'catch', node, scope);
    return;
  }
  const flags = node.parent.flags & ts.NodeFlags.BlockScoped;
  const kind = flags === 0 ? 'var' : flags & ts.NodeFlags.Const ? 'const' : 'let';
  declarePattern(node.name, kind, node, kind === 'var' ? scope.varScope() : scope);
}

function declarePattern(
  name: ts.BindingName,
  kind: BindingKind,
  declaration: ts.Node,
  scope: Scope,
): void {
  if (ts.isIdentifier(name)) {
    scope.declare({ name: name.text, kind, declaration, identifier: name });
    return;
  }
  for (const element of name.elements) {
    if (ts.isBindingElement(element)) declarePattern(element.name, kind, element, scope);
  }
}

type Named = ts.FunctionDeclaration | ts.ClassDeclaration | ts.EnumDeclaration;

function declareNamed(node: Named | ts.ModuleDeclaration, scope: Scope): void {
  if (!node.name || !ts.isIdentifier(node.name)) return;
  const kinds: Partial<Record<ts.SyntaxKind, BindingKind>> = {
    [ts.SyntaxKind.FunctionDeclaration]: 'function',
    [ts.SyntaxKind.ClassDeclaration]: 'class',
    [ts.SyntaxKind.EnumDeclaration]: 'enum',
  };
  scope.declare({
    name: node.name.text,
    kind: kinds[node.kind] ?? 'namespace',
    declaration: node,
    identifier: node.name,
  });
}

function declareImports(node: ts.ImportDeclaration, scope: Scope): void {
  const clause = node.importClause;
  if (!clause || !ts.isStringLiteral(node.moduleSpecifier)) return;
  const module = node.moduleSpecifier.text;
  const wholeTypeOnly = clause.phaseModifier === ts.SyntaxKind.TypeKeyword;
  const add = (identifier: ts.Identifier, name: string, declaration: ts.Node, typeOnly: boolean) =>
    scope.declare({
      name: identifier.text,
      kind: 'import',
      declaration,
      identifier,
      imported: { module, name, typeOnly },
    });
  if (clause.name) add(clause.name, 'default', clause, wholeTypeOnly);
  const named = clause.namedBindings;
  if (!named) return;
  if (ts.isNamespaceImport(named)) {
    add(named.name, '*', named, wholeTypeOnly);
    return;
  }
  for (const element of named.elements) {
    const name = (element.propertyName ?? element.name).text;
    add(element.name, name, element, wholeTypeOnly || element.isTypeOnly);
  }
}

function declareImportEquals(node: ts.ImportEqualsDeclaration, scope: Scope): void {
  const reference = node.moduleReference;
  if (!ts.isExternalModuleReference(reference) || !ts.isStringLiteral(reference.expression)) return;
  scope.declare({
    name: node.name.text,
    kind: 'import',
    declaration: node,
    identifier: node.name,
    imported: { module: reference.expression.text, name: '*', typeOnly: node.isTypeOnly },
  });
}
