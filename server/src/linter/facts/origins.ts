import { ts } from '../compiler';
import type { FileModel } from './model';
import type { Binding } from './scopes';
import { enclosingFunction, type FunctionNode, isFunctionNode, unwrap } from './syntax';

/**
 * Where a value comes from: a module (or `null` for a global) and the path below it. `()` in a path
 * is a call's result, `new()` an instance, `type:Name` a value annotated with that imported type.
 * The default export, the namespace and `require()` of a module are all the empty path.
 */
export interface Origin {
  module: string | null;
  path: string;
}

const MAX_ALIAS_DEPTH = 8;

/** Node's own modules that have `/promises` twins below them. */
function canonical(module: string, path: string): Origin {
  const bare = module.startsWith('node:') ? module.slice(5) : module;
  // The module is the global object itself.
  if (bare === 'process') return { module: null, path: join('process', path) };
  const [head, sub] = [bare.replace(/\/promises$/, ''), bare.endsWith('/promises')];
  if (sub && ['fs', 'timers', 'dns', 'stream', 'readline'].includes(head)) {
    return { module: head, path: join('promises', path) };
  }
  return { module: module.startsWith('node:') ? bare : module, path };
}

function join(path: string, member: string): string {
  if (path === '') return member;
  if (member === '') return path;
  return member.startsWith('(') ? path + member : `${path}.${member}`;
}

/** Resolves expressions of one file to modules and functions, through aliases and shadowing. */
export class Origins {
  private readonly memo = new Map<ts.Node, Origin | null>();

  constructor(private readonly model: FileModel) {}

  /** @returns where the value of `expression` comes from, or `null` when this file cannot tell. */
  of(expression: ts.Expression, depth = 0): Origin | null {
    if (depth > MAX_ALIAS_DEPTH) return null;
    const known = this.memo.get(expression);
    if (known !== undefined) return known;
    this.memo.set(expression, null);
    const origin = this.compute(unwrap(expression), depth);
    this.memo.set(expression, origin);
    return origin;
  }

  /** @returns the function of this file that `callee` names, or `null`. */
  functionOf(callee: ts.Expression, depth = 0): FunctionNode | null {
    if (depth > MAX_ALIAS_DEPTH) return null;
    const expression = unwrap(callee);
    if (isFunctionNode(expression)) return expression;
    if (ts.isIdentifier(expression)) {
      const binding = this.model.resolve(expression);
      return binding ? this.functionOfBinding(binding, depth) : null;
    }
    if (
      ts.isPropertyAccessExpression(expression) &&
      expression.expression.kind === ts.SyntaxKind.ThisKeyword
    ) {
      return methodNamed(enclosingClass(expression), expression.name.text);
    }
    return null;
  }

  private functionOfBinding(binding: Binding, depth: number): FunctionNode | null {
    const { declaration } = binding;
    if (isFunctionNode(declaration)) return declaration;
    if (
      ts.isVariableDeclaration(declaration) &&
      declaration.initializer &&
      ts.isIdentifier(declaration.name) &&
      this.isConstant(binding)
    ) {
      return this.functionOf(declaration.initializer, depth + 1);
    }
    return null;
  }

  private isConstant(binding: Binding): boolean {
    return binding.kind === 'const' || this.model.writesOf(binding).length === 0;
  }

  private compute(expression: ts.Expression, depth: number): Origin | null {
    if (ts.isIdentifier(expression)) return this.ofIdentifier(expression, depth);
    if (ts.isPropertyAccessExpression(expression)) {
      if (expression.expression.kind === ts.SyntaxKind.ThisKeyword) {
        return this.ofField(expression, depth);
      }
      const base = this.of(expression.expression, depth + 1);
      return base && this.member(base, expression.name.text);
    }
    if (
      ts.isElementAccessExpression(expression) &&
      ts.isStringLiteralLike(expression.argumentExpression)
    ) {
      const base = this.of(expression.expression, depth + 1);
      return base && this.member(base, expression.argumentExpression.text);
    }
    if (ts.isAwaitExpression(expression)) return this.of(expression.expression, depth + 1);
    if (ts.isNewExpression(expression)) {
      const base = this.of(expression.expression, depth + 1);
      return base && { module: base.module, path: join(base.path, 'new()') };
    }
    if (ts.isCallExpression(expression)) return this.ofCall(expression, depth);
    return null;
  }

  private member(base: Origin, name: string): Origin {
    if (name === 'default') return base;
    if (base.module === null && base.path === 'globalThis') return { module: null, path: name };
    return base.module === null
      ? { module: null, path: join(base.path, name) }
      : canonical(base.module, join(base.path, name));
  }

  private ofIdentifier(identifier: ts.Identifier, depth: number): Origin | null {
    const binding = this.model.resolve(identifier);
    if (!binding) return { module: null, path: identifier.text };
    if (binding.imported) {
      const { module, name, typeOnly } = binding.imported;
      return typeOnly ? null : canonical(module, name === 'default' || name === '*' ? '' : name);
    }
    const { declaration } = binding;
    if (binding.kind === 'param') return this.ofParameter(binding, depth);
    if (!this.isConstant(binding)) return null;
    if (ts.isVariableDeclaration(declaration) && ts.isIdentifier(declaration.name)) {
      return declaration.initializer ? this.of(declaration.initializer, depth + 1) : null;
    }
    if (ts.isBindingElement(declaration)) return this.ofDestructured(declaration, depth);
    return null;
  }

