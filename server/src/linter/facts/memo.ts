import { ts } from '../compiler';
import type { FileModel } from './model';
import {
  type FunctionNode,
  isAssignment,
  isFunctionNode,
  isWithin,
  unwrap,
  walkAll,
} from './syntax';

/** Wrappers and decorators that keep a function's result, recognised by what they are called. */
const MEMO_NAME = /memo(?!ry)|once$|^once|lru|cache|lazy|singleton/i;

/** Methods by which a container takes a value to keep. */
const STORE_METHODS: ReadonlySet<string> = new Set(['set', 'add', 'put']);

const MAX_ALIAS_DEPTH = 3;

/**
 * Tells whether code sits behind a memo: a value kept outside the function that is tested before
 * the work and written after it, in any of the usual forms.
 */
export class Memos {
  private readonly writes = new Map<FunctionNode, ReadonlySet<string>>();

  constructor(private readonly model: FileModel) {}

  /** @returns whether `node` runs only when a kept value is missing. */
  isBehindMemo(node: ts.Node): boolean {
    let from = node;
    for (let at = node.parent; at; from = at, at = at.parent) {
      const fn = nearestFunction(at);
      if (fn && this.guardedBy(at, from, fn)) return true;
      if (isFunctionNode(at) && this.isWrapped(at)) return true;
      if (ts.isPropertyDeclaration(at) || ts.isClassStaticBlockDeclaration(at)) return false;
    }
    return false;
  }

  /** @returns whether a function returns a kept value when it has one, whatever it does before. */
  keepsResult(fn: FunctionNode): boolean {
    let found = false;
    walkAll(fn, (node) => {
      found ||=
        ts.isIfStatement(node) &&
        alwaysReturns(node.thenStatement) &&
        this.testsKept(node.expression, fn);
    });
    return found;
  }

  /** Whether `from`, a child of `at`, is guarded by a test of a kept value. */
  private guardedBy(at: ts.Node, from: ts.Node, fn: FunctionNode): boolean {
    if (ts.isBinaryExpression(at) && at.right === from) {
      const kind = at.operatorToken.kind;
      if (
        kind === ts.SyntaxKind.QuestionQuestionEqualsToken ||
        kind === ts.SyntaxKind.BarBarEqualsToken
      ) {
        return this.keptName(at.left, fn) !== null;
      }
      if (
        kind === ts.SyntaxKind.QuestionQuestionToken ||
        kind === ts.SyntaxKind.BarBarToken ||
        kind === ts.SyntaxKind.AmpersandAmpersandToken
      ) {
        return this.testsKept(at.left, fn);
      }
      return false;
    }
    if (ts.isIfStatement(at) && at.expression !== from) return this.testsKept(at.expression, fn);
    if (ts.isConditionalExpression(at) && at.condition !== from) {
      return this.testsKept(at.condition, fn);
    }
    if (ts.isBlock(at)) return this.returnsEarly(at, from, fn);
    return false;
  }

  /** An earlier `if (kept) return kept;` in the same block. */
  private returnsEarly(block: ts.Block, from: ts.Node, fn: FunctionNode): boolean {
    for (const statement of block.statements) {
      if (statement === from) return false;
      if (
        ts.isIfStatement(statement) &&
        alwaysReturns(statement.thenStatement) &&
        this.testsKept(statement.expression, fn)
      ) {
        return true;
      }
    }
    return false;
  }

  /** Whether a condition reads a kept value that the function (or its class) also writes. */
  private testsKept(condition: ts.Expression, fn: FunctionNode): boolean {
    const written = this.writesIn(fn);
    if (written.size === 0) return false;
    let found = false;
    const test = (node: ts.Node) => {
      if (found || !(ts.isIdentifier(node) || ts.isPropertyAccessExpression(node))) return;
      const name = this.keptName(node, fn);
      if (name !== null && written.has(name)) found = true;
    };
    test(condition);
    walkAll(condition, test);
    return found;
  }

