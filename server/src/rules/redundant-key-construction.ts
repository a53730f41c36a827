import { ts } from '../linter/compiler';
import type { Context } from '../linter/facts/context';
import type { FunctionNode } from '../linter/facts/syntax';
import { hoistBefore, isConditional } from '../linter/fixes/hoist';
import { reuseFirst } from '../linter/fixes/reuse';
import { inputsOf, invariantLoop } from '../linter/invariance';
import { type Construction, constructionOf } from '../linter/keys/construction';
import { isKey } from '../linter/keys/expression';
import { constantKeysOf } from '../linter/keys/fields';
import { type Repetition, repetitionsIn } from '../linter/keys/repeated';
import { defineRule, type LazyFix, type RuleContext } from '../linter/rule';

export default defineRule({
  meta: {
    id: 'redundant-key-construction',
    summary: 'The same key, pattern or formatter made again',
    why:
      'A cache key, a text of a whole list, a `RegExp` or an `Intl` formatter that is made from the ' +
      'same values again gives the same result for the same work. One key costs little; a formatter ' +
      'or a text of many values, in every turn of a loop or on every request, adds up, and two copies ' +
      'of a key can drift apart.',
    mission: '§4 Redundant Module Cache Key Construction',
    fix: 'mixed',
    equivalents: [
      {
        tool: 'biome',
        rule: 'useTopLevelRegex',
        difference:
          'asks for regular expression literals at module level, which engines keep anyway; it sees neither `new RegExp` nor keys nor formatters',
      },
    ],
  },
  // Most files hold a template; only some of them one that is a key.
  triggers: [
    ...['.join(', 'JSON.stringify(', 'new RegExp(', 'new Intl.', 'new TextDecoder'],
    ...['Key = ', 'Prefix = ', '.get(`', '.set(`', '.has(`', '.delete(`'],
  ],

  check(context) {
    for (const call of context.model.calls) checkConstruction(call, context);
    const repetitions = repetitionsIn(context);
    const reported = new Set(repetitions.map((it) => reportRepetition(it, context)));
    for (const fn of context.model.functions) checkFields(fn, reported, context);
  },
});

/** An object or text that every turn of a loop makes anew. */
function checkConstruction(call: ts.CallExpression | ts.NewExpression, context: RuleContext): void {
  const construction = constructionOf(call, context);
  const kind = construction && ts.isCallExpression(construction.node) ? 'object' : 'primitive';
  const loop = construction && invariantLoop(construction.node, kind, context);
  if (!construction || !loop) return;
  // A decoder is cheap: one that few turns need may stay where it is.
  if (/TextDecoder/.test(construction.what) && isConditional(call, loop)) return;
  const place = context.contexts.of(call);
  if (place.tier !== 'hot') return;
  context.report({
    at: call,
    tier: place.tier,
    message:
      `${capitalised(construction.what)} is made from the same values in every turn of the loop. ` +
      'Make it once, before the loop.',
    evidence: place.path,
    fix: hoistFix(construction, loop, context),
  });
}

function hoistFix(construction: Construction, loop: ts.Node, context: RuleContext): LazyFix | null {
  const edits = hoistBefore(construction.node, loop, construction.names, context);
  const safety = construction.safe ? 'safe' : 'suggestion';
  return edits && { title: 'Make it once, before the loop', safety, edits };
}

/** @returns the expression the finding stands at */
function reportRepetition(repetition: Repetition, context: RuleContext): ts.Expression | null {
  const { model, contexts } = context;
  const { first, again } = repetition;
  const [second, ...more] = again;
  const place = second && contexts.of(second);
  if (!second || !place || place.tier === 'run-once' || isForOneUser(place)) return null;
  const key = again.some((it) => isKey(it, context));
  const names = key ? ['key', 'cacheKey', 'lookupKey'] : ['text', 'joined', 'serialized'];
  const reuse = reuseFirst(repetition, names, context);
  const isSafe = reuse?.keepsTypes && isTextOfTexts(first, context);
  const safety = isSafe ? 'safe' : 'suggestion';
  context.report({
    at: second,
    tier: place.tier,
    message:
      `${key ? 'This key' : 'This text'} was made before, in line ${model.position(model.start(first)).line + 1}, ` +
      `from the same values, and the code ${place.why}. Make it once and keep it in a constant.`,
    evidence: [
      ...place.path,
      { at: first, message: 'made here first' },
      ...more.map((at) => ({ at, message: 'and made here again' })),
    ],
    fix: reuse && { title: reuse.title, safety, edits: () => reuse.edits() },
  });
  return second;
}

/** A command line tool has one user, who waits for other things. */
function isForOneUser({ tier, why }: Context): boolean {
  return tier === 'cold' && why.includes('command line tool');
}

/** Whether all that goes into a text is known to be a string or number, so that nothing can differ. */
function isTextOfTexts(text: ts.Expression, context: RuleContext): boolean {
  if (!ts.isTemplateExpression(text)) return false;
  if (!text.templateSpans.every(({ expression }) => ts.isIdentifier(expression))) return false;
  return [...inputsOf(text, context)].every(({ declaration }) => {
    if (!ts.isParameter(declaration) && !ts.isVariableDeclaration(declaration)) return false;
    return declaration.type !== undefined && /^(string|number)$/.test(declaration.type.getText());
  });
}

/** Keys a method makes on every call from fields that never change. */
function checkFields(
  fn: FunctionNode,
  reported: ReadonlySet<ts.Expression | null>,
  context: RuleContext,
): void {
  const keys = constantKeysOf(fn, context).filter((it) => !reported.has(it));
  const [first, ...others] = keys;
  if (!first || others.length === 0 || context.memos.isBehindMemo(first)) return;
  const place = context.contexts.of(first);
  if (place.tier === 'run-once') return;
  const name = context.contexts.nameOf(fn);
  context.report({
    at: first,
    tier: place.tier,
    message:
      `${name ? `\`${name}\`` : 'This method'} makes ${keys.length} keys on every call from fields that are ` +
      `assigned once (it ${place.why}). Make them once, in the constructor, and keep them in \`readonly\` fields.`,
    evidence: [...place.path, ...others.map((at) => ({ at, message: 'made of the same fields' }))],
    fix: null,
  });
}

function capitalised(text: string): string {
  return text.startsWith('this') ? `T${text.slice(1)}` : text.replace(/^`/, 'A new `');
}
