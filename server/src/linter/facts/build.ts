import { ts } from '../compiler';
import { Contexts, isAsync } from './context';
import type { CalleeFact, ExportFact, FileFacts, FunctionFact } from './facts';
import { Memos } from './memo';
import { FileModel } from './model';
import { enclosingClass, Origins } from './origins';
import { enclosingFunction, type FunctionNode, unwrap } from './syntax';
import { sleepMsPerUnit } from './waits';

/** Everything known of one file while its syntax tree is held. */
export interface FileAnalysis {
  model: FileModel;
  origins: Origins;
  contexts: Contexts;
  memos: Memos;
  exports: ExportedFunction[];
}

interface ExportedFunction {
  name: string;
  fn?: FunctionNode;
  source?: { module: string; name: string };
}

/**
 * @param file absolute path
 * @param path path relative to the configuration's root
 */
export function analyseFile(file: string, path: string, source: ts.SourceFile): FileAnalysis {
  const model = new FileModel(file, path, source);
  const origins = new Origins(model);
  const exports = model.exportNodes.flatMap((node) => exportsOf(node, origins));
  const exported = new Map<FunctionNode, string[]>();
  for (const { name, fn } of exports) {
    if (fn) exported.set(fn, [...(exported.get(fn) ?? []), name]);
  }
  const memos = new Memos(model);
  const contexts = new Contexts(model, origins, exported, memos);
  return { model, origins, contexts, memos, exports };
}

/** Turns an analysis into the plain data that outlives the syntax tree. */
export function factsOf(analysis: FileAnalysis): FileFacts {
  const { model, origins, contexts, memos } = analysis;
  const ids = new Map(model.functions.map((fn, id) => [fn, id] as const));
  const idOf = (fn: FunctionNode | null) => (fn ? (ids.get(fn) ?? null) : null);
  const functions = model.functions.map((fn, id): FunctionFact => {
    const owner = enclosingClass(fn);
    return {
      id,
      start: model.start(fn),
      end: fn.end,
      name: contexts.nameOf(fn),
      async: isAsync(fn),
      generator: 'asteriskToken' in fn && fn.asteriskToken !== undefined,
      parent: idOf(enclosingFunction(fn)),
      className: owner?.name?.text ?? null,
      tier: fn.body ? contexts.of(fn.body).tier : 'cold',
      entry: contexts.entryOf(fn)?.what || null,
      memoised: fn.body ? memos.isBehindMemo(fn.body) : false,
      sleepMsPerUnit: sleepMsPerUnit(fn, origins, model),
    };
  });
  const calls = model.calls.flatMap((call) => {
    const callee = calleeOf(call, origins, ids);
    if (!callee) return [];
    const start = model.start(call);
    return {
      callee,
      start,
      end: call.end,
      from: model.position(start),
      to: model.position(call.end),
      fn: idOf(contexts.placeOf(call).fn),
      tier: contexts.of(call).tier,
      memoised: memos.isBehindMemo(call),
    };
  });
  const exports = analysis.exports.map((it): ExportFact => {
    const fn = idOf(it.fn ?? null);
    return {
      name: it.name,
      ...(fn !== null && { fn }),
      ...(it.source && { source: it.source }),
    };
  });
  return { file: model.file, functions, calls, exports };
}

function calleeOf(
  call: ts.CallExpression | ts.NewExpression,
  origins: Origins,
  ids: ReadonlyMap<FunctionNode, number>,
): CalleeFact | null {
  const fn = ts.isCallExpression(call) ? origins.functionOf(call.expression) : null;
  const id = fn && ids.get(fn);
  if (id !== null && id !== undefined) return { kind: 'function', fn: id };
  const origin = origins.of(call.expression);
  return origin?.module ? { kind: 'import', module: origin.module, path: origin.path } : null;
}

function exportsOf(node: ts.Node, origins: Origins): ExportedFunction[] {
  if (ts.isExportDeclaration(node)) return exportDeclaration(node, origins);
  if (ts.isExportAssignment(node)) return [exportedValue('default', node.expression, origins)];
  if (ts.isBinaryExpression(node)) return commonJsExports(node, origins);
  const flags = ts.canHaveModifiers(node) ? (ts.getModifiers(node) ?? []) : [];
  if (!flags.some((it) => it.kind === ts.SyntaxKind.ExportKeyword)) return [];
  const isDefault = flags.some((it) => it.kind === ts.SyntaxKind.DefaultKeyword);
  if (ts.isFunctionDeclaration(node)) {
    return [named(isDefault ? 'default' : (node.name?.text ?? 'default'), node)];
  }
  if (ts.isClassDeclaration(node)) {
    return [{ name: isDefault ? 'default' : (node.name?.text ?? 'default') }];
  }
  if (!ts.isVariableStatement(node)) return [];
  return node.declarationList.declarations.flatMap((declaration) =>
    ts.isIdentifier(declaration.name)
      ? [
          declaration.initializer
            ? exportedValue(declaration.name.text, declaration.initializer, origins)
            : named(declaration.name.text, null),
        ]
      : [],
  );
}

/** `import { x } from './y'; export { x }` re-exports as well. */
function exportedValue(name: string, value: ts.Expression, origins: Origins): ExportedFunction {
  const fn = origins.functionOf(value);
  const origin = fn ? null : origins.of(value);
  if (!origin?.module || !/^[\w$]*$/.test(origin.path)) return named(name, fn);
  return { name, source: { module: origin.module, name: origin.path || 'default' } };
}

function named(name: string, fn: FunctionNode | null): ExportedFunction {
  return fn ? { name, fn } : { name };
}

function exportDeclaration(node: ts.ExportDeclaration, origins: Origins): ExportedFunction[] {
  const specifier = node.moduleSpecifier;
  const module = specifier && ts.isStringLiteral(specifier) ? specifier.text : null;
  const clause = node.exportClause;
  if (!clause) return module ? [{ name: '*', source: { module, name: '*' } }] : [];
  if (ts.isNamespaceExport(clause)) {
    return module ? [{ name: clause.name.text, source: { module, name: '*' } }] : [];
  }
  return clause.elements.map((element) => {
    const local = element.propertyName ?? element.name;
    if (module) return { name: element.name.text, source: { module, name: local.text } };
    if (!ts.isIdentifier(local)) return { name: element.name.text };
    return exportedValue(element.name.text, local, origins);
  });
}

function commonJsExports(node: ts.BinaryExpression, origins: Origins): ExportedFunction[] {
  const left = node.left as ts.PropertyAccessExpression;
  const right = unwrap(node.right);
  const isWhole = ts.isIdentifier(left.expression) && left.expression.text === 'module';
  if (!isWhole) return [named(left.name.text, origins.functionOf(right))];
  if (!ts.isObjectLiteralExpression(right)) return [named('default', origins.functionOf(right))];
  return right.properties.flatMap((property) => {
    if (!property.name || !ts.isIdentifier(property.name)) return [];
    const { text } = property.name;
    if (ts.isShorthandPropertyAssignment(property)) {
      return [named(text, origins.functionOf(property.name))];
    }
    if (ts.isMethodDeclaration(property)) return [named(text, property)];
    if (!ts.isPropertyAssignment(property)) return [];
    return [named(text, origins.functionOf(property.initializer))];
  });
}
