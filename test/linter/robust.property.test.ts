import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { applyEdits } from '../../server/src/linter/fixer';
import { parse } from '../../server/src/linter/inspect';
import type { Project } from '../../server/src/linter/project';
import { projectOf } from '../rules/fixture';
import { fixtureSources, realSources, type Source, syntaxErrors } from './corpus';

const fixtures = fixtureSources();
const sources = [...fixtures, ...realSources()].filter(({ text }) => text.length < 20_000);

/** Pieces that break sources in the ways people and merges do. */
const PIECES = [
  ...['', '(', ')', '{', '}', '`', "'", '"', '/*', '//', '${', ';', ',', 'await ', 'async ', '=>'],
  ...[
    '...',
    '?.',
    '<',
    '</',
    '\n',
    '\r\n',
    '\uFEFF',
    '\u0000',
    '\uD800',
    '<<<<<<< HEAD\n',
    'import ',
  ],
  ...["import fs from 'fs';\n", 'fs.readFileSync(', 'for (;;) ', 'class { ', '@', '#', '\\'],
];

const source = fc.constantFrom(...sources);

/** A source with a few pieces cut out, put in or doubled, or its end cut off. */
const broken = fc
  .tuple(
    source,
    fc.option(fc.double({ min: 0, max: 1, noNaN: true }), { freq: 2 }),
    fc.array(
      fc.record({
        at: fc.double({ min: 0, max: 1, noNaN: true }),
        length: fc.constantFrom(0, 0, 1, 3, 20, 200),
        piece: fc.constantFrom(...PIECES),
      }),
      { maxLength: 4 },
    ),
  )
  .map(([{ file, text }, cut, splices]) => {
    let result = cut === null ? text : text.slice(0, Math.floor(cut * text.length));
    for (const { at, length, piece } of splices) {
      const start = Math.floor(at * result.length);
      result = result.slice(0, start) + piece + result.slice(start + length);
    }
    return { file, text: result };
  });

/** A source without one of its tokens. */
const withoutToken = fc
  .tuple(source, fc.double({ min: 0, max: 1, noNaN: true }))
  .map(([{ file, text }, at]) => {
    const tokens = [...text.matchAll(/[\w$]+|\S/g)];
    const token = tokens[Math.floor(at * (tokens.length - 1))];
    if (!token) return { file, text };
    return { file, text: text.slice(0, token.index) + text.slice(token.index + token[0].length) };
  });

async function linted({ file, text }: Source): Promise<Project> {
  const project = await projectOf(new Map([[file, text]]));
  const { faults, findings } = project.report(file);
  expect(faults).toEqual([]);
  for (const it of findings) {
    expect(it.end).toBeGreaterThanOrEqual(it.start);
    expect(it.end).toBeLessThanOrEqual(text.length);
  }
  const keys = findings.map((it) => `${it.rule}@${it.start}`);
  expect(new Set(keys).size).toBe(keys.length);
  return project;
}

/** Each fix by itself applies; all together end, and end where they end. */
async function checkFixes(it: Source): Promise<void> {
  const project = await linted(it);
  for (const finding of project.report(it.file).findings.filter((found) => found.fix)) {
    const edits = project.fix(it.file, it.text, finding);
    expect(edits).not.toBeNull();
    applyEdits(it.text, edits ?? []);
  }
  for (const upTo of ['safe', 'suggestion'] as const) {
    const fixed = project.fixAll(it.file, it.text, { upTo });
    expect(project.fixAll(it.file, fixed, { upTo })).toBe(fixed);
  }
}

describe('broken sources', () => {
  it('never fail, and their fixes never overlap', async () => {
    await fc.assert(fc.asyncProperty(broken, checkFixes), { numRuns: 400 });
  }, 120_000);

  it('never fail without one token', async () => {
    await fc.assert(fc.asyncProperty(withoutToken, checkFixes), { numRuns: 200 });
  }, 120_000);
});

describe('valid sources', () => {
  const valid = sources.filter((it) => syntaxErrors(it) === 0);

  it('stay valid when fixed', async () => {
    expect(valid.length).toBeGreaterThan(100);
    for (const it of valid) {
      const project = await linted(it);
      for (const upTo of ['safe', 'suggestion'] as const) {
        const text = project.fixAll(it.file, it.text, { upTo });
        expect(syntaxErrors({ file: it.file, text }), text).toBe(0);
      }
    }
  }, 120_000);

  it('can be fixed one by one in any order, with the same findings left', async () => {
    const fixable: Source[] = [];
    for (const it of fixtures) {
      const project = await linted(it);
      if (project.report(it.file).findings.some((found) => found.fix)) fixable.push(it);
    }
    expect(fixable.length).toBeGreaterThan(4);
    const order = fc.infiniteStream(fc.nat(1000));
    await fc.assert(
      fc.asyncProperty(fc.constantFrom(...fixable), order, async (it, choices) => {
        const all = await linted(it);
        const expected = await left({
          ...it,
          text: all.fixAll(it.file, it.text, { upTo: 'suggestion' }),
        });
        let { text } = it;
        for (let steps = 0; ; steps++) {
          expect(steps).toBeLessThan(60);
          const project = await linted({ ...it, text });
          const open = project.report(it.file).findings.filter((found) => found.fix);
          const chosen = open[(choices.next().value ?? 0) % Math.max(1, open.length)];
          if (!chosen) break;
          text = applyEdits(text, project.fix(it.file, text, chosen) ?? []);
          expect(syntaxErrors({ ...it, text }), text).toBe(0);
        }
        expect(await left({ ...it, text })).toEqual(expected);
      }),
      { numRuns: 60 },
    );
  }, 120_000);
});

/** What is found, without places: fixes move those. */
async function left(it: Source): Promise<string[]> {
  const project = await linted(it);
  return project
    .report(it.file)
    .findings.map((found) => `${found.rule} ${found.message}`)
    .sort();
}

describe('deep nesting', () => {
  it('loses one file and no other', async () => {
    const deep = `import fs from 'fs';\nexport const a = ${'['.repeat(60_000)}fs.readFileSync('a')`;
    const good = "import fs from 'fs';\nexport async function f() { fs.readFileSync('a'); }";
    const project = await projectOf(
      new Map([
        ['/fixture/a.ts', deep.replace(/\[{100}/g, '$&\n')],
        ['/fixture/b.ts', good],
      ]),
    );
    expect(project.report('/fixture/b.ts').findings).toHaveLength(1);
    const { faults } = project.report('/fixture/a.ts');
    for (const it of faults) expect(it.file).toBe('/fixture/a.ts');
    expect(project.fix('/fixture/a.ts', deep, { rule: 'sync-io-in-async', start: 0 })).toBeNull();
    expect(project.fixAll('/fixture/a.ts', deep, { upTo: 'safe' })).toBe(deep);
    expect(() => parse('/fixture/b.ts', good)).not.toThrow();
  });
});