  /** Names of kept values that the function writes, nested functions included. */
  private writesIn(fn: FunctionNode): ReadonlySet<string> {
    const known = this.writes.get(fn);
    if (known) return known;
    const names = new Set<string>();
    const add = (target: ts.Expression) => {
      const name = this.keptName(target, fn);
      if (name !== null) names.add(name);
    };
    walkAll(fn, (node) => {
      if (ts.isBinaryExpression(node) && isAssignment(node.operatorToken.kind)) add(node.left);
      if (!ts.isCallExpression(node)) return;
      const callee = unwrap(node.expression);
      if (ts.isPropertyAccessExpression(callee) && STORE_METHODS.has(callee.name.text)) {
        add(callee.expression);
      }
    });
    this.writes.set(fn, names);
    return names;
  }

  /**
   * @returns a name for the value outside `fn` that an expression reads or writes: `cached`,
   * `this.cache`, or what a local was read from; `null` for the function's own values
   */
  private keptName(expression: ts.Expression, fn: FunctionNode, depth = 0): string | null {
    const node = unwrap(expression);
    if (ts.isIdentifier(node)) return this.keptVariable(node, fn, depth);
    if (ts.isPropertyAccessExpression(node)) {
      if (node.expression.kind === ts.SyntaxKind.ThisKeyword) return `this.${node.name.text}`;
      return this.keptName(node.expression, fn, depth);
    }
    if (ts.isElementAccessExpression(node)) return this.keptName(node.expression, fn, depth);
    if (ts.isAwaitExpression(node)) return this.keptName(node.expression, fn, depth);
    if (ts.isCallExpression(node)) {
      const callee = unwrap(node.expression);
      return ts.isPropertyAccessExpression(callee)
        ? this.keptName(callee.expression, fn, depth)
        : null;
    }
    return null;
  }

  private keptVariable(id: ts.Identifier, fn: FunctionNode, depth: number): string | null {
    const binding = this.model.resolve(id);
    if (!binding || binding.imported) return null;
    const { declaration } = binding;
    if (!isWithin(declaration, fn)) return binding.name;
    if (depth >= MAX_ALIAS_DEPTH || !ts.isVariableDeclaration(declaration)) return null;
    return declaration.initializer ? this.keptName(declaration.initializer, fn, depth + 1) : null;
  }

  /** `memoize(fn)`, `readCached(file, fn)`, `@Cached() method() {…}`. */
  private isWrapped(fn: FunctionNode): boolean {
    const parent = fn.parent;
    if (ts.isCallExpression(parent) && parent.expression !== fn) {
      const callee = unwrap(parent.expression);
      const name = ts.isPropertyAccessExpression(callee) ? callee.name : callee;
      // A component in React's `memo` still runs whenever its properties change.
      if (this.model.jsxFunctions.has(fn)) return false;
      return ts.isIdentifier(name) && MEMO_NAME.test(name.text);
    }
    if (ts.isFunctionDeclaration(fn) && fn.name) {
      const binding = this.model.resolve(fn.name);
      return binding !== undefined && this.model.usesOf(binding).some(isMemoArgument);
    }
    if (ts.isVariableDeclaration(parent) && ts.isIdentifier(parent.name)) {
      const binding = this.model.lookup(parent.name.text, parent);
      return binding !== undefined && this.model.usesOf(binding).some(isMemoArgument);
    }
    if (!ts.isMethodDeclaration(fn) && !ts.isGetAccessor(fn)) return false;
    return (ts.getDecorators(fn) ?? []).some((it) => {
      const expression = unwrap(it.expression);
      const name = ts.isCallExpression(expression) ? unwrap(expression.expression) : expression;
      return ts.isIdentifier(name) && MEMO_NAME.test(name.text);
    });
  }
}

function isMemoArgument(id: ts.Identifier): boolean {
  const call = id.parent;
  if (!ts.isCallExpression(call) || call.expression === id) return false;
  const callee = unwrap(call.expression);
  const name = ts.isPropertyAccessExpression(callee) ? callee.name : callee;
  return ts.isIdentifier(name) && MEMO_NAME.test(name.text);
}

function nearestFunction(node: ts.Node): FunctionNode | null {
  for (let at: ts.Node | undefined = node; at; at = at.parent) if (isFunctionNode(at)) return at;
  return null;
}

function alwaysReturns(statement: ts.Statement): boolean {
  if (ts.isReturnStatement(statement)) return true;
  if (!ts.isBlock(statement)) return false;
  const last = statement.statements.at(-1);
  return last !== undefined && ts.isReturnStatement(last);
}
