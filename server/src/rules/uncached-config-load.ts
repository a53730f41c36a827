import type { TextEdit, Tier } from '../../../shared/finding';
import { ts } from '../linter/compiler';
import { higherTier } from '../linter/facts/context';
import { type FileModel, type FunctionNode, isWithin, unwrap } from '../linter/facts/model';
import { type FixedPath, fixedPath } from '../linter/fixed-path';
import { addCachedReader } from '../linter/fixes/cached-read';
import { topStatement } from '../linter/fixes/imports';
import { indentAt } from '../linter/fixes/style';
import { type CallSite, defineRule, type LazyFix, type RuleContext } from '../linter/rule';

/** Functions that parse a configuration text; `copyable` results survive `structuredClone` unchanged. */
const PARSERS: Readonly<Record<string, { format: string; copyable: boolean }>> = {
  '#JSON.parse': { format: 'JSON', copyable: true },
  'yaml#parse': { format: 'YAML', copyable: true },
  'yaml#parseDocument': { format: 'YAML', copyable: false },
  'js-yaml#load': { format: 'YAML', copyable: true },
  'js-yaml#safeLoad': { format: 'YAML', copyable: true },
  'json5#parse': { format: 'JSON5', copyable: true },
  'jsonc-parser#parse': { format: 'JSON', copyable: true },
  'comment-json#parse': { format: 'JSON', copyable: false },
  'toml#parse': { format: 'TOML', copyable: false },
  '@iarna/toml#parse': { format: 'TOML', copyable: false },
  'smol-toml#parse': { format: 'TOML', copyable: false },
  'ini#parse': { format: 'INI', copyable: false },
  'ini#decode': { format: 'INI', copyable: false },
  'dotenv#parse': { format: 'dotenv', copyable: true },
};

const READERS: Readonly<Record<string, 'sync' | 'async'>> = {
  'fs#readFileSync': 'sync',
  'fs#promises.readFile': 'async',
  'fs-extra#readFileSync': 'sync',
  'fs-extra#readFile': 'async',
  'graceful-fs#readFileSync': 'sync',
};

/** JSON is also data; only a name like this makes a file a configuration. */
const CONFIG_NAME =
  /conf(ig)?(?![a-z])|config|settings|preferences|options|manifest|package\.json|\.?\w*rc(\.json)?$|feature.?flags/i;

/** How many callers a finding lists. */
const MAX_CALLERS = 10;

interface ConfigRead {
  call: ts.CallExpression;
  mode: 'sync' | 'async';
  parse: ts.CallExpression;
  format: string;
  copyable: boolean;
  path: FixedPath;
}

export default defineRule({
  meta: {
    id: 'uncached-config-load',
    summary: 'Configuration read and parsed again on every call',
    why:
      'A loader that opens and parses its file on each call repeats the same file I/O and parsing ' +
      'for every caller, though the file hardly ever changes. Keeping the result until the ' +
      "file's modification time changes costs one `stat` instead.",
    mission: '§1 Configuration Loading Without Caching',
    fix: 'mixed',
    equivalents: [],
  },
  triggers: ['readFile'],

  check(context) {
    for (const node of context.model.calls) {
      if (!ts.isCallExpression(node)) continue;
      const read = configRead(node, context);
      if (!read) continue;
      const { fn } = context.contexts.placeOf(node);
      const place = context.contexts.of(node);
      if (!fn || place.tier === 'run-once' || context.memos.isBehindMemo(node)) continue;
      context.reportIf({
        at: node,
        question: { kind: 'callers', fn: context.idOf(fn) },
        subject: {
          loader: context.contexts.nameOf(fn),
          file: read.path.text,
          format: read.format,
          tier: place.tier,
          why: place.why,
        },
        evidence: place.path,
        fix: fixOf(read, context),
      });
    }
  },

  conclude(subject, answer) {
    if (answer.kind !== 'callers') return null;
    const sites = answer.sites.filter((it) => !it.memoised);
    const running = sites.filter((it) => it.tier !== 'run-once');
    const own = subject.tier as Tier;
    if (own !== 'hot' && (running.length === 0 || (sites.length < 2 && !running.some(isHot)))) {
      return null;
    }
    const tier = running.reduce<Tier>((best, it) => higherTier(best, it.tier), own);
    const loader = subject.loader ? `\`${subject.loader}\`` : 'This function';
    const calls =
      sites.length > 1 ? `it is called from ${sites.length} places` : `it ${subject.why}`;
    const perRequest =
      running.some(isHot) && own !== 'hot'
        ? ', also from code that runs per request or loop turn'
        : '';
    return {
      tier,
      message:
        `${loader} reads and parses ${subject.file} (${subject.format}) again on every call, and ` +
        `${calls}${perRequest}. Keep the result and read the file again only when its ` +
        'modification time changes.',
      evidence: callers(sites),
    };
  },
});

