import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { diffEdits } from '../../server/src/lsp/edits';
import { FaultLog } from '../../server/src/lsp/faults';
import { isInside, pathToUri, uriToPath } from '../../server/src/lsp/uri';

describe('diffEdits', () => {
  const apply = (text: string, edits: ReturnType<typeof diffEdits>) =>
    edits.reduceRight(
      (result, { start, end, newText }) => result.slice(0, start) + newText + result.slice(end),
      text,
    );
  const text = fc
    .array(fc.constantFrom('a', 'bb', 'ab', '\n', '\r\n', '\r', '😀', '😁', ''), { maxLength: 60 })
    .map((parts) => parts.join(''));

  it('turns one text into the other with disjoint edits in order', () => {
    fc.assert(
      fc.property(text, text, (before, after) => {
        const edits = diffEdits(before, after);
        expect(apply(before, edits)).toBe(after);
        edits.slice(1).forEach((edit, index) => {
          expect(edit.start).toBeGreaterThanOrEqual(edits[index]?.end ?? 0);
        });
      }),
      { numRuns: 500 },
    );
  });

  it('never cuts a line break or a character in two', () => {
    fc.assert(
      fc.property(text, text, (before, after) => {
        for (const { start, end } of diffEdits(before, after)) {
          for (const at of [start, end]) {
            const pair = at === 0 ? '' : before.slice(at - 1, at + 1);
            expect(pair).not.toMatch(/^(\r\n|[\uD800-\uDBFF][\uDC00-\uDFFF])$/);
          }
        }
      }),
      { numRuns: 500 },
    );
  });

  it('touches only what differs', () => {
    expect(diffEdits('one\ntwo\nthree\n', 'one\n2\nthree\nfour\n')).toEqual([
      { start: 4, end: 7, newText: '2' },
      { start: 14, end: 14, newText: 'four\n' },
    ]);
    expect(diffEdits('same\n', 'same\n')).toEqual([]);
  });

  it('replaces texts that have too little in common as one', () => {
    const lines = (mark: string) =>
      Array.from({ length: 3000 }, (_, n) => `${mark}${n}\n`).join('');
    const edits = diffEdits(lines('a'), lines('b'));
    expect(apply(lines('a'), edits)).toBe(lines('b'));
    expect(edits.length).toBe(1);
  });
});

describe('URIs', () => {
  it('become paths, whatever their encoding', () => {
    expect(uriToPath('file:///w/a%20b/%5Bid%5D.ts')).toBe('/w/a b/[id].ts');
    expect(uriToPath('file:///w/a b/[id].ts')).toBe('/w/a b/[id].ts');
    expect(uriToPath('file:///w/')).toBe('/w');
    expect(uriToPath('file:///c%3A/w/a.ts')).toBe('c:/w/a.ts');
    expect(uriToPath('file:///C:/w/a.ts')).toBe('c:/w/a.ts');
    expect(uriToPath('file://server/share/a.ts')).toBe('//server/share/a.ts');
  });

  it('of other schemes have none', () => {
    for (const uri of ['git:/a.ts', 'vscode-vfs://github/a/b.ts', 'untitled:a', 'a.ts', '', '%']) {
      expect(uriToPath(uri)).toBeUndefined();
    }
  });

  it('are made from paths as VS Code makes them', () => {
    expect(pathToUri('/w/a b/[id].ts')).toBe('file:///w/a%20b/%5Bid%5D.ts');
    expect(pathToUri('c:/w/a.ts')).toBe('file:///c%3A/w/a.ts');
    expect(pathToUri('//server/share/a.ts')).toBe('file://server/share/a.ts');
  });

  it('come back from what was made of them', () => {
    const segment = fc.string({ minLength: 1, unit: 'grapheme' }).filter((it) => !/[\\/]/.test(it));
    const path = fc
      .array(segment, { minLength: 1, maxLength: 5 })
      .map((parts) => `/w/${parts.join('/')}`);
    fc.assert(
      fc.property(path, (it) => {
        expect(uriToPath(pathToUri(it))).toBe(it);
      }),
    );
  });

  it('lie inside a folder only by whole names', () => {
    expect(isInside('/w/a', '/w/a/b.ts')).toBe(true);
    expect(isInside('/w/a', '/w/ab.ts')).toBe(false);
    expect(isInside('/', '/a.ts')).toBe(true);
  });
});

describe('FaultLog', () => {
  it('writes each fault once, and remembers a bounded number', () => {
    const lines: string[] = [];
    const log = new FaultLog({ error: (line) => lines.push(line) });
    const fault = { rule: 'sync-io-in-async', file: '/w/a.ts', message: 'x is undefined' };
    log.report([fault, fault]);
    log.report([fault, { ...fault, file: '/w/b.ts' }, { message: 'x is undefined' }]);
    expect(lines).toEqual([
      'Rule sync-io-in-async failed in /w/a.ts: x is undefined',
      'Rule sync-io-in-async failed in /w/b.ts: x is undefined',
      'Analysis failed: x is undefined',
    ]);
    for (let index = 0; index < 1000; index++) log.once(`${index}`);
    log.report([fault]);
    expect(lines.filter((line) => line.includes('/w/a.ts')).length).toBe(2);
  });
});
