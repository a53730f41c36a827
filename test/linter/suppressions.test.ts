import { describe, expect, it } from 'vitest';
import { UNUSED_SUPPRESSION } from '../../server/src/linter/conclude';
import { applyEdits } from '../../server/src/linter/fixer';
import { disableForFile, disableForLine } from '../../server/src/linter/suppressions';
import { findingsIn, fixedText } from './check';

const HEAD = "import { readFileSync } from 'node:fs';\n";
const CALL = "readFileSync('a');";
const BOTH = ['sync-io-in-async', UNUSED_SUPPRESSION];

const fn = (...lines: string[]) =>
  `${HEAD}export async function f() {\n${lines.map((it) => `  ${it}\n`).join('')}}\n`;

async function rulesIn(code: string, path?: string): Promise<string[]> {
  return (await findingsIn(code, path)).map((it) => it.rule).sort();
}

describe('directives', () => {
  it.each([
    ['line', fn(`${CALL} // slowpath-disable-line`)],
    ['line with a rule', fn(`${CALL} // slowpath-disable-line sync-io-in-async`)],
    ['line in a block comment', fn(`/* slowpath-disable-line sync-io-in-async */ ${CALL}`)],
    ['next line', fn('// slowpath-disable-next-line', CALL)],
    ['next line with a rule', fn('// slowpath-disable-next-line sync-io-in-async', CALL)],
    ['next line in a block comment', fn('/* slowpath-disable-next-line sync-io-in-async */', CALL)],
    [
      'next line in a long comment',
      fn('/*', ' * slowpath-disable-next-line', ' */').replace(' */\n', ` */ ${CALL}\n`),
    ],
    [
      'several rules',
      fn('// slowpath-disable-next-line uncached-config-load, sync-io-in-async', CALL),
    ],
    [
      'several rules by spaces',
      fn('// slowpath-disable-next-line uncached-config-load sync-io-in-async', CALL),
    ],
    ['a reason', fn('// slowpath-disable-next-line sync-io-in-async -- start-up only', CALL)],
    ['a reason without rules', fn('// slowpath-disable-next-line -- start-up only', CALL)],
    [
      'a reason with dashes',
      fn('// slowpath-disable-next-line sync-io-in-async -- a -- b --', CALL),
    ],
    [
      'a reason in a block comment',
      fn('/* slowpath-disable-next-line sync-io-in-async -- why */', CALL),
    ],
    ['no space', fn(`${CALL} //slowpath-disable-line`)],
    ['the file, at its top', `/* slowpath-disable sync-io-in-async */\n${fn(CALL, CALL)}`],
    ['the file, at its end', `${fn(CALL, CALL)}// slowpath-disable\n`],
    ['CRLF', fn('// slowpath-disable-next-line sync-io-in-async', CALL).replace(/\n/g, '\r\n')],
    [
      'CRLF with a reason',
      fn(`${CALL} // slowpath-disable-line sync-io-in-async -- why`).replace(/\n/g, '\r\n'),
    ],
    ['BOM', `\uFEFF/* slowpath-disable */\n${fn(CALL)}`],
    ['one that covers two', fn('// slowpath-disable-next-line', `${CALL} ${CALL}`)],
    [
      'a call over several lines',
      fn('// slowpath-disable-next-line', 'readFileSync(', "'a',", ');'),
    ],
    [
      'in JSX',
      `${HEAD}export const V = async () => <p>{/* slowpath-disable-line */ readFileSync('a')}</p>;`,
    ],
  ])('%s', async (_name, code) => {
    expect(await rulesIn(code, 'src/a.tsx')).toEqual([]);
  });

  it.each([
    ['another rule', fn('// slowpath-disable-next-line fixed-interval-polling', CALL)],
    ['two lines up', fn('// slowpath-disable-next-line', '', CALL)],
    ['the line below', fn(CALL, '// slowpath-disable-line')],
    ['no such rule', fn('// slowpath-disable-next-line sync-io', CALL)],
  ])('does not help: %s', async (_name, code) => {
    expect(await rulesIn(code)).toEqual(BOTH);
  });

  it.each([
    ['a string', fn(`console.log('// slowpath-disable-line'); ${CALL}`)],
    ['a string by itself', fn(`const s = "/* slowpath-disable */"; ${CALL}`)],
    ['a template', fn(`const s = \`// slowpath-disable-line\`; ${CALL}`)],
    ['a template head', fn(`const s = \`// slowpath-disable-line \${1} \`; ${CALL}`)],
    ['a template tail', fn(`const s = \`\${1} // slowpath-disable-line\`; ${CALL}`)],
    ['a tagged template', fn(`const s = String.raw\`// slowpath-disable-line\`; ${CALL}`)],
    ['a regular expression', fn(`const s = /\\/\\/ slowpath-disable-line/; ${CALL}`)],
    [
      'JSX text',
      `${HEAD}export async function f() {\n  const e = <p>// slowpath-disable-line</p>; ${CALL} return e;\n}`,
    ],
    [
      'JSX attribute',
      `${HEAD}export async function f() {\n  const e = <p title="// slowpath-disable-line" />; ${CALL} return e;\n}`,
    ],
    ['a longer word', fn('// slowpath-disabled', CALL)],
    ['a longer directive', fn('// slowpath-disable-next-line-please', CALL)],
    ['prose', fn('// see slowpath-disable-next-line', CALL)],
  ])('is none: %s', async (_name, code) => {
    expect(await rulesIn(code, 'src/a.tsx')).toEqual(['sync-io-in-async']);
  });

  it('takes one inside a template expression', async () => {
    const code = fn(`const s = \`\${/* slowpath-disable-line */ readFileSync('a')}\`; return s;`);
    expect(await rulesIn(code)).toEqual([]);
  });

  it('reports an unused one at its own words', async () => {
    const code = `${HEAD}\n  // slowpath-disable-next-line sync-io-in-async -- because\nconst a = 1;\n`;
    const [finding, ...rest] = await findingsIn(code);
    expect(rest).toEqual([]);
    expect(finding?.rule).toBe(UNUSED_SUPPRESSION);
    expect(code.slice(finding?.start, finding?.end)).toBe(
      'slowpath-disable-next-line sync-io-in-async',
    );
    expect(finding?.from).toEqual({ line: 2, character: 5 });
    expect(finding?.message).toContain('suppresses nothing');
  });

  it('names the rules that do not exist', async () => {
    const all = await findingsIn(fn('// slowpath-disable-next-line nonsense', CALL));
    const unused = all.find((it) => it.rule === UNUSED_SUPPRESSION);
    expect(unused?.message).toContain('`nonsense`, which is no rule');
  });

  it('keeps suppressed findings from being fixed', async () => {
    const code = fn('// slowpath-disable-next-line', CALL, CALL);
    const fixed = await fixedText(code);
    expect(fixed).toContain(`disable-next-line\n  ${CALL}\n  await readFile('a');`);
  });
});

