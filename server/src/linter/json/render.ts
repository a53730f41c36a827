import { ts } from '../compiler';
import { isFunctionNode } from '../facts/syntax';
import type { RuleContext } from '../rule';

/** What a render does with the text. */
export type RenderUse = 'state' | 'dependency' | 'value';

/**
 * @returns how a component's own run uses a text made in it; `null` where no render makes it, or
 * where it is shown to people
 */
export function renderUse(node: ts.Node, context: RuleContext): RenderUse | null {
  const { contexts, model } = context;
  if (model.jsxFunctions.size === 0) return null;
  // Mail is rendered once, on the server.
  if (/(^|\/)e?mails?\//.test(model.path)) return null;
  const { fn } = contexts.placeOf(node);
  const entry = fn && contexts.entryOf(fn);
  if (!entry?.what.includes('once per render')) return null;
  let use: RenderUse = 'value';
  for (let at = node.parent, from = node; at !== fn; from = at, at = at.parent) {
    if (ts.isJsxExpression(at)) {
      // Text between tags is there to be read; markup that is set goes to other programs.
      if (!ts.isJsxAttribute(at.parent)) return null;
      if (at.parent.name.getText() === 'dangerouslySetInnerHTML') return null;
      // A form's hidden fields are texts by nature.
      if (ownerOf(at.parent) === 'input') return null;
    }
    if (ts.isCallExpression(at) && at.expression !== from) {
      const hook = at.expression.getText().replace(/^React\./, '');
      if (/^use(State|Ref)$/.test(hook)) use = 'state';
      if (/^use[A-Z]/.test(hook) && ts.isArrayLiteralExpression(from)) use = 'dependency';
    }
    if (ts.isBinaryExpression(at) && at.right === from && isComparison(at)) return null;
    if (ts.isVariableDeclaration(at) && isDependency(at, context)) use = 'dependency';
    if (isFunctionNode(at)) return null;
  }
  return use;
}

function ownerOf(attribute: ts.JsxAttribute): string {
  return attribute.parent.parent.tagName.getText();
}

/** The right side of a comparison of two texts; the left one stands for both. */
function isComparison({ operatorToken }: ts.BinaryExpression): boolean {
  return /^[!=]==?$/.test(operatorToken.getText());
}

/** Whether a variable only tells a hook when to run again. */
function isDependency({ name }: ts.VariableDeclaration, { model }: RuleContext): boolean {
  const binding = ts.isIdentifier(name) ? model.lookup(name.text, name) : undefined;
  if (!binding) return false;
  return model.usesOf(binding).some(({ parent }) => {
    const hook = parent.parent;
    if (!ts.isArrayLiteralExpression(parent) || !ts.isCallExpression(hook)) return false;
    return /(^|\.)use[A-Z]\w*$/.test(hook.expression.getText());
  });
}
