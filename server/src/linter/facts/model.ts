import { ts } from '../compiler';
import { type Binding, declareNames, declareOwnName, openScope, type Scope } from './scopes';

export type FunctionNode =
  | ts.FunctionDeclaration
  | ts.FunctionExpression
  | ts.ArrowFunction
  | ts.MethodDeclaration
  | ts.ConstructorDeclaration
  | ts.AccessorDeclaration;

/** One file's syntax tree with parents, scopes and the node lists rules start from. */
export class FileModel {
  readonly functions: FunctionNode[] = [];
  readonly calls: (ts.CallExpression | ts.NewExpression)[] = [];
  readonly loops: ts.IterationStatement[] = [];
  readonly properties: ts.PropertyAssignment[] = [];
  readonly exportNodes: ts.Node[] = [];
  readonly imports: ts.ImportDeclaration[] = [];
  /** Functions whose own body holds JSX. */
  readonly jsxFunctions = new Set<ts.Node>();
  private readonly scopes = new Map<ts.Node, Scope>();
  private readonly references = new Map<string, ts.Identifier[]>();

  /**
   * Walks the tree once. Parents are set here rather than by the parser, which would need a walk
   * of its own; type nodes are passed over.
   * @param path path relative to the configuration's root, `/`-separated
   */
  constructor(
    readonly file: string,
    readonly path: string,
    readonly source: ts.SourceFile,
  ) {
    const root = openScope(source, null) as Scope;
    this.scopes.set(source, root);
    this.walkChildren(source, root);
  }

  get text(): string {
    return this.source.text;
  }

  start(node: ts.Node): number {
    return node.getStart(this.source);
  }

  /** @returns the source text of a node, without leading comments. */
  textOf(node: ts.Node): string {
    return this.source.text.slice(this.start(node), node.end);
  }

  position(offset: number): { line: number; character: number } {
    return this.source.getLineAndCharacterOfPosition(offset);
  }

  /** @returns what an identifier stands for, or `undefined` for globals and unknown names. */
  resolve(identifier: ts.Identifier): Binding | undefined {
    const name = identifier.text;
    for (let node: ts.Node | undefined = identifier.parent; node; node = node.parent) {
      const binding = this.scopes.get(node)?.names.get(name);
      if (binding) return binding;
    }
    return undefined;
  }

  /** @returns the binding a name would have at `node`. */
  lookup(name: string, at: ts.Node): Binding | undefined {
    for (let node: ts.Node | undefined = at; node; node = node.parent) {
      const binding = this.scopes.get(node)?.names.get(name);
      if (binding) return binding;
    }
    return undefined;
  }

  /** @returns whether any scope of the file declares the name. */
  declaresAnywhere(name: string): boolean {
    for (const scope of this.scopes.values()) if (scope.names.has(name)) return true;
    return false;
  }

  /** @returns every use of a binding outside types, its declaration left out. */
  usesOf(binding: Binding): ts.Identifier[] {
    return (this.references.get(binding.name) ?? []).filter((id) => this.resolve(id) === binding);
  }

  /** @returns the uses of a binding that assign to it after its declaration. */
  writesOf(binding: Binding): ts.Identifier[] {
    return this.usesOf(binding).filter(isWriteTarget);
  }

  private walkChildren(parent: ts.Node, scope: Scope): void {
    ts.forEachChild(parent, (child) => this.walk(child, parent, scope));
  }

  private walk(node: ts.Node, parent: ts.Node, outer: Scope): void {
    (node as { parent: ts.Node }).parent = parent;
    const kind = node.kind;
    if (kind === ts.SyntaxKind.Identifier) {
      this.addReference(node as ts.Identifier);
      return;
    }
    if (isTypeOnlyNode(kind)) return;
    declareNames(node, outer);
    let scope = outer;
    const opened = openScope(node, outer);
    if (opened) {
      scope = opened;
      this.scopes.set(node, opened);
      declareOwnName(node, opened);
    }
    this.index(node, kind);
    this.walkChildren(node, scope);
  }

