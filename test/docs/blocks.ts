/** A fenced code block of a page. What follows the language says what the test does with it. */
export interface Block {
  language: string;
  /** `finds`, `fixed` or `quiet`; empty when the block says nothing. */
  role: string;
  /** Words after the role: for `finds`, the tiers of the findings in order. */
  words: string[];
  text: string;
  /** Heading the block stands below. */
  heading: string;
  /** Line of the opening fence, from 1. */
  line: number;
}

/** @returns the code blocks of a Markdown page, in order */
export function blocksOf(markdown: string): Block[] {
  const blocks: Block[] = [];
  let heading = '';
  let open: { info: string; line: number; text: string[] } | null = null;
  for (const [i, line] of markdown.split('\n').entries()) {
    const fence = /^```(.*)$/.exec(line);
    if (open && fence) {
      const [language = '', role = '', ...words] = open.info.trim().split(/\s+/);
      blocks.push({ language, role, words, text: lines(open.text), heading, line: open.line });
      open = null;
    } else if (open) {
      open.text.push(line);
    } else if (fence) {
      open = { info: fence[1] ?? '', line: i + 1, text: [] };
    } else if (/^#+ /.test(line)) {
      heading = line.replace(/^#+ /, '');
    }
  }
  if (open) throw new Error(`The code block of line ${open.line} has no end.`);
  return blocks;
}

function lines(text: readonly string[]): string {
  return `${text.join('\n')}\n`;
}
