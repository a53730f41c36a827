import { describe, expect, it } from 'vitest';
import { ROOT } from '../rules/fixture';
import { fixedText } from './check';
import { fixtureSources, syntaxErrors } from './corpus';

const sources = fixtureSources().filter((it) => !it.text.includes('slowpath-disable'));

/** Ways to write the same program; a fix must come out in each as it does in the plain one. */
const STYLES: Record<string, (text: string) => string> = {
  CRLF: (text) => text.replace(/\n/g, '\r\n'),
  'a byte order mark': (text) => `\uFEFF${text}`,
  tabs: (text) => text.replace(/^(?: {2})+/gm, (spaces) => '\t'.repeat(spaces.length / 2)),
  'four spaces': (text) => text.replace(/^(?: {2})+/gm, (spaces) => spaces.repeat(2)),
};

describe.each(Object.entries(STYLES))('files with %s', (_name, write) => {
  it('are fixed as they are written', async () => {
    let changed = 0;
    for (const { file, text } of sources) {
      const path = file.slice(ROOT.length + 1);
      const plain = await fixedText(text, { path });
      // A file without indentation has none to take after.
      if (plain === text || !/^ {2}\S/m.test(text)) continue;
      changed++;
      const styled = await fixedText(write(text), { path });
      expect(styled, file).toBe(write(plain));
      expect(syntaxErrors({ file, text: styled })).toBe(syntaxErrors({ file, text }));
    }
    expect(changed).toBeGreaterThan(4);
  });
});

describe('files without semicolons', () => {
  it('stay without, and valid', async () => {
    for (const { file, text } of sources) {
      const path = file.slice(ROOT.length + 1);
      const bare = text.replace(/;$/gm, '');
      if (syntaxErrors({ file, text: bare }) > 0) continue;
      const fixed = await fixedText(bare, { path });
      expect(syntaxErrors({ file, text: fixed }), fixed).toBe(0);
      expect(fixed.replace(/^\s*\*.*$/gm, ''), file).not.toMatch(/[^\s(];$/m);
    }
  });
});
