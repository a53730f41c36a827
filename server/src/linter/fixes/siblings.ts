import { ts } from '../compiler';
import type { FileModel } from '../facts/model';
import { unwrap } from '../facts/syntax';
import { type AddedImport, addImport, topStatement } from './imports';

/** How a call names its function, so that a fix can name another one of the same module. */
export type CalleeName =
  /** `zlib.gzipSync`: the text before the last dot. */
  | { kind: 'member'; object: string; root: ts.Expression }
  /** `gzipSync`: the module as the file writes it, and the statement that loads it. */
  | { kind: 'name'; module: string; anchor: ts.Statement };

/** @returns how a call names its function; `null` for a local alias, which has no import. */
export function calleeName(call: ts.CallExpression, model: FileModel): CalleeName | null {
  const callee = unwrap(call.expression);
  if (ts.isPropertyAccessExpression(callee)) {
    return { kind: 'member', object: model.textOf(callee.expression), root: callee.expression };
  }
  const binding = ts.isIdentifier(callee) ? model.resolve(callee) : undefined;
  const anchor = binding && topStatement(binding.declaration);
  if (!binding || !anchor) return null;
  const module = binding.imported?.module ?? requiredModule(anchor, model);
  return module === undefined ? null : { kind: 'name', module, anchor };
}

/**
 * @param name function to use in place of the one called
 * @param below where it stands: `member` below the object, `module` below the module
 * @returns its text, and the edits that bring it into the file
 */
export function siblingOf(
  callee: CalleeName,
  name: string,
  model: FileModel,
  below: { member: string; module: string } = { member: '', module: '' },
): AddedImport {
  if (callee.kind === 'member') {
    return { local: `${callee.object}.${below.member}${name}`, edits: [] };
  }
  return addImport(model, `${callee.module}${below.module}`, name, callee.anchor);
}

function requiredModule(statement: ts.Statement, model: FileModel): string | undefined {
  if (!ts.isVariableStatement(statement)) return undefined;
  return /\brequire\s*\(\s*['"]([^'"]+)['"]/.exec(model.textOf(statement))?.[1];
}