  /** `const { readFileSync: r } = require('fs')`, one or more levels deep. */
  private ofDestructured(element: ts.BindingElement, depth: number): Origin | null {
    const pattern = element.parent;
    if (!ts.isObjectBindingPattern(pattern) || element.dotDotDotToken) return null;
    const key = element.propertyName ?? element.name;
    if (!ts.isIdentifier(key) && !ts.isStringLiteral(key)) return null;
    const holder = pattern.parent;
    let base: Origin | null = null;
    if (ts.isVariableDeclaration(holder) && holder.initializer) {
      base = this.of(holder.initializer, depth + 1);
    } else if (ts.isBindingElement(holder)) {
      base = this.ofDestructured(holder, depth + 1);
    }
    return base && this.member(base, key.text);
  }

  /** A parameter annotated with an imported type, or the instance a plugin is handed. */
  private ofParameter(binding: Binding, depth: number): Origin | null {
    const parameter = binding.declaration;
    if (!ts.isParameter(parameter)) return null;
    if (parameter.type) return this.ofType(parameter.type, parameter);
    const fn = parameter.parent;
    const call = fn.parent;
    if (!isFunctionNode(fn) || !ts.isCallExpression(call) || fn.parameters[0] !== parameter) {
      return null;
    }
    const callee = unwrap(call.expression);
    if (!ts.isPropertyAccessExpression(callee) || callee.name.text !== 'register') return null;
    return this.of(callee.expression, depth + 1);
  }

  private ofType(type: ts.TypeNode, at: ts.Node): Origin | null {
    if (!ts.isTypeReferenceNode(type) || !ts.isIdentifier(type.typeName)) return null;
    const binding = this.model.lookup(type.typeName.text, at);
    if (!binding?.imported) return null;
    const origin = canonical(binding.imported.module, '');
    return { module: origin.module, path: `type:${binding.imported.name}` };
  }

  /** `this.x`: a field with an initialiser or an imported type, or a constructor's `private x: T`. */
  private ofField(access: ts.PropertyAccessExpression, depth: number): Origin | null {
    const owner = enclosingClass(access);
    if (!owner) return null;
    const name = access.name.text;
    for (const member of owner.members) {
      if (ts.isPropertyDeclaration(member) && member.name.getText(this.model.source) === name) {
        if (member.type) return this.ofType(member.type, member);
        return member.initializer ? this.of(member.initializer, depth + 1) : null;
      }
      if (!ts.isConstructorDeclaration(member)) continue;
      for (const parameter of member.parameters) {
        if (!parameter.modifiers?.length || !parameter.type) continue;
        if (ts.isIdentifier(parameter.name) && parameter.name.text === name) {
          return this.ofType(parameter.type, parameter);
        }
      }
    }
    return null;
  }

  private ofCall(call: ts.CallExpression, depth: number): Origin | null {
    if (call.expression.kind === ts.SyntaxKind.ImportKeyword) return moduleArgument(call);
    const callee = this.of(call.expression, depth + 1);
    if (!callee) return null;
    if (callee.module === null && callee.path === 'require') return moduleArgument(call);
    const first = call.arguments[0];
    if (callee.module === 'util' && callee.path === 'promisify' && first) {
      const base = this.of(first, depth + 1);
      return base && { module: base.module, path: `promisify:${base.path}` };
    }
    return { module: callee.module, path: join(callee.path, '()') };
  }
}

function moduleArgument(call: ts.CallExpression): Origin | null {
  const [first] = call.arguments;
  return first && ts.isStringLiteralLike(first) ? canonical(first.text, '') : null;
}

/** @returns the class whose member's run evaluates `node`, or `null`. */
export function enclosingClass(node: ts.Node): ts.ClassLikeDeclaration | null {
  for (let at: ts.Node | null = node; at; ) {
    if (at.parent && ts.isClassLike(at.parent)) return at.parent;
    const fn = enclosingFunction(at);
    if (!fn) {
      for (let up: ts.Node = at; up; up = up.parent) if (ts.isClassLike(up)) return up;
      return null;
    }
    // A `function` has a `this` of its own; arrows and members do not hide the class's.
    if (ts.isFunctionDeclaration(fn) || ts.isFunctionExpression(fn)) return null;
    if (ts.isClassLike(fn.parent)) return fn.parent;
    at = fn;
  }
  return null;
}

function methodNamed(owner: ts.ClassLikeDeclaration | null, name: string): FunctionNode | null {
  if (!owner) return null;
  for (const member of owner.members) {
    const key = member.name;
    if (!key || !(ts.isIdentifier(key) || ts.isPrivateIdentifier(key)) || key.text !== name)
      continue;
    if (ts.isMethodDeclaration(member) && member.body) return member;
    if (ts.isPropertyDeclaration(member) && member.initializer) {
      const value = unwrap(member.initializer);
      return isFunctionNode(value) ? value : null;
    }
  }
  return null;
}
