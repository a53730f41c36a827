import { ts } from '../linter/compiler';
import { awaitAdvice, heldLoop, isWorkerFile } from '../linter/event-loop';
import type { Origin, Origins } from '../linter/facts/origins';
import { enclosingFunction, unwrap } from '../linter/facts/syntax';
import { awaitCall, canAwait, isInLoop } from '../linter/fixes/awaiting';
import { calleeName, siblingOf } from '../linter/fixes/siblings';
import { defineRule, type LazyFix, type RuleContext } from '../linter/rule';
import { FS_LIKE, keepsSharedState, READS, WRITES } from '../linter/shared-state';

/** Blocking `node:fs` functions that work on descriptors or differ from their twins. */
const WITHOUT_TWIN = [
  ...['openSync', 'closeSync', 'readSync', 'readvSync', 'writeSync', 'writevSync', 'fsyncSync'],
  ...['fdatasyncSync', 'fstatSync', 'ftruncateSync', 'futimesSync', 'fchmodSync', 'opendirSync'],
  ...['globSync', 'realpathSync.native'],
];
const CHILD_PROCESS: Readonly<Record<string, string>> = {
  execSync: 'await a promisified `exec`',
  execFileSync: 'await a promisified `execFile`',
  spawnSync: 'use `spawn` and await its `close` event',
};
/** Packages that do the same I/O: what to await instead. */
const PACKAGES: Readonly<Record<string, Readonly<Record<string, string>>>> = {
  glob: { globSync: '`glob`', 'glob.sync': '`glob`', sync: '`glob`' },
  'fast-glob': { sync: '`fast-glob` itself', globSync: '`glob`' },
  tinyglobby: { globSync: '`glob`' },
  globby: { globbySync: '`globby`', 'globby.sync': '`globby`' },
  'cross-spawn': { sync: '`spawn` and its `close` event' },
  execa: { execaSync: '`execa`', execaCommandSync: '`execaCommand`' },
  jsonfile: { readFileSync: '`readFile`', writeFileSync: '`writeFile`' },
};

interface Blocking {
  /** Name as `readFileSync`. */
  name: string;
  /** Promise twin in `fs/promises`, if there is one. */
  twin: string | null;
  /** What to await instead, as a clause. */
  instead: string;
}

export default defineRule({
  meta: {
    id: 'sync-io-in-async',
    summary: 'Blocking I/O where the event loop waits',
    why:
      'Node.js runs all JavaScript of a process on one thread. A blocking call (`readFileSync`, ' +
      '`execSync`, …) in an async function stops that thread until the disk or the child process ' +
      'answers: no other request, timer or event is served meanwhile. The promise twin of the call ' +
      'leaves the thread free.',
    mission: '§3 Synchronous File I/O in Async Context',
    fix: 'mixed',
    equivalents: [
      {
        tool: 'eslint-plugin-n',
        rule: 'n/no-sync',
        difference:
          'goes by the name alone, so it also flags start-up code and methods named `…Sync`',
      },
    ],
  },
  // `import { sync } from 'fast-glob'` holds neither.
  triggers: ['Sync', '.sync', 'fast-glob', 'cross-spawn'],

  check(context) {
    const { model, origins, memos } = context;
    if (isWorkerFile(context)) return;
    for (const call of model.calls) {
      if (!ts.isCallExpression(call)) continue;
      const origin = origins.of(call.expression);
      const blocking = origin && blockingCall(origin);
      const place = blocking && heldLoop(call, context);
      if (!place) continue;
      const fn = enclosingFunction(call);
      // A memo's own check whether the file changed is the price of keeping the result.
      if (/^(l?stat|exists)Sync$/.test(blocking.name) && fn && memos.keepsResult(fn)) continue;
      context.report({
        at: call,
        tier: place.tier,
        message:
          `\`${blocking.name}\` blocks the event loop and ${place.why}: ` +
          `everything else the process serves waits for it. ${awaitAdvice(call, blocking.instead, context)}`,
        evidence: place.path,
        fix: canAwait(call) ? fixOf(call, origin, blocking, context) : null,
      });
    }
  },
});

function blockingCall({ module, path }: Origin): Blocking | null {
  if (module === null) return null;
  if (module === 'child_process' && CHILD_PROCESS[path]) {
    return { name: path, twin: null, instead: CHILD_PROCESS[path] };
  }
  if (FS_LIKE.includes(module)) {
    const base = path.endsWith('Sync') ? path.slice(0, -4) : '';
    if (base === 'exists') return { name: path, twin: 'access', instead: 'await `access`' };
    if (READS.includes(base) || WRITES.includes(base)) {
      return { name: path, twin: base, instead: `await \`${base}\` of \`fs/promises\`` };
    }
    if (WITHOUT_TWIN.includes(path)) {
      return { name: path, twin: null, instead: 'use a `FileHandle` of `fs/promises`' };
    }
    return null;
  }
  const instead = PACKAGES[module]?.[path];
  return instead ? { name: path, twin: null, instead: `await ${instead}` } : null;
}

function fixOf(
  call: ts.CallExpression,
  origin: Origin,
  blocking: Blocking,
  { model, origins }: RuleContext,
): LazyFix | null {
  const fn = enclosingFunction(call);
  if (!blocking.twin || origin.module !== 'fs' || !fn || !takesSameArguments(call, origins)) {
    return null;
  }
  const twin = blocking.twin;
  const callee = calleeName(call, model);
  if (!callee) return null;
  const suffix = blocking.name === 'existsSync' ? '.then(() => true, () => false)' : '';
  const isRead = READS.includes(twin);
  return {
    title: `Await \`${twin}\` instead of \`${blocking.name}\``,
    safety:
      isRead && !isInLoop(call) && !keepsSharedState(fn, model, origins) ? 'safe' : 'suggestion',
    edits() {
      const below = { member: 'promises.', module: '/promises' };
      const added = siblingOf(callee, twin, model, below);
      return [...added.edits, ...awaitCall(model, call, added.local, suffix)];
    },
  };
}

/** File descriptors and options that the promise twin does not take. */
function takesSameArguments(call: ts.CallExpression, origins: Origins): boolean {
  const [first] = call.arguments;
  if (!first || call.arguments.some(ts.isSpreadElement) || call.questionDotToken) return false;
  const target = unwrap(first);
  if (ts.isNumericLiteral(target) || /(^|\.)(fd|fileDescriptor)$/i.test(target.getText()))
    return false;
  if (/^(openSync)\(\)/.test(origins.of(target)?.path ?? '')) return false;
  return !call.arguments.some((it) => it.getText().includes('throwIfNoEntry'));
}
