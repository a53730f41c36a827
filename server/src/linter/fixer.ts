import type { TextEdit } from '../../../shared/finding';

/** @throws RangeError when edits overlap or lie outside the text */
export function applyEdits(text: string, edits: readonly TextEdit[]): string {
  let result = '';
  let at = 0;
  for (const edit of sortEdits(edits)) {
    if (edit.start < at || edit.end < edit.start || edit.end > text.length) {
      throw new RangeError(`edit ${edit.start}–${edit.end} overlaps another or leaves the text`);
    }
    result += text.slice(at, edit.start) + edit.newText;
    at = edit.end;
  }
  return result + text.slice(at);
}

export function sortEdits(edits: readonly TextEdit[]): TextEdit[] {
  return [...edits].sort((a, b) => a.start - b.start || a.end - b.end);
}

/**
 * Picks as many fixes as can be applied together, in the given order. An edit that two fixes share
 * to the letter (the same import added) is applied once.
 */
export function compatibleEdits(fixes: readonly (readonly TextEdit[])[]): TextEdit[] {
  const chosen: TextEdit[] = [];
  const declared = new Set<string>();
  for (const fix of fixes) {
    const added = fix.filter((edit) => !chosen.some((it) => isSame(it, edit)));
    const names = added.flatMap((edit) => declaredNames(edit.newText));
    const fits =
      added.every((edit) => !chosen.some((it) => overlaps(it, edit))) &&
      // Each fix looked for a free name on its own; two may have found the same.
      !names.some((name) => declared.has(name));
    if (!fits) continue;
    chosen.push(...added);
    for (const name of names) declared.add(name);
  }
  return sortEdits(chosen);
}

function declaredNames(code: string): string[] {
  return [...code.matchAll(/\b(?:const|let|var|function)\s+([\w$]+)/g)].map((it) => it[1] ?? '');
}

function isSame(a: TextEdit, b: TextEdit): boolean {
  return a.start === b.start && a.end === b.end && a.newText === b.newText;
}

/** Two insertions at one place conflict too: their order would be arbitrary. */
function overlaps(a: TextEdit, b: TextEdit): boolean {
  if (a.start === b.start) return true;
  return a.start < b.end && b.start < a.end;
}
