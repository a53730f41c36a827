import { type CompileCall, compileCall } from '../linter/compile-calls';
import { ts } from '../linter/compiler';
import { awaitAdvice, heldLoop, isWorkerFile } from '../linter/event-loop';
import type { Origin } from '../linter/facts/origins';
import { enclosingFunction } from '../linter/facts/syntax';
import { awaitCall, canAwait, isInLoop } from '../linter/fixes/awaiting';
import { hoistCall } from '../linter/fixes/hoist-to-module';
import { awaitCallback, awaitPromisified } from '../linter/fixes/promisified';
import { calleeName, siblingOf } from '../linter/fixes/siblings';
import { type HeavyCall, heavyCall } from '../linter/heavy-calls';
import { defineRule, type LazyFix, type RuleContext } from '../linter/rule';
import { keepsSharedState } from '../linter/shared-state';

export default defineRule({
  meta: {
    id: 'blocking-compute-in-async',
    summary: 'Heavy computation where the event loop waits',
    why:
      'Node.js runs all JavaScript of a process on one thread. A call that keeps the processor ' +
      'busy (`gzipSync`, `scryptSync`, a compiler, a template compiled again for each request) ' +
      'lets nothing else run until it is done, and an `await` in front of it does not change that. ' +
      'The thread pool, a worker thread, or doing the work only once does.',
    mission: '§10 Async Compilation Background Processing',
    fix: 'mixed',
    equivalents: [
      {
        tool: 'eslint-plugin-n',
        rule: 'n/no-sync',
        difference:
          'goes by names ending in `Sync`, so it flags start-up code and misses compilers and templates',
      },
    ],
  },
  // Packages whose calls have names that say nothing, and the names that say something.
  triggers: [
    ...['Sync', '_sync', '.sync', 'createProgram', 'transpile', 'generateKeyPair', 'sass', 'ajv'],
    ...['terser', 'uglify', 'jpeg-js', 'canvas', 'xlsx', 'andlebars', "'ejs'", '"ejs"', "'pug'"],
    ...['"pug"', 'nunjucks', 'template(', 'lodash.template', 'lodash/template', 'TypeCompiler'],
    'fast-json-stringify',
  ],

  check(context) {
    if (isWorkerFile(context)) return;
    for (const call of context.model.calls) {
      if (!ts.isCallExpression(call)) continue;
      const origin = context.origins.of(call.expression);
      if (!origin || origin.module === null) continue;
      const heavy = heavyCall(call, origin, context.origins);
      if (heavy) reportHeavy(call, origin, heavy, context);
      else reportCompile(call, origin, context);
    }
  },
});

function reportHeavy(
  call: ts.CallExpression,
  origin: Origin,
  heavy: HeavyCall,
  context: RuleContext,
): void {
  const place = heldLoop(call, context);
  if (!place) return;
  context.report({
    at: call,
    tier: place.tier,
    message:
      `\`${heavy.name}\` computes on the event loop and ${place.why}: everything else the process ` +
      `serves waits until ${heavy.until}. ${advice(call, heavy, context)}`,
    evidence: place.path,
    fix: canAwait(call) ? twinFix(call, origin, heavy, context) : null,
  });
}

/** Moving work to a worker is a change of its own, wherever it starts. */
function advice(call: ts.CallExpression, { instead }: HeavyCall, context: RuleContext): string {
  if (instead.startsWith('await')) return awaitAdvice(call, instead, context);
  return `${instead[0]?.toUpperCase()}${instead.slice(1)}.`;
}

function twinFix(
  call: ts.CallExpression,
  origin: Origin,
  heavy: HeavyCall,
  { model, origins }: RuleContext,
): LazyFix | null {
  const { twin } = heavy;
  const fn = enclosingFunction(call);
  const callee = calleeName(call, model);
  if (!twin || !fn || !callee || call.questionDotToken) return null;
  if (call.arguments.some(ts.isSpreadElement)) return null;
  const edits = () => {
    if (twin.style === 'promisify') {
      return awaitPromisified(call, callee, origin, twin.name, model, origins);
    }
    const sibling = siblingOf(callee, twin.name, model);
    const awaited =
      twin.style === 'promise'
        ? awaitCall(model, call, sibling.local)
        : awaitCallback(call, sibling.local, model);
    return awaited && [...sibling.edits, ...awaited];
  };
  if (edits() === null) return null;
  return {
    title: `Await ${twin.style === 'promise' ? '' : 'a promisified '}\`${twin.name}\` instead of \`${heavy.name}\``,
    // A build writes files; an `await` lets others see shared state half changed.
    safety:
      heavy.name.startsWith('build') || isInLoop(call) || keepsSharedState(fn, model, origins)
        ? 'suggestion'
        : 'safe',
    edits: () => edits() ?? [],
  };
}

function reportCompile(call: ts.CallExpression, origin: Origin, context: RuleContext): void {
  const compile = compileCall(call, origin, context);
  const place = compile && heldLoop(call, context);
  if (!place) return;
  context.report({
    at: call,
    tier: place.tier,
    message: `\`${compile.name}\` ${compile.again}; it ${place.why}. ${compile.advice}`,
    evidence: place.path,
    fix: hoistFix(call, compile, context),
  });
}

function hoistFix(
  call: ts.CallExpression,
  compile: CompileCall,
  { model }: RuleContext,
): LazyFix | null {
  const names = ['compiled', 'compiledTemplate', 'compiledSchema'];
  if (!compile.hoistable || !hoistCall(call, names, model)) return null;
  return {
    title: `Call \`${compile.name}\` once, at module level`,
    // An error in the template or schema comes when the module is loaded.
    safety: 'suggestion',
    edits: () => hoistCall(call, names, model) ?? [],
  };
}
