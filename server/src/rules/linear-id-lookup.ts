import { ts } from '../linter/compiler';
import { loopHead } from '../linter/facts/loops';
import { enclosingFunction, unwrap, walkOwn } from '../linter/facts/syntax';
import { fileScans } from '../linter/file-scans';
import { fieldIndexFix } from '../linter/fixes/field-index';
import { indexFix } from '../linter/fixes/lookup-index';
import { growingList, outlivesRequest } from '../linter/growing-lists';
import { repeatingLoop } from '../linter/lookup-loops';
import { asksIndexFirst, type Lookup, lookupCall, lookupLoop, rootOf } from '../linter/lookups';
import { defineRule, type RuleContext } from '../linter/rule';
import { isSmallConstant } from '../linter/small-lists';

export default defineRule({
  meta: {
    id: 'linear-id-lookup',
    summary: 'List searched for an id again and again',
    why:
      'Finding one record by its id in a list, or in a file of records, looks at every record before ' +
      'it. Done once for each element of another list, the work grows with the product of both; done ' +
      'over a collection that only grows, each look-up is slower than the one before. A `Map` keyed ' +
      'by the id finds it in one step.',
    mission: '§2 Linear Scan for Workflow ID Lookup in History',
    fix: 'suggestion',
    equivalents: [
      {
        tool: 'eslint-plugin-unicorn',
        rule: 'unicorn/prefer-set-has',
        difference:
          'is about `includes` on arrays of plain values, constants of three elements included',
      },
    ],
  },
  triggers: [
    ...['.find(', '.findIndex(', '.findLast(', '.some(', '.filter(', ' of this.', 'JSON.parse'],
  ],

  check(context) {
    const { model } = context;
    const calls = model.calls.flatMap((it) => (ts.isCallExpression(it) && lookupCall(it)) || []);
    const scans = fileScans(calls, context);
    for (const scan of scans) reportScan(scan.lookup, scan.read, context);
    const scanned = new Set<ts.Node>(scans.map((it) => it.lookup.node));
    const lookups = [...calls, ...model.loops.flatMap((it) => lookupLoop(it) ?? [])];
    for (const lookup of lookups) {
      if (!scanned.has(lookup.node)) checkLookup(lookup, context);
    }
  },
});

function checkLookup(lookup: Lookup, context: RuleContext): void {
  if (isKept(lookup, context) || isSmallConstant(lookup.list, context)) return;
  const loop = lookup.method === 'for' ? null : repeatingLoop(lookup, context);
  if (loop) {
    reportLoop(lookup, loop, context);
    return;
  }
  // What finds an index to remove it has to move what follows it as well.
  if (lookup.method === 'findIndex' || lookup.method === 'filter' || !lookup.byId) return;
  if (isUnchangingValue(lookup)) return;
  const place = context.contexts.of(lookup.node);
  const growth = growingList(lookup.list, context);
  const isShared = place.entered === true && outlivesRequest(lookup.list, context);
  if (place.tier === 'run-once' || !(growth || isShared)) return;
  const list = `\`${context.model.textOf(lookup.list)}\``;
  const cost = growth
    ? `, and ${list} only grows: each look-up takes longer than the one before; it ${place.why}`
    : `, and ${place.why}, though ${list} is there before it`;
  context.report({
    at: lookup.node,
    tier: place.tier,
    message:
      `This searches ${list} for one \`${lookup.key}\` from the start${cost}. Keep a \`Map\` by ` +
      `\`${lookup.key}\` beside the list, and change both together.`,
    evidence: growth ? [...place.path, { at: growth, message: 'the list grows here' }] : place.path,
    fix: growth ? fieldIndexFix(lookup, context) : null,
  });
}

function reportLoop(lookup: Lookup, loop: ts.Node, context: RuleContext): void {
  const place = context.contexts.of(lookup.node);
  // A tool that waits in each turn, for its user or a server, does not wait for the look-up.
  if (place.tier === 'run-once' || (place.tier === 'cold' && awaits(loop))) return;
  const { model } = context;
  const list = `\`${model.textOf(lookup.list)}\``;
  const wanted = lookup.method === 'some' ? 'a `Set`' : 'a `Map`';
  const head = loopHead(loop);
  const known = place.path.some((it) => 'kind' in it.at && it.at === head);
  context.report({
    at: lookup.node,
    tier: place.tier,
    message:
      `\`${lookup.method}\` searches ${list} for one \`${lookup.key}\` from the start in every turn of ` +
      `the loop: the work grows with the product of both lengths. Build ${wanted} of ${list} by ` +
      `\`${lookup.key}\` once, before the loop.`,
    evidence: known ? place.path : [...place.path, { at: head, message: 'the loop' }],
    fix: indexFix(lookup, loop, context),
  });
}

function awaits(loop: ts.Node): boolean {
  let found = false;
  walkOwn(loop, (node) => {
    found ||= ts.isAwaitExpression(node);
  });
  return found;
}

function reportScan(lookup: Lookup, read: ts.Node, context: RuleContext): void {
  const place = context.contexts.of(lookup.node);
  if (place.tier === 'run-once' || isKept(lookup, context)) return;
  const fn = enclosingFunction(lookup.node);
  const name = fn && context.contexts.nameOf(fn);
  context.report({
    at: lookup.node,
    tier: place.tier,
    message:
      `${name ? `\`${name}\`` : 'This function'} reads a whole file and parses its records one by one ` +
      `to find one \`${lookup.key}\`; it ${place.why}, and takes longer as the file grows. Keep the ` +
      `latest records in a bounded \`Map\` by \`${lookup.key}\`, filled after each successful save, and ` +
      'read the file only for what is not in it; or store them in an indexed database.',
    evidence: [...place.path, { at: read, message: 'the file is read here' }],
    fix: null,
  });
}

/** Results that are kept: behind a memo, in `useMemo`, or after a look-up in an index. */
function isKept(lookup: Lookup, { model, memos, origins }: RuleContext): boolean {
  if (memos.isBehindMemo(lookup.node)) return true;
  const fn = enclosingFunction(lookup.node);
  if (fn && asksIndexFirst(lookup, fn, (it) => model.textOf(it))) return true;
  for (let at: ts.Node = lookup.node; at.parent; at = at.parent) {
    if (!ts.isCallExpression(at.parent) || at.parent.expression === at) continue;
    const path = origins.of(at.parent.expression)?.path ?? '';
    if (/^(use(Memo|Computed)|computed|createSelector)$/.test(path)) return true;
  }
  return false;
}

/** `list.find((it) => it.id === 'main')`: the same one every time. */
function isUnchangingValue(lookup: Lookup): boolean {
  const value = unwrap(lookup.value);
  if (ts.isLiteralExpression(value)) return true;
  const root = rootOf(value);
  return ts.isIdentifier(root) && /^[A-Z][A-Z0-9_]+$/.test(root.text);
}
