const WORD = /[\p{L}\p{N}_][\p{L}\p{N}_'-]*/gu;

const STOP_WORDS = new Set(
  'a an and are as at be by for from how in is it of on or that the this to was what with'.split(
    ' ',
  ),
);

/** Words of a text in their order, in lower case. */
export function tokenize(text: string): string[] {
  return text.toLowerCase().match(WORD) ?? [];
}

/** Words that carry meaning: no stop words, no single letters. */
export function contentWords(text: string): string[] {
  return tokenize(text).filter((word) => word.length > 1 && !STOP_WORDS.has(word));
}