function isHot(site: CallSite): boolean {
  return site.tier === 'hot' || site.tier === 'measured';
}

function callers(sites: readonly CallSite[]) {
  const shown = sites.slice(0, MAX_CALLERS);
  const more = sites.length - shown.length;
  return shown.map(({ caller, tier, ...place }, i) => ({
    ...place,
    message:
      `called from ${caller ?? 'the top of the module'}` +
      `${tier === 'hot' ? ' (hot)' : ''}` +
      `${more > 0 && i === shown.length - 1 ? ` and ${more} more places` : ''}`,
  }));
}

/** @returns the read of a configuration file that `call` is, or `null`. */
function configRead(call: ts.CallExpression, context: RuleContext): ConfigRead | null {
  const { origins, contexts, model } = context;
  const origin = origins.of(call.expression);
  const mode = origin?.module && READERS[`${origin.module}#${origin.path}`];
  const [file] = call.arguments;
  if (!mode || !file) return null;
  const { fn } = contexts.placeOf(call);
  if (!fn) return null;
  const parse = parserOf(call, fn, context);
  const path = parse && fixedPath(file, fn, model, origins);
  if (!parse || !path || writesBack(path, context)) return null;
  const name = contexts.nameOf(fn) ?? '';
  const isConfig =
    parse.format !== 'JSON' || [name, path.text, path.names].some((it) => CONFIG_NAME.test(it));
  return isConfig ? { call, mode, path, ...parse } : null;
}

/** @returns the parser that the read's text flows into, within the same function. */
function parserOf(call: ts.CallExpression, fn: FunctionNode, context: RuleContext) {
  const target = outermostValue(call);
  const { parent } = target;
  if (ts.isCallExpression(parent) && parent.arguments[0] === target) {
    return asParser(parent, context);
  }
  if (!ts.isVariableDeclaration(parent) || !ts.isIdentifier(parent.name)) return null;
  const binding = context.model.lookup(parent.name.text, parent);
  for (const use of binding ? context.model.usesOf(binding) : []) {
    const value = outermostValue(use);
    const outer = value.parent;
    if (!ts.isCallExpression(outer) || outer.arguments[0] !== value) continue;
    const parser = context.contexts.placeOf(outer).fn === fn ? asParser(outer, context) : null;
    if (parser) return parser;
  }
  return null;
}

function asParser(parse: ts.CallExpression, { origins }: RuleContext) {
  const origin = origins.of(parse.expression);
  const parser = origin && PARSERS[`${origin.module ?? ''}#${origin.path}`];
  return parser ? { parse, ...parser } : null;
}

/** Climbs over `await`, parentheses, casts and `.toString()`. */
function outermostValue(node: ts.Expression): ts.Expression {
  let at = node;
  for (;;) {
    const { parent } = at;
    if (
      ts.isAwaitExpression(parent) ||
      ts.isParenthesizedExpression(parent) ||
      ts.isAsExpression(parent) ||
      ts.isNonNullExpression(parent)
    ) {
      at = parent;
    } else if (
      ts.isPropertyAccessExpression(parent) &&
      /^(toString|trim)$/.test(parent.name.text) &&
      ts.isCallExpression(parent.parent)
    ) {
      at = parent.parent;
    } else {
      return at;
    }
  }
}

/** A file that the same module writes is a store, not a configuration. */
function writesBack(path: FixedPath, { model, origins }: RuleContext): boolean {
  return model.calls.some((call) => {
    const origin = origins.of(call.expression);
    const first = call.arguments?.[0];
    if (!first || !origin?.module || !/^(fs|fs-extra|graceful-fs)$/.test(origin.module))
      return false;
    if (!/(write|append)\w*$/i.test(origin.path)) return false;
    return (
      model.textOf(first) === path.text || (path.names !== '' && model.textOf(first) === path.names)
    );
  });
}

