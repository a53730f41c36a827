import { ts } from './compiler';
import type { FileModel } from './facts/model';
import type { Origins } from './facts/origins';
import { enclosingFunction, type FunctionNode, isWithin, unwrap } from './facts/syntax';

/** A path that does not vary with what the caller asks for. */
export interface FixedPath {
  /** The path as the source has it, in back quotes, shortened to its own words. */
  text: string;
  /** Source of the expression itself, to compare with other uses. */
  names: string;
  /** Whether it is a `URL` object, and whether it may be one. */
  isUrl: boolean;
  mayBeUrl: boolean;
}

/** Parameters that name the file to load, rather than a user's data. */
const CONFIG_PARAMETER = /conf(ig)?|settings|options?(file|path)|manifest|rc(file|path)/i;

const PATH_FUNCTIONS = /^(join|resolve|normalize|fileURLToPath|dirname|toString)$/;

const MAX_DEPTH = 6;

/**
 * @param fn function that reads the file
 * @returns the path, when it is a constant, based on the module's own place or the environment, or
 * a parameter that has a default or is named like a configuration's path; else `null`
 */
export function fixedPath(
  expression: ts.Expression,
  fn: FunctionNode,
  model: FileModel,
  origins: Origins,
): FixedPath | null {
  const checker = new PathChecker(fn, model, origins);
  if (!checker.isFixed(expression, 0)) return null;
  const literal = checker.literals.at(-1);
  return {
    text: `\`${literal ?? model.textOf(expression)}\``,
    names: model.textOf(expression),
    isUrl: checker.isUrl,
    mayBeUrl: checker.mayBeUrl,
  };
}

class PathChecker {
  /** String parts met on the way. */
  readonly literals: string[] = [];
  isUrl = false;
  mayBeUrl = false;

  constructor(
    private readonly fn: FunctionNode,
    private readonly model: FileModel,
    private readonly origins: Origins,
  ) {}

  isFixed(expression: ts.Expression, depth: number): boolean {
    if (depth > MAX_DEPTH) return false;
    const node = unwrap(expression);
    if (ts.isStringLiteralLike(node)) {
      this.literals.push(node.text);
      return true;
    }
    if (ts.isTemplateExpression(node)) {
      return node.templateSpans.every((it) => this.isFixed(it.expression, depth + 1));
    }
    if (ts.isBinaryExpression(node)) return this.isFixedBinary(node, depth);
    if (ts.isConditionalExpression(node)) {
      return this.isFixed(node.whenTrue, depth + 1) && this.isFixed(node.whenFalse, depth + 1);
    }
    if (ts.isIdentifier(node)) return this.isFixedName(node, depth);
    if (ts.isMetaProperty(node)) return true;
    if (ts.isPropertyAccessExpression(node)) return this.isFixedMember(node, depth);
    if (ts.isNewExpression(node) && this.model.textOf(node.expression) === 'URL') {
      this.isUrl = depth === 0 || this.isUrl;
      return (node.arguments ?? []).every((it) => this.isFixed(it, depth + 1));
    }
    return ts.isCallExpression(node) && this.isFixedCall(node, depth);
  }

  private isFixedBinary(node: ts.BinaryExpression, depth: number): boolean {
    const isFallback =
      node.operatorToken.kind === ts.SyntaxKind.QuestionQuestionToken ||
      node.operatorToken.kind === ts.SyntaxKind.BarBarToken;
    // `given ?? DEFAULT` is a parameter with a default, written out.
    if (isFallback) return this.isFixed(node.right, depth + 1);
    return (
      node.operatorToken.kind === ts.SyntaxKind.PlusToken &&
      this.isFixed(node.left, depth + 1) &&
      this.isFixed(node.right, depth + 1)
    );
  }

  private isFixedName(node: ts.Identifier, depth: number): boolean {
    const binding = this.model.resolve(node);
    if (!binding) return node.text === '__dirname' || node.text === '__filename';
    if (binding.imported) return true;
    const { declaration } = binding;
    if (ts.isParameter(declaration)) {
      if (declaration.type && /URL|PathLike/.test(declaration.type.getText(this.model.source))) {
        this.mayBeUrl = true;
      }
      if (declaration.parent !== this.fn && isWithin(declaration, this.fn)) return false;
      return declaration.initializer
        ? this.isFixed(declaration.initializer, depth + 1)
        : CONFIG_PARAMETER.test(node.text);
    }
    if (!ts.isVariableDeclaration(declaration)) return false;
    if (binding.kind !== 'const' && this.model.writesOf(binding).length > 0) return false;
    if (!declaration.initializer) return false;
    // A module's own constant is fixed whatever computes it.
    if (!enclosingFunction(declaration)) this.isFixed(declaration.initializer, depth + 1);
    return !enclosingFunction(declaration) || this.isFixed(declaration.initializer, depth + 1);
  }

  private isFixedMember(node: ts.PropertyAccessExpression, depth: number): boolean {
    const text = this.model.textOf(node);
    if (/^(process\.env\.|import\.meta\.)/.test(text)) return true;
    if (node.expression.kind === ts.SyntaxKind.ThisKeyword)
      return CONFIG_PARAMETER.test(node.name.text);
    if (ts.isIdentifier(node.expression)) {
      const binding = this.model.resolve(node.expression);
      if (binding?.imported) return true;
      return CONFIG_PARAMETER.test(node.name.text) && depth < MAX_DEPTH;
    }
    return false;
  }

  private isFixedCall(node: ts.CallExpression, depth: number): boolean {
    const origin = this.origins.of(node.expression);
    if (origin?.module === null && origin.path === 'process.cwd') return true;
    const name = origin?.path.split('.').at(-1) ?? '';
    const isPath =
      (origin?.module === 'path' || origin?.module === 'url') && PATH_FUNCTIONS.test(name);
    if (isPath) return node.arguments.every((it) => this.isFixed(it, depth + 1));
    if (origin?.module === 'os' && name === 'homedir') return true;
    const callee = unwrap(node.expression);
    const called = ts.isIdentifier(callee) ? callee.text : '';
    return (
      CONFIG_PARAMETER.test(called) && node.arguments.every((it) => this.isFixed(it, depth + 1))
    );
  }
}
