import type { Tier } from '../../../shared/finding';
import { ts } from '../linter/compiler';
import { type Context, higherTier } from '../linter/facts/context';
import { isBehindLevelGuard, type LogCall, logCallAround } from '../linter/facts/logging';
import { unwrap } from '../linter/facts/syntax';
import { hoistBefore, isConditional } from '../linter/fixes/hoist';
import { dropIndent, lazyState, passToLogger } from '../linter/fixes/json';
import { invariantLoop } from '../linter/invariance';
import {
  hasReplacer,
  indentOf,
  isFree,
  isOnlyRead,
  isRare,
  isSmall,
  type JsonCall,
  jsonCall,
} from '../linter/json/call';
import { growingStore, readBack } from '../linter/json/records';
import { renderUse } from '../linter/json/render';
import { defineRule, type LazyFix, type LocalEvidence, type RuleContext } from '../linter/rule';
import { goesOut, type Sink, sinksOf } from '../linter/sinks';

interface Found {
  message: string;
  evidence?: LocalEvidence[];
  fix?: LazyFix | null;
  /** Lowest tier it is worth a word in. */
  from: Tier;
}

/** How often a call runs, computed when asked for. */
type Place = () => Context;

export default defineRule({
  meta: {
    id: 'json-in-hot-path',
    summary: 'JSON made or read more often than needed',
    why:
      '`JSON.stringify` and `JSON.parse` visit every value below the one they are given, on the ' +
      'thread that serves everything else. In code that runs per request, per event or per loop ' +
      'turn, text that no one reads, text that is the same every time, and white space that only ' +
      'programs see are work without a result.',
    mission: '§6 JSON Serialization in Hot Path',
    fix: 'suggestion',
    equivalents: [
      {
        tool: 'eslint-plugin-unicorn',
        rule: 'prefer-structured-clone',
        difference:
          'asks for `structuredClone`, wherever the copy is made; it is often slower than the round trip',
      },
    ],
  },
  triggers: ['JSON.', 'JSON }', 'JSON['],

  check(context) {
    const { model, contexts } = context;
    for (const node of model.calls) {
      const json = jsonCall(node, context);
      if (!json || !mayCost(json, context)) continue;
      // Asked for late: most calls have none of the shapes.
      let known: Context | undefined;
      const placed = () => {
        known ??= contexts.of(node);
        return known;
      };
      const found = finding(json, placed, context);
      if (!found || higherTier(placed().tier, found.from) !== placed().tier || isRare(node))
        continue;
      const place = placed();
      const { message, evidence = [], fix = null } = found;
      const path = place.path.filter(({ at }) => !evidence.some((it) => it.at === at));
      context.report({
        at: node,
        tier: place.tier,
        message,
        evidence: [...path, ...evidence],
        fix,
      });
    }
  },
});

/** A value read once, outside any loop, is what the protocol needs. */
function mayCost({ method, value }: JsonCall, context: RuleContext): boolean {
  if (method === 'stringify') return !isSmall(value, context);
  const isClone = jsonCall(unwrap(value), context)?.method === 'stringify';
  return isClone || context.contexts.placeOf(value).loop !== null;
}

function finding(json: JsonCall, place: Place, context: RuleContext): Found | null {
  return (
    ofClone(json, place, context) ??
    ofLog(json, place, context) ??
    ofInvariant(json, context) ??
    ofRender(json, place, context) ??
    ofSinks(json, place, context)
  );
}

/** `JSON.parse(JSON.stringify(x))`. */
function ofClone(json: JsonCall, place: Place, context: RuleContext): Found | null {
  const inner = json.method === 'parse' ? jsonCall(unwrap(json.value), context) : null;
  if (inner?.method !== 'stringify' || hasReplacer(inner) || json.call.arguments.length > 1)
    return null;
  const name = shortText(inner.value, context);
  return {
    from: 'hot',
    message:
      `Copying ${name} by way of its JSON text writes and reads all of it, and ${place().why}. ` +
      'Copy only what is changed afterwards, or nothing where nothing is changed.',
  };
}

/** `log.debug(… JSON.stringify(x) …)` without a look at the level. */
function ofLog(json: JsonCall, place: Place, context: RuleContext): Found | null {
  const { model, origins } = context;
  if (json.method !== 'stringify') return null;
  const log = logCallAround(json.call, origins, model);
  if (!log?.mayBeOff || isBehindLevelGuard(json.call, model)) return null;
  const lazy = log.takesFormat
    ? 'Hand the value to the logger (`%j`), which makes the text only when it writes it.'
    : 'Test the level first, or hand the value itself to the logger.';
  return {
    from: 'async',
    message:
      `\`JSON.stringify\` makes the text for \`${log.name}\` even when that level is off, ` +
      `and ${place().why}. ${lazy}`,
    fix: logFix(json, log, context),
  };
}

function logFix(json: JsonCall, log: LogCall, context: RuleContext): LazyFix | null {
  const edits = passToLogger(json, log, context);
  return edits && { title: `Let \`${log.name}\` make the text`, safety: 'suggestion', edits };
}

