import { ts } from '../linter/compiler';
import type { FileModel } from '../linter/facts/model';
import type { Origin, Origins } from '../linter/facts/origins';
import {
  enclosingFunction,
  type FunctionNode,
  isAssignment,
  isFunctionNode,
  isWithin,
  unwrap,
  walkAll,
} from '../linter/facts/syntax';
import { awaitCall, canAwait } from '../linter/fixes/awaiting';
import { addImport, topStatement } from '../linter/fixes/imports';
import { defineRule, type LazyFix, type RuleContext } from '../linter/rule';

/** `node:fs` functions whose `fs/promises` twin takes the same arguments and gives the same result. */
const READS = ['readFile', 'readdir', 'stat', 'lstat', 'access', 'readlink', 'realpath', 'statfs'];
const WRITES = [
  ...['writeFile', 'appendFile', 'mkdir', 'mkdtemp', 'rm', 'rmdir', 'unlink', 'rename', 'copyFile'],
  ...['cp', 'chmod', 'chown', 'lchown', 'utimes', 'lutimes', 'truncate', 'symlink', 'link'],
];
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
const FS_LIKE = ['fs', 'fs-extra', 'graceful-fs'];

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
    const { model, origins, contexts, memos } = context;
    if (isWorkerFile(model)) return;
    for (const call of model.calls) {
      if (!ts.isCallExpression(call)) continue;
      const origin = origins.of(call.expression);
      const blocking = origin && blockingCall(origin);
      if (!blocking) continue;
      const place = contexts.of(call);
      if (!place.async || place.tier === 'run-once' || memos.isBehindMemo(call)) continue;
      const fn = enclosingFunction(call);
      // A memo's own check whether the file changed is the price of keeping the result.
      if (/^(l?stat|exists)Sync$/.test(blocking.name) && fn && memos.keepsResult(fn)) continue;
      const direct = canAwait(call);
      context.report({
        at: call,
        tier: place.tier,
        message:
          `\`${blocking.name}\` blocks the event loop and ${place.why}: ` +
          `everything else the process serves waits for it. ${advice(blocking, direct, call, context)}`,
        evidence: place.path,
        fix: direct ? fixOf(call, origin, blocking, context) : null,
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

function advice(
  blocking: Blocking,
  direct: boolean,
  call: ts.CallExpression,
  { contexts }: RuleContext,
): string {
  if (direct) return `${blocking.instead[0]?.toUpperCase()}${blocking.instead.slice(1)} instead.`;
  const fn = enclosingFunction(call);
  const name = fn && contexts.nameOf(fn);
  return `Make ${name ? `\`${name}\`` : 'this callback'} async and ${blocking.instead} in it.`;
}

/** A worker has an event loop of its own; blocking it delays nobody else. */
function isWorkerFile(model: FileModel): boolean {
  return model.imports.some((it) => {
    if (!/['"](node:)?worker_threads['"]/.test(it.moduleSpecifier.getText(model.source)))
      return false;
    return /\b(parentPort|workerData)\b/.test(it.getText(model.source));
  });
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
  const callee = unwrap(call.expression);
  const isMember = ts.isPropertyAccessExpression(callee);
  const binding = ts.isIdentifier(callee) ? model.resolve(callee) : undefined;
  const anchor = binding && topStatement(binding.declaration);
  // A local alias (`const read = fs.readFileSync`) has no import line to put the twin beside.
  if (!isMember && !(anchor && (binding?.imported || /\brequire\b/.test(model.textOf(anchor))))) {
    return null;
  }
  const suffix = blocking.name === 'existsSync' ? '.then(() => true, () => false)' : '';
  const isRead = READS.includes(twin);
  return {
    title: `Await \`${twin}\` instead of \`${blocking.name}\``,
    safety:
      isRead && !isInLoop(call) && !keepsSharedState(fn, model, origins) ? 'safe' : 'suggestion',
    edits() {
      if (isMember) {
        const object = model.textOf(callee.expression);
        return awaitCall(model, call, `${object}.promises.${twin}`, suffix);
      }
      const module = binding?.imported?.module ?? requiredModule(anchor as ts.Statement, model);
      const added = addImport(model, `${module}/promises`, twin, anchor as ts.Statement);
      return [...added.edits, ...awaitCall(model, call, added.local, suffix)];
    },
  };
}

/** An `await` per turn is slower than waiting for all at once, and linters say so. */
function isInLoop(node: ts.Node): boolean {
  for (let at = node.parent; at && !isFunctionNode(at); at = at.parent) {
    if (ts.isIterationStatement(at, false)) return !isLoopList(at, node);
  }
  return false;
}

function isLoopList(loop: ts.IterationStatement, node: ts.Node): boolean {
  return ts.isForOfStatement(loop) && isWithin(node, loop.expression);
}

function requiredModule(statement: ts.Statement, model: FileModel): string {
  return model.textOf(statement).includes('node:fs') ? 'node:fs' : 'fs';
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

/** Methods that change the array, map or set they are called on. */
const MUTATORS =
  /^(push|pop|shift|unshift|splice|sort|reverse|fill|set|add|delete|clear|append|write|end)$/;

/**
 * Whether a function changes state that outlives its call, files included. Blocking calls make such
 * a change one step; an `await` in it lets another call see it half done.
 */
function keepsSharedState(fn: FunctionNode, model: FileModel, origins: Origins): boolean {
  let found = false;
  walkAll(fn, (node) => {
    if (found) return;
    if (ts.isBinaryExpression(node) && isAssignment(node.operatorToken.kind)) {
      found = isShared(node.left, fn, model);
    } else if (ts.isPrefixUnaryExpression(node) || ts.isPostfixUnaryExpression(node)) {
      const { operator } = node;
      const changes =
        operator === ts.SyntaxKind.PlusPlusToken || operator === ts.SyntaxKind.MinusMinusToken;
      found = changes && isShared(node.operand, fn, model);
    } else if (ts.isDeleteExpression(node)) {
      found = isShared(node.expression, fn, model);
    } else if (ts.isCallExpression(node)) {
      found = writesFile(node, origins) || mutates(node, fn, model);
    }
  });
  return found;
}

function writesFile(call: ts.CallExpression, origins: Origins): boolean {
  const origin = origins.of(call.expression);
  if (!origin || !FS_LIKE.includes(origin.module ?? '')) return false;
  const name = origin.path.replace(/^promises\./, '').replace(/Sync$/, '');
  return WRITES.includes(name) || /^(open|write|createWriteStream)/.test(name);
}

function mutates(call: ts.CallExpression, fn: FunctionNode, model: FileModel): boolean {
  const callee = unwrap(call.expression);
  if (!ts.isPropertyAccessExpression(callee) || !MUTATORS.test(callee.name.text)) return false;
  return isShared(callee.expression, fn, model);
}

/** Whether an expression's root is `this` or a variable from outside the function. */
function isShared(expression: ts.Expression, fn: FunctionNode, model: FileModel): boolean {
  let root = unwrap(expression);
  while (ts.isPropertyAccessExpression(root) || ts.isElementAccessExpression(root)) {
    root = unwrap(root.expression);
  }
  if (root.kind === ts.SyntaxKind.ThisKeyword) return true;
  if (!ts.isIdentifier(root)) return false;
  const binding = model.resolve(root);
  return binding !== undefined && !isWithin(binding.declaration, fn);
}