  private index(node: ts.Node, kind: ts.SyntaxKind): void {
    switch (kind) {
      case ts.SyntaxKind.CallExpression:
      case ts.SyntaxKind.NewExpression:
        this.calls.push(node as ts.CallExpression);
        break;
      case ts.SyntaxKind.FunctionDeclaration:
      case ts.SyntaxKind.FunctionExpression:
      case ts.SyntaxKind.ArrowFunction:
      case ts.SyntaxKind.MethodDeclaration:
      case ts.SyntaxKind.Constructor:
      case ts.SyntaxKind.GetAccessor:
      case ts.SyntaxKind.SetAccessor:
        this.functions.push(node as FunctionNode);
        if (kind === ts.SyntaxKind.FunctionDeclaration) this.exportNodes.push(node);
        break;
      case ts.SyntaxKind.WhileStatement:
      case ts.SyntaxKind.DoStatement:
      case ts.SyntaxKind.ForStatement:
      case ts.SyntaxKind.ForOfStatement:
      case ts.SyntaxKind.ForInStatement:
        this.loops.push(node as ts.IterationStatement);
        break;
      case ts.SyntaxKind.PropertyAssignment:
        this.properties.push(node as ts.PropertyAssignment);
        break;
      case ts.SyntaxKind.ImportDeclaration:
        this.imports.push(node as ts.ImportDeclaration);
        break;
      case ts.SyntaxKind.VariableStatement:
      case ts.SyntaxKind.ExportDeclaration:
      case ts.SyntaxKind.ExportAssignment:
      case ts.SyntaxKind.ClassDeclaration:
        this.exportNodes.push(node);
        break;
      case ts.SyntaxKind.BinaryExpression:
        if (isCommonJsExport(node as ts.BinaryExpression)) this.exportNodes.push(node);
        break;
      case ts.SyntaxKind.JsxElement:
      case ts.SyntaxKind.JsxSelfClosingElement:
      case ts.SyntaxKind.JsxFragment: {
        const fn = enclosingFunction(node);
        if (fn) this.jsxFunctions.add(fn);
        break;
      }
      default:
    }
  }

  private addReference(identifier: ts.Identifier): void {
    if (!isReference(identifier)) return;
    const list = this.references.get(identifier.text);
    if (list) list.push(identifier);
    else this.references.set(identifier.text, [identifier]);
  }
}

/** `module.exports = …`, `module.exports.x = …`, `exports.x = …`. */
function isCommonJsExport(node: ts.BinaryExpression): boolean {
  if (node.operatorToken.kind !== ts.SyntaxKind.EqualsToken) return false;
  let left = node.left;
  if (!ts.isPropertyAccessExpression(left)) return false;
  while (ts.isPropertyAccessExpression(left)) left = left.expression;
  return ts.isIdentifier(left) && (left.text === 'module' || left.text === 'exports');
}

function isTypeOnlyNode(kind: ts.SyntaxKind): boolean {
  return (
    (kind >= ts.SyntaxKind.FirstTypeNode && kind <= ts.SyntaxKind.LastTypeNode) ||
    kind === ts.SyntaxKind.InterfaceDeclaration ||
    kind === ts.SyntaxKind.TypeAliasDeclaration ||
    kind === ts.SyntaxKind.TypeParameter
  );
}

/** Whether an identifier reads or writes a variable, rather than naming a member or declaration. */
function isReference(id: ts.Identifier): boolean {
  const parent = id.parent;
  switch (parent.kind) {
    case ts.SyntaxKind.PropertyAccessExpression:
      return (parent as ts.PropertyAccessExpression).expression === id;
    case ts.SyntaxKind.PropertyAssignment:
      return (parent as ts.PropertyAssignment).initializer === id;
    case ts.SyntaxKind.BindingElement:
      return (parent as ts.BindingElement).initializer === id;
    case ts.SyntaxKind.ExportSpecifier: {
      const specifier = parent as ts.ExportSpecifier;
      if (specifier.parent.parent.moduleSpecifier) return false;
      return (specifier.propertyName ?? specifier.name) === id;
    }
    case ts.SyntaxKind.ShorthandPropertyAssignment:
      return true;
    case ts.SyntaxKind.ImportSpecifier:
    case ts.SyntaxKind.ImportClause:
    case ts.SyntaxKind.NamespaceImport:
    case ts.SyntaxKind.LabeledStatement:
    case ts.SyntaxKind.BreakStatement:
    case ts.SyntaxKind.ContinueStatement:
    case ts.SyntaxKind.JsxAttribute:
    case ts.SyntaxKind.MetaProperty:
      return false;
    default:
      return (parent as { name?: ts.Node }).name !== id;
  }
}

