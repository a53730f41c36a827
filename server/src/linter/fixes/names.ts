import type { ts } from '../compiler';
import type { FileModel } from '../facts/model';
import { enclosingFunction } from '../facts/syntax';

/** Names that fixes of one analysis were given, by the function they go to. */
const given = new WeakMap<ts.Node, Set<string>>();

/**
 * Picks a name for a new constant. Fixes of one file may be applied together, so no two in one
 * function get the same.
 * @param names best first
 * @returns the first free one, with a number where all are taken
 */
export function freshName(names: readonly string[], at: ts.Node, model: FileModel): string {
  const owner = enclosingFunction(at) ?? model.source;
  const taken = given.get(owner) ?? new Set<string>();
  given.set(owner, taken);
  const isFree = (name: string) => !taken.has(name) && !isNamed(name, owner, at, model);
  let name = names.find(isFree);
  for (let i = 2; !name; i++) if (isFree(`${names[0]}${i}`)) name = `${names[0]}${i}`;
  taken.add(name);
  return name;
}

/**
 * Picks a name for a new local variable.
 * @param at a node beside which the variable is declared
 * @returns `name`, with a number where the function around `at` has it already
 */
export function nameWithin(at: ts.Node, name: string, model: FileModel): string {
  const owner = enclosingFunction(at) ?? model.source;
  for (let i = 1; ; i++) {
    const numbered = i === 1 ? name : `${name}${i}`;
    if (!isNamed(numbered, owner, at, model)) return numbered;
  }
}

/** Whether a name means something at a place, or occurs anywhere in the function around it. */
function isNamed(name: string, owner: ts.Node, at: ts.Node, model: FileModel): boolean {
  const word = new RegExp(`(?<![\\w$.])${name}(?![\\w$])`);
  return model.lookup(name, at) !== undefined || word.test(model.textOf(owner));
}
