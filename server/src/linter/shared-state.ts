import { ts } from './compiler';
import type { FileModel } from './facts/model';
import type { Origins } from './facts/origins';
import { type FunctionNode, isAssignment, isWithin, unwrap, walkAll } from './facts/syntax';

/** `node:fs` functions whose `fs/promises` twin takes the same arguments and gives the same result. */
export const READS = [
  'readFile',
  'readdir',
  'stat',
  'lstat',
  'access',
  'readlink',
  'realpath',
  'statfs',
];
export const WRITES = [
  ...['writeFile', 'appendFile', 'mkdir', 'mkdtemp', 'rm', 'rmdir', 'unlink', 'rename', 'copyFile'],
  ...['cp', 'chmod', 'chown', 'lchown', 'utimes', 'lutimes', 'truncate', 'symlink', 'link'],
];
export const FS_LIKE = ['fs', 'fs-extra', 'graceful-fs'];

/** Methods that change the array, map or set they are called on. */
const MUTATORS =
  /^(push|pop|shift|unshift|splice|sort|reverse|fill|set|add|delete|clear|append|write|end)$/;

/**
 * Whether a function changes state that outlives its call, files included. Blocking calls make such
 * a change one step; an `await` in it lets another call see it half done.
 */
export function keepsSharedState(fn: FunctionNode, model: FileModel, origins: Origins): boolean {
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
