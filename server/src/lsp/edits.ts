import { diffArrays } from 'diff';
import type { TextEdit } from '../../../shared/finding';

/** Changed lines up to which a smallest difference is searched; its cost is quadratic in them. */
const MAX_CHANGED_LINES = 2000;

/**
 * @returns disjoint edits, in order, that turn one text into the other and touch nothing that both
 * have in common at the start and end of a changed run of lines
 */
export function diffEdits(before: string, after: string): TextEdit[] {
  if (before === after) return [];
  const changes = diffArrays(lines(before), lines(after), { maxEditLength: MAX_CHANGED_LINES });
  if (changes === undefined)
    return [trim(before, { start: 0, end: before.length, newText: after })];
  const edits: TextEdit[] = [];
  let offset = 0;
  let open: TextEdit | null = null;
  for (const { added, removed, value } of changes) {
    const text = value.join('');
    if (!added && !removed) {
      if (open !== null) edits.push(trim(before, open));
      open = null;
    } else {
      open ??= { start: offset, end: offset, newText: '' };
      if (added) open.newText += text;
      else open.end += text.length;
    }
    if (!added) offset += text.length;
  }
  if (open !== null) edits.push(trim(before, open));
  return edits;
}

/** Splits after each line break, so that joining the lines gives the text back. */
function lines(text: string): string[] {
  return text.split(/(?<=\n)/);
}

/** Shortens an edit by what the text already has; never splits a CRLF or a surrogate pair. */
function trim(before: string, edit: TextEdit): TextEdit {
  const old = before.slice(edit.start, edit.end);
  const { newText } = edit;
  const most = Math.min(old.length, newText.length);
  let head = 0;
  while (head < most && old[head] === newText[head]) head++;
  while (head > 0 && (splitsPair(old, head) || splitsPair(newText, head))) head--;
  let tail = 0;
  while (tail < most - head && old.at(-1 - tail) === newText.at(-1 - tail)) tail++;
  while (
    tail > 0 &&
    (splitsPair(old, old.length - tail) || splitsPair(newText, newText.length - tail))
  ) {
    tail--;
  }
  return {
    start: edit.start + head,
    end: edit.end - tail,
    newText: newText.slice(head, newText.length - tail),
  };
}

function splitsPair(text: string, at: number): boolean {
  const pair = text.slice(at - 1, at + 1);
  return at > 0 && (pair === '\r\n' || /^[\uD800-\uDBFF][\uDC00-\uDFFF]$/.test(pair));
}
