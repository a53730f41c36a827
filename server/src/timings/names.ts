/** Distinct operation names kept; further ones are counted together. */
export const MAX_NAMES = 10_000;

/** Longest name kept whole, in UTF-16 units. */
export const MAX_NAME_LENGTH = 512;

const KEPT_LENGTH = 448;

/** Control, line and direction characters, lone surrogates and what cannot be seen at all. */
const INVISIBLE =
  /[\x00-\x1f\x7f-\x9f\u00ad\u061c\u180e\u200b-\u200f\u2028-\u202e\u2060-\u206f\ufeff\ufff9-\ufffb]|[\ud800-\udbff](?![\udc00-\udfff])|(?<![\ud800-\udbff])[\udc00-\udfff]/g;

/**
 * Bounds a name. A name over `MAX_NAME_LENGTH` keeps its start and ends in a marker with the
 * number of characters left out and a hash of the whole, so that different names stay different.
 */
export function boundedName(name: string): string {
  if (name.length <= MAX_NAME_LENGTH) return name;
  let end = KEPT_LENGTH;
  const last = name.charCodeAt(end - 1);
  if (last >= 0xd800 && last <= 0xdbff) end--;
  const hash = hash53(name).toString(36);
  return `${name.slice(0, end)}… [${name.length - end} more characters, #${hash}]`;
}

/** Makes characters visible that would hide, reorder or control: U+001B becomes `\u{1b}`. */
export function visibleName(name: string): string {
  return name.replace(INVISIBLE, (char) => `\\u{${char.charCodeAt(0).toString(16)}}`);
}

/** cyrb53, public domain: 53 bits, enough to tell apart the few names a log may hold. */
function hash53(text: string): number {
  let high = 0xdeadbeef;
  let low = 0x41c6ce57;
  for (let i = 0; i < text.length; i++) {
    const code = text.charCodeAt(i);
    high = Math.imul(high ^ code, 2654435761);
    low = Math.imul(low ^ code, 1597334677);
  }
  high = Math.imul(high ^ (high >>> 16), 2246822507) ^ Math.imul(low ^ (low >>> 13), 3266489909);
  low = Math.imul(low ^ (low >>> 16), 2246822507) ^ Math.imul(high ^ (high >>> 13), 3266489909);
  return 4294967296 * (2097151 & low) + (high >>> 0);
}
