/** Calls that compile a template or schema which is the same every time. */
import { ts } from './compiler';
import type { Origin } from './facts/origins';
import { enclosingFunction, unwrap } from './facts/syntax';
import { isFixedValue } from './fixed-value';
import type { RuleContext } from './rule';

interface CompileRow {
  modules: readonly string[];
  paths: readonly string[];
  /** Name readers know the package by. */
  owner: string;
  what: 'template' | 'schema';
}

const ROWS: readonly CompileRow[] = [
  {
    modules: ['handlebars'],
    paths: ['compile', 'precompile', 'create().compile'],
    owner: 'Handlebars',
    what: 'template',
  },
  { modules: ['ejs'], paths: ['compile', 'render'], owner: 'ejs', what: 'template' },
  { modules: ['pug'], paths: ['compile', 'render'], owner: 'pug', what: 'template' },
  {
    modules: ['nunjucks'],
    paths: ['compile', 'renderString'],
    owner: 'nunjucks',
    what: 'template',
  },
  { modules: ['lodash', 'lodash-es'], paths: ['template'], owner: '_', what: 'template' },
  { modules: ['lodash/template', 'lodash.template'], paths: [''], owner: '', what: 'template' },
  {
    modules: ['@sinclair/typebox/compiler'],
    paths: ['TypeCompiler.Compile'],
    owner: 'TypeCompiler',
    what: 'schema',
  },
  { modules: ['fast-json-stringify'], paths: ['', 'build'], owner: '', what: 'schema' },
];

const AJV_INSTANCE = /(?:^|\.)(?:new\(\)|type:\w+)\.(compile|validate)$/;

export interface CompileCall {
  /** As the source has it: `Handlebars.compile`, `ajv.compile`. */
  name: string;
  /** What happens again on every call, as a clause without subject. */
  again: string;
  advice: string;
  /** Whether the whole call may stand at module level as it is. */
  hoistable: boolean;
}

/** @returns the compilation that a call repeats for nothing, or `null`. */
export function compileCall(
  call: ts.CallExpression,
  origin: Origin,
  context: RuleContext,
): CompileCall | null {
  if (origin.module !== null && /^ajv(\/|$)/.test(origin.module)) {
    return ajvCall(call, origin, context);
  }
  const row = ROWS.find(
    (it) => it.modules.includes(origin.module ?? '') && it.paths.includes(origin.path),
  );
  const source = row && call.arguments[0];
  const fixed = source && isFixedValue(source, context);
  if (!row || !fixed || keepsCompiled(call)) return null;
  const method = origin.path.split('.').at(-1) ?? '';
  const renders = /^render/.test(method);
  return {
    name: context.model.textOf(call.expression),
    again: `compiles the same ${row.what} again on every call`,
    advice: renders
      ? `Compile the ${row.what} once, outside the function, and call what that gives.`
      : `Compile it once, outside the function, and keep what that gives.`,
    hoistable: !renders && fixed === 'at module level' && hasFixedRest(call, context),
  };
}

/** `ejs.render(text, data, { cache: true, filename })`. */
function keepsCompiled(call: ts.CallExpression): boolean {
  return call.arguments.some((argument) => {
    const options = unwrap(argument);
    return (
      ts.isObjectLiteralExpression(options) &&
      options.properties.some(
        (it) =>
          ts.isPropertyAssignment(it) &&
          ts.isIdentifier(it.name) &&
          it.name.text === 'cache' &&
          it.initializer.kind !== ts.SyntaxKind.FalseKeyword,
      )
    );
  });
}

/**
 * Ajv keeps what it compiled by the schema object itself, so a call with the same object on the same
 * instance costs nothing. A new instance, or a new object, compiles anew.
 */
function ajvCall(
  call: ts.CallExpression,
  origin: Origin,
  context: RuleContext,
): CompileCall | null {
  const [schema] = call.arguments;
  const callee = unwrap(call.expression);
  const method = AJV_INSTANCE.exec(origin.path)?.[1];
  if (!method || !schema || !ts.isPropertyAccessExpression(callee)) return null;
  const name = context.model.textOf(callee);
  const fixed = isFixedValue(schema, context);
  if (isMadeByFunction(callee.expression, context)) {
    return {
      name,
      again: 'has an `Ajv` instance made anew on every call, and so compiles again each time',
      advice: fixed
        ? 'Create the instance and compile the schema once, outside the function.'
        : 'Create the instance once, outside the function, and keep the compiled function of each schema.',
      hoistable: false,
    };
  }
  if (!fixed || !isNewObject(schema, context)) return null;
  return {
    name,
    again: 'gets a new schema object on every call, and so compiles and keeps it again each time',
    advice: 'Compile it once, outside the function, and keep what that gives.',
    hoistable: method === 'compile' && fixed === 'at module level' && hasFixedRest(call, context),
  };
}

/** Whether a value is made by `new` in the function that uses it. */
function isMadeByFunction(expression: ts.Expression, { model }: RuleContext): boolean {
  const value = unwrap(expression);
  if (ts.isNewExpression(value)) return true;
  const declaration = ts.isIdentifier(value) ? model.resolve(value)?.declaration : undefined;
  if (!declaration || !ts.isVariableDeclaration(declaration)) return false;
  const made = declaration.initializer && unwrap(declaration.initializer);
  return !!made && ts.isNewExpression(made) && enclosingFunction(declaration) !== null;
}

function isNewObject(schema: ts.Expression, { model }: RuleContext): boolean {
  const value = unwrap(schema);
  if (ts.isObjectLiteralExpression(value)) return true;
  const declaration = ts.isIdentifier(value) ? model.resolve(value)?.declaration : undefined;
  if (!declaration || !ts.isVariableDeclaration(declaration)) return false;
  const { initializer } = declaration;
  return (
    !!initializer &&
    enclosingFunction(declaration) !== null &&
    ts.isObjectLiteralExpression(unwrap(initializer))
  );
}

/** The callee and the other arguments may stand at module level too. */
function hasFixedRest(call: ts.CallExpression, context: RuleContext): boolean {
  const callee = unwrap(call.expression);
  const parts = [
    ts.isPropertyAccessExpression(callee) ? callee.expression : callee,
    ...call.arguments.slice(1),
  ];
  return parts.every((it) => isFixedValue(it, context) === 'at module level');
}
