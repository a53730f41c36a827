import { ts } from '../compiler';

export type FunctionNode =
  | ts.FunctionDeclaration
  | ts.FunctionExpression
  | ts.ArrowFunction
  | ts.MethodDeclaration
  | ts.ConstructorDeclaration
  | ts.AccessorDeclaration;

/**
 * Marks kinds in a table. The walk asks for every node; a `switch` over `ts.SyntaxKind` members
 * would look each one up anew.
 */
export function kindTable(kinds: readonly ts.SyntaxKind[]): Uint8Array {
  const table = new Uint8Array(ts.SyntaxKind.Count);
  for (const kind of kinds) table[kind] = 1;
  return table;
}

export const FUNCTION_KINDS = [
  ts.SyntaxKind.FunctionDeclaration,
  ts.SyntaxKind.FunctionExpression,
  ts.SyntaxKind.ArrowFunction,
  ts.SyntaxKind.MethodDeclaration,
  ts.SyntaxKind.Constructor,
  ts.SyntaxKind.GetAccessor,
  ts.SyntaxKind.SetAccessor,
];

const FUNCTIONS = kindTable(FUNCTION_KINDS);

const TYPE_ONLY = kindTable([
  ts.SyntaxKind.InterfaceDeclaration,
  ts.SyntaxKind.TypeAliasDeclaration,
  ts.SyntaxKind.TypeParameter,
]).fill(1, ts.SyntaxKind.FirstTypeNode, ts.SyntaxKind.LastTypeNode + 1);

/** `module.exports = …`, `module.exports.x = …`, `exports.x = …`. */
export function isCommonJsExport(node: ts.BinaryExpression): boolean {
  if (node.operatorToken.kind !== ts.SyntaxKind.EqualsToken) return false;
  let left = node.left;
  if (!ts.isPropertyAccessExpression(left)) return false;
  while (ts.isPropertyAccessExpression(left)) left = left.expression;
  return ts.isIdentifier(left) && (left.text === 'module' || left.text === 'exports');
}

export function isTypeOnlyNode(kind: ts.SyntaxKind): boolean {
  return TYPE_ONLY[kind] === 1;
}

/** Whether an identifier reads or writes a variable, rather than naming a member or declaration. */
export function isReference(id: ts.Identifier): boolean {
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

export function isWriteTarget(id: ts.Identifier): boolean {
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
      case ts.SyntaxKind.AsExpression:
      case ts.SyntaxKind.SatisfiesExpression:
      case ts.SyntaxKind.NonNullExpression:
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
  return FUNCTIONS[node.kind] === 1;
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
