import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { projectOf, ROOT } from '../rules/fixture';

const FIXTURES = join(import.meta.dirname, '../fixtures/sync-io-in-async');
const FILE = `${ROOT}/src/open.ts`;

/** Sources with findings, without the marks that say where. */
const SOURCES = readdirSync(FIXTURES)
  .filter((name) => name.endsWith('.ts'))
  .map((name) => readFileSync(join(FIXTURES, name), 'utf8').replace(/^\s*\/\/.*\^.*$/gm, ''));

/** Pieces people type and paste, some of which break the text around them. */
const PIECES = [
  '',
  ' ',
  '\n',
  '{',
  '}',
  '(',
  ')',
  '`',
  '"',
  '/*',
  '*/',
  '// x\n',
  'async ',
  'await ',
];

const edit = fc.record({
  at: fc.double({ min: 0, max: 1, noNaN: true }),
  removed: fc.nat(40),
  added: fc.oneof(
    fc.constantFrom(...PIECES),
    fc.constantFrom(
      "readFileSync('a', 'utf8');\n",
      'function f() {\n',
      'const readFileSync = 1;\n',
    ),
  ),
});

describe('an open file', () => {
  it('has the findings of a freshly parsed one after any edits', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.constantFrom(...SOURCES),
        fc.array(edit, { minLength: 1, maxLength: 25 }),
        async (source, edits) => {
          let text = source;
          const open = await projectOf(new Map());
          open.analyse(FILE, text, true);
          for (const { at, removed, added } of edits) {
            const start = Math.floor(at * text.length);
            text = text.slice(0, start) + added + text.slice(start + removed);
            open.analyse(FILE, text, true);
            const fresh = await projectOf(new Map());
            fresh.analyse(FILE, text);
            expect(open.report(FILE)).toEqual(fresh.report(FILE));
          }
        },
      ),
      { numRuns: 200 },
    );
  });

  it('keeps its tree when its fixes are asked for', async () => {
    const source = SOURCES.find((it) => it.includes('readFileSync')) as string;
    const open = await projectOf(new Map());
    open.analyse(FILE, source, true);
    const before = open.report(FILE).findings;
    open.fixAll(FILE, source, { upTo: 'suggestion' });
    open.analyse(FILE, `${source}\n`, true);
    expect(open.report(FILE).findings).toEqual(before);
  });
});
