import { ts } from './compiler';
import { unwrap } from './facts/syntax';
import { rootOf } from './lookups';
import type { RuleContext } from './rule';

/** So few elements are searched as fast as a `Map` is asked. */
const MAX_SMALL = 8;

/** The naming of constants, which are lists written out in the source. */
const CONSTANT_NAME = /^[A-Z][A-Z0-9]*(_[A-Z0-9]+)*$/;

/** @returns whether a list is a constant that is written out in the source and short. */
export function isSmallConstant(list: ts.Expression, { model }: RuleContext): boolean {
  const root = rootOf(list);
  if (!ts.isIdentifier(root)) return false;
  const binding = model.resolve(root);
  if (!binding) return true;
  if (binding.imported) {
    const last = ts.isPropertyAccessExpression(list) ? list.name.text : root.text;
    return CONSTANT_NAME.test(last) || CONSTANT_NAME.test(root.text);
  }
  if (ts.isEnumDeclaration(binding.declaration)) return true;
  if (!ts.isVariableDeclaration(binding.declaration) || list !== root) return false;
  const { initializer } = binding.declaration;
  const value = initializer && unwrap(initializer);
  if (!value || !ts.isArrayLiteralExpression(value) || model.writesOf(binding).length > 0) {
    return false;
  }
  const isOpen = value.elements.some(ts.isSpreadElement) || value.elements.length === 0;
  return !isOpen && value.elements.length <= MAX_SMALL;
}