function isWriteTarget(id: ts.Identifier): boolean {
  let node: ts.Node = id;
  for (let parent = node.parent; parent; node = parent, parent = node.parent) {
    switch (parent.kind) {
      case ts.SyntaxKind.BinaryExpression: {
        const binary = parent as ts.BinaryExpression;
        if (binary.left !== node) return false;
        if (isAssignment(binary.operatorToken.kind)) return true;
        return false;
      }
      case ts.SyntaxKind.PrefixUnaryExpression:
      case ts.SyntaxKind.PostfixUnaryExpression: {
        const { operator } = parent as ts.PrefixUnaryExpression;
        return (
          operator === ts.SyntaxKind.PlusPlusToken || operator === ts.SyntaxKind.MinusMinusToken
        );
      }
      case ts.SyntaxKind.ForOfStatement:
      case ts.SyntaxKind.ForInStatement:
        return (parent as ts.ForOfStatement).initializer === node;
      // Destructuring assignment: `[a, b] = …`, `({ a } = …)`.
      case ts.SyntaxKind.ArrayLiteralExpression:
      case ts.SyntaxKind.ObjectLiteralExpression:
      case ts.SyntaxKind.ShorthandPropertyAssignment:
      case ts.SyntaxKind.SpreadElement:
      case ts.SyntaxKind.SpreadAssignment:
      case ts.SyntaxKind.ParenthesizedExpression:
        continue;
      case ts.SyntaxKind.PropertyAssignment:
        if ((parent as ts.PropertyAssignment).initializer !== node) return false;
        continue;
      default:
        return false;
    }
  }
  return false;
}

export function isAssignment(kind: ts.SyntaxKind): boolean {
  return kind >= ts.SyntaxKind.FirstAssignment && kind <= ts.SyntaxKind.LastAssignment;
}

export function isFunctionNode(node: ts.Node): node is FunctionNode {
  switch (node.kind) {
    case ts.SyntaxKind.FunctionDeclaration:
    case ts.SyntaxKind.FunctionExpression:
    case ts.SyntaxKind.ArrowFunction:
    case ts.SyntaxKind.MethodDeclaration:
    case ts.SyntaxKind.Constructor:
    case ts.SyntaxKind.GetAccessor:
    case ts.SyntaxKind.SetAccessor:
      return true;
    default:
      return false;
  }
}

/**
 * @returns the function whose run executes `node`; field initialisers and static blocks of a class
 * end the search, as they belong to no function's own run.
 */
export function enclosingFunction(node: ts.Node): FunctionNode | null {
  for (let at = node.parent; at; at = at.parent) {
    if (isFunctionNode(at)) return at;
    if (ts.isPropertyDeclaration(at) || ts.isClassStaticBlockDeclaration(at)) return null;
  }
  return null;
}

/** Strips parentheses, `as`, `satisfies`, `!` and type assertions. */
export function unwrap(node: ts.Expression): ts.Expression {
  let at = node;
  while (
    ts.isParenthesizedExpression(at) ||
    ts.isAsExpression(at) ||
    ts.isNonNullExpression(at) ||
    ts.isSatisfiesExpression(at) ||
    ts.isTypeAssertionExpression(at)
  ) {
    at = at.expression;
  }
  return at;
}

/** @returns whether `node` is `ancestor` or lies below it. Both need parents set. */
export function isWithin(node: ts.Node, ancestor: ts.Node): boolean {
  return node.pos >= ancestor.pos && node.end <= ancestor.end;
}

/** Calls `visit` for every node below `root` that runs with it, passing over nested functions. */
export function walkOwn(root: ts.Node, visit: (node: ts.Node) => void): void {
  ts.forEachChild(root, (child) => {
    if (isTypeOnlyNode(child.kind)) return;
    visit(child);
    if (!isFunctionNode(child)) walkOwn(child, visit);
  });
}

/** Calls `visit` for every node below `root`, types left out. */
export function walkAll(root: ts.Node, visit: (node: ts.Node) => void): void {
  ts.forEachChild(root, (child) => {
    if (isTypeOnlyNode(child.kind)) return;
    visit(child);
    walkAll(child, visit);
  });
}
