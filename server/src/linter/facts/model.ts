import { ts } from '../compiler';
import {
  type Binding,
  DECLARING_KINDS,
  declareNames,
  declareOwnName,
  openScope,
  type Scope,
} from './scopes';
import {
  enclosingFunction,
  FUNCTION_KINDS,
  type FunctionNode,
  isCommonJsExport,
  isReference,
  isTypeOnlyNode,
  isWriteTarget,
  kindTable,
} from './syntax';

/** One file's syntax tree with parents, scopes and the node lists rules start from. */
export class FileModel {
  readonly functions: FunctionNode[] = [];
  readonly calls: (ts.CallExpression | ts.NewExpression)[] = [];
  readonly loops: ts.IterationStatement[] = [];
  readonly properties: ts.PropertyAssignment[] = [];
  readonly exportNodes: ts.Node[] = [];
  /** `this.name`, wherever it is read or written. */
  readonly fieldUses: ts.PropertyAccessExpression[] = [];
  readonly imports: ts.ImportDeclaration[] = [];
  /** Templates that hold values. */
  readonly templates: ts.TemplateExpression[] = [];
  /** Functions whose own body holds JSX. */
  readonly jsxFunctions = new Set<ts.Node>();
  private readonly scopes = new Map<ts.Node, Scope>();
  private readonly references = new Map<string, ts.Identifier[]>();
  private readonly uses = new Map<Binding, readonly ts.Identifier[]>();
  private readonly writes = new Map<Binding, readonly ts.Identifier[]>();

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
  usesOf(binding: Binding): readonly ts.Identifier[] {
    let uses = this.uses.get(binding);
    if (!uses) {
      const named = this.references.get(binding.name) ?? [];
      uses = named.filter((id) => this.resolve(id) === binding);
      this.uses.set(binding, uses);
    }
    return uses;
  }

  /** @returns the uses of a binding that assign to it after its declaration. */
  writesOf(binding: Binding): readonly ts.Identifier[] {
    let writes = this.writes.get(binding);
    if (!writes) {
      writes = this.usesOf(binding).filter(isWriteTarget);
      this.writes.set(binding, writes);
    }
    return writes;
  }

  private walkChildren(parent: ts.Node, scope: Scope): void {
    ts.forEachChild(parent, (child) => this.walk(child, parent, scope));
  }

  private walk(node: ts.Node, parent: ts.Node, outer: Scope): void {
    (node as { parent: ts.Node }).parent = parent;
    const kind = node.kind;
    if (kind === IDENTIFIER) {
      this.addReference(node as ts.Identifier);
      return;
    }
    if (isTypeOnlyNode(kind)) return;
    if (DECLARES[kind] === 1) declareNames(node, outer);
    let scope = outer;
    const opened = openScope(node, outer);
    if (opened) {
      scope = opened;
      this.scopes.set(node, opened);
      declareOwnName(node, opened);
    }
    LISTED[kind]?.(this, node);
    this.walkChildren(node, scope);
  }

  private addReference(identifier: ts.Identifier): void {
    if (!isReference(identifier)) return;
    const list = this.references.get(identifier.text);
    if (list) list.push(identifier);
    else this.references.set(identifier.text, [identifier]);
  }
}

const IDENTIFIER = ts.SyntaxKind.Identifier;

const DECLARES = kindTable(DECLARING_KINDS);

/** Which list of the model a node goes to, by its kind. */
const LISTED: ((model: FileModel, node: ts.Node) => void)[] = [];

function listed(kinds: readonly ts.SyntaxKind[], add: (model: FileModel, node: never) => void) {
  for (const kind of kinds) LISTED[kind] = add as (model: FileModel, node: ts.Node) => void;
}

const { SyntaxKind } = ts;
listed([SyntaxKind.CallExpression, SyntaxKind.NewExpression], (model, node: ts.CallExpression) =>
  model.calls.push(node),
);
listed(FUNCTION_KINDS, (model, node: FunctionNode) => {
  model.functions.push(node);
  if (ts.isFunctionDeclaration(node)) model.exportNodes.push(node);
});
listed(
  [
    SyntaxKind.WhileStatement,
    SyntaxKind.DoStatement,
    SyntaxKind.ForStatement,
    SyntaxKind.ForOfStatement,
    SyntaxKind.ForInStatement,
  ],
  (model, node: ts.IterationStatement) => model.loops.push(node),
);
listed([SyntaxKind.PropertyAssignment], (model, node: ts.PropertyAssignment) =>
  model.properties.push(node),
);
listed([SyntaxKind.PropertyAccessExpression], (model, node: ts.PropertyAccessExpression) => {
  if (node.expression.kind === SyntaxKind.ThisKeyword) model.fieldUses.push(node);
});
listed([SyntaxKind.TemplateExpression], (model, node: ts.TemplateExpression) =>
  model.templates.push(node),
);
listed([SyntaxKind.ImportDeclaration], (model, node: ts.ImportDeclaration) =>
  model.imports.push(node),
);
listed(
  [
    SyntaxKind.VariableStatement,
    SyntaxKind.ExportDeclaration,
    SyntaxKind.ExportAssignment,
    SyntaxKind.ClassDeclaration,
  ],
  (model, node: ts.Node) => model.exportNodes.push(node),
);
listed([SyntaxKind.BinaryExpression], (model, node: ts.BinaryExpression) => {
  if (isCommonJsExport(node)) model.exportNodes.push(node);
});
listed(
  [SyntaxKind.JsxElement, SyntaxKind.JsxSelfClosingElement, SyntaxKind.JsxFragment],
  (model, node: ts.Node) => {
    const fn = enclosingFunction(node);
    if (fn) model.jsxFunctions.add(fn);
  },
);