/** A fix needs the text as UTF-8, and a result that can be handed out in copies. */
function fixOf(read: ConfigRead, context: RuleContext): LazyFix | null {
  const { model } = context;
  const { call, parse, mode } = read;
  const [file, encoding] = call.arguments;
  const isText = encoding && /^(['"])utf-?8\1$/i.test(model.textOf(encoding));
  const callee = unwrap(call.expression);
  const object = ts.isPropertyAccessExpression(callee) ? model.textOf(callee.expression) : null;
  const root = ts.isPropertyAccessExpression(callee) ? unwrap(callee.expression) : callee;
  const rootId = ts.isPropertyAccessExpression(root) ? root.expression : root;
  const binding = ts.isIdentifier(rootId) ? model.resolve(rootId) : undefined;
  const anchor = binding?.imported && topStatement(binding.declaration);
  if (!file || !isText || !anchor || !binding?.imported || !isPathString(read.path)) return null;
  const keeps =
    read.format === 'JSON' && model.textOf(parse.expression) === 'JSON.parse' ? 'text' : 'value';
  const nested = outermostValue(call).parent === parse;
  const variable = nested ? null : movableVariable(call, parse, model);
  if (keeps === 'value' && !(read.copyable && (nested || variable))) return null;
  const kind = { keeps, async: mode === 'async', byUrl: read.path.isUrl } as const;
  const calleeInfo = { text: model.textOf(callee), object, module: binding.imported.module };
  if (!addCachedReader(model, kind, calleeInfo, anchor)) return null;
  return {
    title: 'Keep the result until the file changes',
    safety: parse.arguments.length > 1 && keeps === 'value' ? 'suggestion' : 'safe',
    edits() {
      const reader = addCachedReader(model, kind, calleeInfo, anchor);
      if (!reader) return [];
      if (keeps === 'text') {
        const newText = `${reader.name}(${model.textOf(file)})`;
        return [...reader.edits, { start: model.start(call), end: call.end, newText }];
      }
      const [wait, mark] = mode === 'async' ? ['await ', 'async '] : ['', ''];
      const body = variable
        ? parseWith(withFile(variable.initializer as ts.Expression, file, model), parse, model)
        : withFile(parse, file, model);
      const newText = `${wait}${reader.name}(${model.textOf(file)}, ${mark}(file) => ${body})`;
      const removed = variable ? [removeStatement(variable, model)] : [];
      return [...reader.edits, ...removed, { start: model.start(parse), end: parse.end, newText }];
    },
  };
}

/** A `const` for the text, in the statement before the parse and used nowhere else. */
function movableVariable(
  call: ts.CallExpression,
  parse: ts.CallExpression,
  model: FileModel,
): ts.VariableDeclaration | null {
  const declaration = outermostValue(call).parent;
  if (!ts.isVariableDeclaration(declaration) || !ts.isIdentifier(declaration.name)) return null;
  const list = declaration.parent;
  const statement = list.parent;
  if (!ts.isVariableDeclarationList(list) || list.declarations.length > 1) return null;
  if (!ts.isVariableStatement(statement)) return null;
  const binding = model.lookup(declaration.name.text, declaration);
  const block = statement.parent;
  if (!binding || model.usesOf(binding).length !== 1 || !ts.isBlock(block)) return null;
  const next = block.statements[block.statements.indexOf(statement) + 1];
  return next && isWithin(parse, next) && parse.arguments[0]?.kind === ts.SyntaxKind.Identifier
    ? declaration
    : null;
}

/** Source of an expression with its path replaced by the parameter `file`. */
function withFile(expression: ts.Node, path: ts.Expression, model: FileModel): string {
  const before = model.text.slice(model.start(expression), model.start(path));
  return `${before}file${model.text.slice(path.end, expression.end)}`;
}

function parseWith(text: string, parse: ts.CallExpression, model: FileModel): string {
  const [first] = parse.arguments;
  const start = first ? model.start(first) : parse.end;
  return (
    model.text.slice(model.start(parse), start) + text + model.text.slice(first?.end, parse.end)
  );
}

function removeStatement(declaration: ts.VariableDeclaration, model: FileModel): TextEdit {
  const statement = declaration.parent.parent;
  const start = model.start(statement);
  const indent = indentAt(model.text, start).length;
  const rest = /^[ \t]*\r?\n/.exec(model.text.slice(statement.end))?.[0];
  // A comment behind the statement stays where it is.
  if (rest === undefined) return { start, end: statement.end, newText: '' };
  return { start: start - indent, end: statement.end + rest.length, newText: '' };
}

function isPathString(path: FixedPath): boolean {
  return path.isUrl || !path.mayBeUrl;
}
