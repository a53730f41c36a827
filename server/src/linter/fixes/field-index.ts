import type { TextEdit } from '../../../../shared/finding';
import { ts } from '../compiler';
import type { FileModel } from '../facts/model';
import { enclosingClass } from '../facts/origins';
import { unwrap } from '../facts/syntax';
import { changesOf, type ListChange } from '../list-changes';
import { comparison, type Lookup } from '../lookups';
import type { LazyFix, RuleContext } from '../rule';
import { indentAt, styleOf } from './style';

/**
 * Keeps an index beside a list that is a field, changed by every statement of the class that changes
 * the list. The first of equal keys wins, as it does in `find`.
 * @returns the fix, or `null` where the class changes the list in a way that an index cannot follow
 */
export function fieldIndexFix(lookup: Lookup, context: RuleContext): LazyFix | null {
  const { model } = context;
  const { list, result, key } = lookup;
  if (!lookup.strict || !result || !/^(find|some)$/.test(lookup.method)) return null;
  if (!ts.isPropertyAccessExpression(list) || !ts.isIdentifier(list.name)) return null;
  const owner = enclosingClass(list);
  const name = `${list.name.text}By${(key[0] ?? '').toUpperCase()}${key.slice(1)}`.replace(
    /_/g,
    '',
  );
  const field = owner?.members.find((it) => it.name && model.textOf(it.name) === list.name.text);
  if (!owner || !field || !ts.isPropertyDeclaration(field) || /\/[/*]/.test(model.textOf(result))) {
    return null;
  }
  const access = `this.${name}`;
  const own = owner.members.find((it) => it.name && model.textOf(it.name) === name);
  const isThere = !!own && ts.isPropertyDeclaration(own) && isNewMap(own.initializer);
  if (own && !isThere) return null;
  const declaration = isThere ? [] : declare(field, name, context);
  const changes = isThere
    ? []
    : changesOf(model.textOf(list), owner, model).map((it) => follow(it, key, access, context));
  if (!declaration || changes.some((it) => it === null)) return null;
  const ask = `${access}.${lookup.method === 'some' ? 'has' : 'get'}(${model.textOf(lookup.value)})`;
  return {
    title: `Keep \`${name}\`, a \`Map\` by \`${key}\`, beside \`${list.name.text}\``,
    safety: 'suggestion',
    edits: (): TextEdit[] => [
      ...declaration,
      ...changes.flatMap((it) => it ?? []),
      { start: model.start(result), end: result.end, newText: ask },
    ],
  };
}

function isNewMap(value: ts.Expression | undefined): boolean {
  return !!value && ts.isNewExpression(value) && value.expression.getText() === 'Map';
}

/** A field for the index below the list, when the list starts empty and its type is known. */
function declare(
  field: ts.PropertyDeclaration,
  name: string,
  { model }: RuleContext,
): TextEdit[] | null {
  const first = field.initializer && unwrap(field.initializer);
  if (!first || !ts.isArrayLiteralExpression(first) || first.elements.length > 0) return null;
  const { newline, semicolon, isTypeScript } = styleOf(model);
  const element = field.type && elementType(field.type);
  if (isTypeScript && !element) return null;
  const access = (field.modifiers ?? [])
    .map((it) => it.getText(model.source))
    .filter((it) => it !== 'readonly');
  if (access.some((it) => it !== 'private' && it !== 'protected')) return null;
  const words = [...access, ...(isTypeScript ? ['readonly'] : []), name].join(' ');
  const type = element ? `<unknown, ${model.textOf(element)}>` : '';
  const indent = indentAt(model.text, model.start(field));
  const newText = `${newline}${indent}${words} = new Map${type}()${semicolon}`;
  const end = endWithComment(field, model);
  return [{ start: end, end, newText }];
}

/** The element type of `T[]`, `readonly T[]` or `Array<T>`. */
function elementType(type: ts.TypeNode): ts.TypeNode | null {
  if (ts.isArrayTypeNode(type)) return type.elementType;
  if (ts.isTypeOperatorNode(type)) return elementType(type.type);
  if (!ts.isTypeReferenceNode(type) || !ts.isIdentifier(type.typeName)) return null;
  return /^(Readonly)?Array$/.test(type.typeName.text) ? (type.typeArguments?.[0] ?? null) : null;
}

/** The same change of the index, below the statement that changes the list. */
function follow(
  change: ListChange,
  key: string,
  access: string,
  { model }: RuleContext,
): TextEdit[] | null {
  const statement = change.node.parent;
  if (!ts.isExpressionStatement(statement) || !ts.isBlock(statement.parent)) return null;
  const code = indexChange(change, key, access, model.textOf.bind(model));
  if (!code) return null;
  const { newline, semicolon } = styleOf(model);
  const indent = indentAt(model.text, model.start(statement));
  const end = endWithComment(statement, model);
  return [{ start: end, end, newText: `${newline}${indent}${code}${semicolon}` }];
}

/** A comment at the end of a line stays on it. */
function endWithComment(node: ts.Node, model: FileModel): number {
  return ts.getTrailingCommentRanges(model.text, node.end)?.at(-1)?.end ?? node.end;
}

function indexChange(
  { kind, node }: ListChange,
  key: string,
  access: string,
  textOf: (node: ts.Node) => string,
): string | null {
  if (kind === 'empties') return `${access}.clear()`;
  if (kind === 'grows') {
    const added = addedElement(node);
    if (!added) return null;
    return `if (!${access}.has(${added}.${key})) ${access}.set(${added}.${key}, ${added})`;
  }
  const removed = ts.isBinaryExpression(node) ? removedValue(node, key) : null;
  return removed && `${access}.delete(${textOf(removed)})`;
}

/** The variable that `list.push(x)` or `list = [...list, x]` adds at the end. */
function addedElement(node: ts.Node): string | null {
  let added: readonly ts.Expression[] = [];
  if (ts.isCallExpression(node)) {
    const isPush = ts.isPropertyAccessExpression(node.expression);
    added = isPush && node.expression.name.text === 'push' ? node.arguments : [];
  } else if (ts.isBinaryExpression(node)) {
    const right = unwrap(node.right);
    const [first, ...rest] = ts.isArrayLiteralExpression(right) ? right.elements : [];
    added = first && ts.isSpreadElement(first) ? rest : [];
  }
  const [only] = added;
  return added.length === 1 && only && ts.isIdentifier(only) ? only.text : null;
}

/** The value of `list = list.filter((it) => it.key !== value)`. */
function removedValue(node: ts.BinaryExpression, key: string): ts.Expression | null {
  const call = unwrap(node.right);
  if (!ts.isCallExpression(call) || !ts.isPropertyAccessExpression(call.expression)) return null;
  const [predicate] = call.arguments;
  const isOwn = call.expression.expression.getText() === node.left.getText();
  if (!isOwn || call.expression.name.text !== 'filter' || !predicate) return null;
  if (!ts.isArrowFunction(predicate) || ts.isBlock(predicate.body)) return null;
  const [parameter] = predicate.parameters;
  const test = parameter && comparison(predicate.body, parameter.name, 'different');
  return test?.key === key && test.strict ? test.value : null;
}
