import type { Tier } from '../../../shared/finding';
import { ts } from '../linter/compiler';
import { higherTier } from '../linter/facts/context';
import type { FunctionNode } from '../linter/facts/syntax';
import { type FixedPath, fixedPath } from '../linter/fixed-path';
import { type ConfigRead, cacheFix, outermostValue } from '../linter/fixes/cached-config';
import { type CallSite, defineRule, type RuleContext } from '../linter/rule';

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
        fix: cacheFix(read, context),
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