/** The same text, or the same value, in every turn of a loop. */
function ofInvariant(json: JsonCall, context: RuleContext): Found | null {
  const value = unwrap(json.value);
  const isStringify = json.method === 'stringify';
  if (!isFree(value) || (!isStringify && !isOnlyRead(json.call))) return null;
  const loop = invariantLoop(json.value, isStringify ? 'object' : 'primitive', context);
  if (!loop) return null;
  // What is made on a condition is rare, unless it is sent to those the condition picks.
  if (isConditional(json.call, loop) && !sinksOf(json.call, context).some(goesOut)) return null;
  const names = isStringify ? ['json', 'serialized', 'jsonText'] : ['parsed', 'parsedJson'];
  const edits = hoistBefore(json.call, loop, names, context);
  const result = isStringify ? 'the same text' : 'the same value';
  return {
    from: 'hot',
    message:
      `\`JSON.${json.method}\` makes ${result} from ${shortText(value, context)} in every turn of ` +
      'the loop. Make it once, before the loop.',
    fix: edits && {
      title: `Move \`JSON.${json.method}\` before the loop`,
      safety: 'suggestion',
      edits,
    },
  };
}

/** `JSON.stringify` in a component's own run. */
function ofRender(json: JsonCall, place: Place, context: RuleContext): Found | null {
  // A value picked or sorted for the purpose is a small one.
  const isText = json.method === 'stringify' && !indentOf(json, context) && isFree(json.value);
  const use = isText ? renderUse(json.call, context) : null;
  if (!use) return null;
  const name = shortText(json.value, context);
  const edits = use === 'state' ? lazyState(json, context) : null;
  const ways = {
    state: 'Only the first text is kept: give the hook a function that makes it.',
    dependency: 'Depend on the values that matter instead of on the text of all of them.',
    value: 'Keep the text in `useMemo`.',
  };
  return {
    from: 'hot',
    message: `\`JSON.stringify\` writes ${name} anew and ${place().why}. ${ways[use]}`,
    fix: edits && { title: 'Make the text on the first render only', safety: 'suggestion', edits },
  };
}

/** Text that only programs read: indented, or of a whole store to save one record. */
function ofSinks(json: JsonCall, place: Place, context: RuleContext): Found | null {
  if (json.method !== 'stringify') return null;
  const indent = indentOf(json, context);
  const store = growingStore(json.value, context);
  if (!indent && !store) return null;
  const { model } = context;
  const sinks = sinksOf(json.call, context);
  const [first] = sinks;
  if (!first || isBehindLevelGuard(json.call, model)) return null;
  const back = sinks.map((it) => (it.kind === 'file' ? readBack(it, context) : null));
  const evidence: LocalEvidence[] = sinks
    .filter(
      ({ kind, at }) =>
        kind !== 'unknown' && model.position(at.end).line !== model.position(json.call.end).line,
    )
    .map(({ at, what }) => ({ at, message: `${what} takes the text` }));
  const edits = indent && dropIndent(json, model);
  const fix: LazyFix | null = edits && {
    title: 'Write the JSON without indent',
    safety: 'suggestion',
    edits,
  };
  if (store && sinks.every(({ kind }) => kind === 'file')) {
    return {
      from: 'async',
      message:
        `All of \`${store.name}\` is written as JSON to save what changed in it (this ${place().why}), ` +
        `so the cost grows with the collection. Append the record, or keep each in a place of its own` +
        `${indent ? ', and drop the indent' : ''}.`,
      evidence: [...evidence, { at: store.growth, message: `\`${store.name}\` grows here` }],
      fix,
    };
  }
  const isStored = (i: number) => !!back[i] && !ts.isObjectLiteralExpression(unwrap(json.value));
  const isMachine = (sink: Sink, i: number) => isRead(sink, place) || isStored(i);
  if (!indent || !sinks.every(isMachine)) return null;
  const readers = back.flatMap((at) => (at ? [{ at, message: 'reads the file back' }] : []));
  return {
    from: 'async',
    message:
      `The indent makes this JSON larger and slower to write, ${readerOf(first)}, and it ${place().why}. ` +
      'Leave it out.',
    evidence: [...evidence, ...readers],
    fix,
  };
}

/** Whether programs, rather than people, read what goes there. `console` may be a terminal. */
function isRead(sink: Sink, place: Place): boolean {
  if (sink.kind === 'wire') return true;
  if (sink.kind !== 'log' || /\.(warn|warning|error|fatal|critical)`$/.test(sink.what))
    return false;
  return !/console\./.test(sink.what) || (place().tier === 'hot' && place().entered === true);
}

function readerOf({ kind, what }: Sink): string {
  if (kind === 'file') return `only programs read the file that ${what} writes`;
  if (kind === 'log') return `it spreads one record of ${what} over many lines`;
  return `the program that gets it from ${what} does not need it`;
}

function shortText(node: ts.Expression, { model }: RuleContext): string {
  const text = model.textOf(node);
  return text.length <= 40 && !text.includes('\n') ? `\`${text}\`` : 'the value';
}