describe('adding directives', () => {
  const texts: [string, string][] = [
    ['plain', fn(CALL)],
    ['tabs', fn(CALL).replace(/^ {2}/gm, '\t')],
    ['CRLF', fn(CALL).replace(/\n/g, '\r\n')],
    ['BOM', `\uFEFF${fn(CALL)}`],
    ['one line', `import { readFileSync } from 'node:fs'; export async function f() { ${CALL} }`],
    [
      'BOM and one line',
      `\uFEFFimport { readFileSync } from 'node:fs'; export async function f() { ${CALL} }`,
    ],
    ['inside a template', fn('return `', `a \${readFileSync('a')}`, '`;')],
    ['a template over lines', fn('return `', ' b ${', "readFileSync('a')", '}`;')],
    [
      'inside JSX',
      `${HEAD}export const v = async () => (\n  <p>\n    {readFileSync('a')}\n  </p>\n);\n`,
    ],
  ];

  it.each(texts)('for the line: %s', async (_name, code) => {
    const [finding] = await findingsIn(code, 'src/a.tsx');
    const fixed = applyEdits(code, [
      disableForLine('a.tsx', code, finding?.start ?? -1, 'sync-io-in-async'),
    ]);
    expect(await rulesIn(fixed, 'src/a.tsx')).toEqual([]);
    expect(/\r\n/.test(code)).toBe(/\r\n/.test(fixed));
    expect(fixed.replace(/\r\n/g, '').includes('\r')).toBe(false);
    expect(fixed.startsWith('\uFEFF')).toBe(code.startsWith('\uFEFF'));
  });

  it.each(texts)('for the file: %s', async (_name, code) => {
    const fixed = applyEdits(code, [disableForFile(code, 'sync-io-in-async')]);
    expect(await rulesIn(fixed, 'src/a.tsx')).toEqual([]);
    expect(fixed.startsWith('\uFEFF')).toBe(code.startsWith('\uFEFF'));
  });

  it('for the file, below a #! line', () => {
    const code = '#!/usr/bin/env node\nconst a = 1;\n';
    expect(applyEdits(code, [disableForFile(code, 'x')])).toBe(
      '#!/usr/bin/env node\n/* slowpath-disable x */\nconst a = 1;\n',
    );
    expect(applyEdits('#!/usr/bin/env node', [disableForFile('#!/usr/bin/env node', 'x')])).toMatch(
      /^#!\/usr\/bin\/env node\n\/\*/,
    );
  });
});
