import type { TextEdit } from '../../../../shared/finding';
import { ts } from '../compiler';
import type { FileModel } from '../facts/model';
import { enclosingFunction, isFunctionNode, isWithin, walkAll } from '../facts/syntax';
import { type Lookup, rootOf } from '../lookups';
import type { LazyFix, RuleContext } from '../rule';
import { nameWithin } from './names';
import { indentAt, styleOf } from './style';

/**
 * Builds an index of the list before the loop and asks it in the loop. The first of equal keys wins,
 * as it does in `find`.
 * @returns the fix, or `null` where the list may not be there yet or may change in between
 */
export function indexFix(lookup: Lookup, loop: ts.Node, context: RuleContext): LazyFix | null {
  const { model } = context;
  const { list, result } = lookup;
  const isSimple = lookup.strict && result && /^(find|some|filter)$/.test(lookup.method);
  const place = isSimple ? statementOf(loop) : null;
  // A comment in the predicate would be lost with it.
  if (!isSimple || !place || /\/[/*]/.test(model.textOf(result))) return null;
  if (isReached(lookup, loop, context) || declares(place, list, context)) return null;
  const listText = model.textOf(list);
  const last = ts.isPropertyAccessExpression(list) ? list.name.text : listText;
  const suffix = `By${(lookup.key[0] ?? '').toUpperCase()}${lookup.key.slice(1)}`.replace(/_/g, '');
  const name = nameWithin(place, `${last}${suffix}`, model);
  if (listText === 'it') return null;
  const isSet = lookup.method === 'some';
  return {
    title: `Look \`${lookup.key}\` up in a \`${isSet ? 'Set' : 'Map'}\` built before the loop`,
    safety: 'suggestion',
    edits: (): TextEdit[] => {
      const { newline, semicolon, isTypeScript, indent: indentUnit } = styleOf(model);
      const start = model.start(place);
      const type = isTypeScript ? `<unknown${isSet ? '' : `, (typeof ${listText})[number]`}>` : '';
      const key = `it.${lookup.key}`;
      const fill = `if (!${name}.has(${key})) ${name}.set(${key}, it)${semicolon}`;
      const lines = isSet
        ? [`const ${name} = new Set${type}(${listText}.map((it) => ${key}))${semicolon}`]
        : [
            `const ${name} = new Map${type}()${semicolon}`,
            ...[`for (const it of ${listText}) {`, `${indentUnit}${fill}`, '}'],
          ];
      const indent = indentAt(model.text, start);
      const newText = lines.map((it) => it + newline + indent).join('');
      const value = model.textOf(lookup.value);
      return [
        { start, end: start, newText },
        {
          start: model.start(result),
          end: result.end,
          newText: `${name}.${isSet ? 'has' : 'get'}(${value})`,
        },
      ];
    },
  };
}

/** Whether a list is declared by the very statement that an index would stand before. */
function declares(place: ts.Statement, list: ts.Expression, { model }: RuleContext): boolean {
  const root = rootOf(list);
  const binding = ts.isIdentifier(root) ? model.resolve(root) : undefined;
  return binding !== undefined && isWithin(binding.declaration, place);
}

/** The statement of the loop, when nothing decides between the two whether the loop runs. */
function statementOf(loop: ts.Node): ts.Statement | null {
  let at = loop;
  while (!isListed(at)) {
    const { parent } = at;
    if (!parent || isFunctionNode(parent) || mayBeSkipped(parent, at)) return null;
    at = parent;
  }
  return at as ts.Statement;
}

function isListed(node: ts.Node): boolean {
  return node.parent && (ts.isBlock(node.parent) || ts.isSourceFile(node.parent));
}

function mayBeSkipped(parent: ts.Node, child: ts.Node): boolean {
  if (ts.isConditionalExpression(parent)) return parent.condition !== child;
  if (ts.isBinaryExpression(parent)) {
    const kind = parent.operatorToken.kind;
    const isShort =
      kind === ts.SyntaxKind.AmpersandAmpersandToken ||
      kind === ts.SyntaxKind.BarBarToken ||
      kind === ts.SyntaxKind.QuestionQuestionToken;
    return isShort && parent.right === child;
  }
  if (ts.isCaseOrDefaultClause(parent)) return true;
  if (ts.isIfStatement(parent)) return parent.expression !== child;
  // `a?.map(…)` runs only when there is an `a`; a body without braces, only in its loop.
  return ts.isCallChain(parent) || ts.isIterationStatement(parent, false);
}

/** Whether code of the loop may change the list in a way that its text does not show. */
function isReached(lookup: Lookup, loop: ts.Node, { model }: RuleContext): boolean {
  const text = model.textOf(lookup.list);
  const root = rootOf(lookup.list);
  if (ts.isCallExpression(loop) && ts.isCallChain(loop)) return true;
  const binding = ts.isIdentifier(root) ? model.resolve(root) : undefined;
  const isLocal = binding !== undefined && enclosingFunction(binding.declaration) !== null;
  let reached = false;
  walkAll(loop, (node) => {
    if (reached || isWithin(node, lookup.node)) return;
    // Something else asks whether there is a list at all, or hands it on.
    if (isBareUse(node, [text, model.textOf(root)], model)) reached = true;
    if (!isLocal && ts.isAwaitExpression(node)) reached = true;
    if (!ts.isCallExpression(node)) return;
    const callee = node.expression;
    const isOwn =
      ts.isPropertyAccessExpression(callee) && callee.expression.kind === ts.SyntaxKind.ThisKeyword;
    if (isOwn && root.kind === ts.SyntaxKind.ThisKeyword) reached = true;
  });
  return reached;
}

function isBareUse(node: ts.Node, texts: readonly string[], model: FileModel): boolean {
  if (!ts.isIdentifier(node) && !ts.isPropertyAccessExpression(node)) return false;
  const { parent } = node;
  if (ts.isPropertyAccessExpression(parent)) {
    return (
      parent.expression === node && !!parent.questionDotToken && texts.includes(model.textOf(node))
    );
  }
  return texts.includes(model.textOf(node));
}
