/** Keys that a method builds on every call from fields that never change. */
import { ts } from '../compiler';
import { type FunctionNode, isFunctionNode, unwrap } from '../facts/syntax';
import type { RuleContext } from '../rule';
import { isKey, isPure, makesText } from './expression';

/** Fewer keys than this are not worth a field. */
const MIN_KEYS = 2;

/** @returns the keys a method makes only from constants and fields that are assigned once. */
export function constantKeysOf(fn: FunctionNode, context: RuleContext): ts.Expression[] {
  const owner = fn.parent;
  if (!ts.isMethodDeclaration(fn) || !ts.isClassLike(owner) || !fn.body) return [];
  const text = context.model.textOf(fn.body);
  if (!text.includes('this.') || text.split('${').length <= MIN_KEYS) return [];
  const keys: ts.Expression[] = [];
  let readsField = false;
  const isFixed = (node: ts.Expression, depth = 0): boolean => {
    let fixed = true;
    const visit = (at: ts.Node): void => {
      if (!fixed) return;
      if (ts.isPropertyAccessExpression(at)) {
        if (at.expression.kind !== ts.SyntaxKind.ThisKeyword) return void visit(at.expression);
        readsField = true;
        fixed = isAssignedOnce(owner, at.name.text, context);
        return;
      }
      if (ts.isIdentifier(at)) fixed = isFixedName(at, depth);
      else ts.forEachChild(at, visit);
    };
    visit(node);
    return fixed;
  };
  const isFixedName = (id: ts.Identifier, depth: number): boolean => {
    const binding = context.model.resolve(id);
    const declaration = binding?.kind === 'const' ? binding.declaration : undefined;
    if (!declaration || !ts.isVariableDeclaration(declaration) || !declaration.initializer)
      return false;
    const value = unwrap(declaration.initializer);
    if (ts.isStringLiteralLike(value) || ts.isNumericLiteral(value)) return true;
    return depth < 3 && isPure(value, context) && isFixed(value, depth + 1);
  };
  const visit = (node: ts.Node): void => {
    ts.forEachChild(node, (child) => {
      if (isFunctionNode(child)) return;
      if (!ts.isExpression(child) || !makesText(child, context) || !isPure(child, context))
        return visit(child);
      if (isKey(child, context) && isFixed(child)) keys.push(child);
    });
  };
  visit(fn.body);
  return readsField && keys.length >= MIN_KEYS ? keys : [];
}

/** Whether a field is set by its initialiser or in the constructor, and never again. */
function isAssignedOnce(
  owner: ts.ClassLikeDeclaration,
  name: string,
  { model }: RuleContext,
): boolean {
  const isPrivate = owner.members.some((member) => {
    if (ts.isConstructorDeclaration(member)) {
      return member.parameters.some((it) => it.name.getText() === name && isClosed(it));
    }
    return ts.isPropertyDeclaration(member) && member.name.getText() === name && isClosed(member);
  });
  if (!isPrivate) return false;
  return model.fieldUses.every((use) => {
    if (use.name.text !== name || !isTarget(use)) return true;
    for (let at: ts.Node = use; at; at = at.parent) {
      if (isFunctionNode(at) && !ts.isArrowFunction(at)) return ts.isConstructorDeclaration(at);
    }
    return false;
  });
}

/** Whether nobody outside the class assigns a member. */
function isClosed(member: ts.ParameterDeclaration | ts.PropertyDeclaration): boolean {
  const flags = ts.getCombinedModifierFlags(member);
  const isHidden = member.name !== undefined && ts.isPrivateIdentifier(member.name);
  return isHidden || (flags & (ts.ModifierFlags.Readonly | ts.ModifierFlags.Private)) !== 0;
}

function isTarget(use: ts.PropertyAccessExpression): boolean {
  const { parent } = use;
  if (ts.isBinaryExpression(parent))
    return (
      parent.left === use &&
      /=$/.test(parent.operatorToken.getText()) &&
      !/^[=!]==?$|[<>]=/.test(parent.operatorToken.getText())
    );
  return (
    ts.isPostfixUnaryExpression(parent) ||
    (ts.isPrefixUnaryExpression(parent) && /^(\+\+|--)/.test(parent.getText())) ||
    ts.isDeleteExpression(parent)
  );
}
