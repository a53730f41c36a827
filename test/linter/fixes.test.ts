import { describe, expect, it } from 'vitest';
import { applyEdits, compatibleEdits } from '../../server/src/linter/fixer';
import { fixedText } from './check';
import { syntaxErrors } from './corpus';

const IMPORT = "import { readFileSync } from 'node:fs';\n";
const edit = (start: number, end: number, newText: string) => ({ start, end, newText });

describe('applying edits', () => {
  it('applies them in order of place, whatever order they come in', () => {
    expect(applyEdits('abcdef', [edit(4, 5, 'E'), edit(0, 0, '<'), edit(1, 3, '')])).toBe('<adEf');
    expect(applyEdits('abc', [edit(3, 3, '!')])).toBe('abc!');
    expect(applyEdits('', [])).toBe('');
  });

  it('refuses overlaps and places outside the text', () => {
    expect(() => applyEdits('abc', [edit(0, 2, ''), edit(1, 3, '')])).toThrow(RangeError);
    expect(() => applyEdits('abc', [edit(2, 4, '')])).toThrow(RangeError);
    expect(() => applyEdits('abc', [edit(2, 1, '')])).toThrow(RangeError);
    expect(() => applyEdits('abc', [edit(-1, 1, '')])).toThrow(RangeError);
  });

  it('picks fixes that go together; what they share is applied once', () => {
    const shared = edit(0, 0, 'import x;');
    const fixes = [
      [shared, edit(5, 6, 'a')],
      [shared, edit(8, 9, 'b')],
      [edit(5, 7, 'c')],
      [edit(0, 0, 'other;')],
    ];
    expect(compatibleEdits(fixes)).toEqual([shared, edit(5, 6, 'a'), edit(8, 9, 'b')]);
    expect(compatibleEdits([[edit(1, 3, 'a')], [edit(3, 4, 'b')], [edit(2, 2, 'c')]])).toEqual([
      edit(1, 3, 'a'),
      edit(3, 4, 'b'),
    ]);
    expect(compatibleEdits([])).toEqual([]);
    // A fix that cannot be applied whole is not applied in part.
    expect(compatibleEdits([[edit(5, 6, 'a')], [edit(0, 0, 'i'), edit(5, 6, 'b')]])).toEqual([
      edit(5, 6, 'a'),
    ]);
  });
});

/** The statement of an async function after the fix, imports aside. */
async function statement(code: string, head = IMPORT): Promise<string> {
  const text = `${head}export async function f(p: any) {\n  ${code}\n}\n`;
  const fixed = await fixedText(text);
  expect(syntaxErrors({ file: '/a.ts', text: fixed }), fixed).toBe(0);
  return /f\(p: any\) \{\n {2}([\s\S]*)\n\}\n$/.exec(fixed)?.[1] ?? fixed;
}

describe('await in place of a call', () => {
  it.each([
    ["return readFileSync('a');", "return await readFile('a');"],
    ["const a = readFileSync('a').length;", "const a = (await readFile('a')).length;"],
    ["const a = readFileSync('a')?.length;", "const a = (await readFile('a'))?.length;"],
    ["const a = readFileSync('a')[0];", "const a = (await readFile('a'))[0];"],
    [
      "const a = readFileSync('a').toString().trim();",
      "const a = (await readFile('a')).toString().trim();",
    ],
    ["const a = p(readFileSync('a'));", "const a = p(await readFile('a'));"],
    ["const a = p[readFileSync('a') as any];", "const a = p[await readFile('a') as any];"],
    ["const a = readFileSync('a')!;", "const a = (await readFile('a'))!;"],
    ["const a = !readFileSync('a');", "const a = !(await readFile('a'));"],
    ["const a = typeof readFileSync('a');", "const a = typeof await readFile('a');"],
    ["const a = (readFileSync('a') as any) ** 2;", "const a = (await readFile('a') as any) ** 2;"],
    ["const a: any = p + readFileSync('a');", "const a: any = p + await readFile('a');"],
    ["const a: any = [...readFileSync('a')];", "const a: any = [...await readFile('a')];"],
    [
      "const a = { ...readFileSync('a'), b: readFileSync('b') };",
      "const a = { ...await readFile('a'), b: await readFile('b') };",
    ],
    [`const a = \`\${readFileSync('a')}\`;`, `const a = \`\${await readFile('a')}\`;`],
    ["const a = p ? readFileSync('a') : 1;", "const a = p ? await readFile('a') : 1;"],
    ["const a = p ?? readFileSync('a');", "const a = p ?? await readFile('a');"],
    ["const a = readFileSync('a') as Buffer;", "const a = await readFile('a') as Buffer;"],
    ["const a = <Buffer>readFileSync('a');", "const a = <Buffer>await readFile('a');"],
    ["for (const x of readFileSync('a')) p(x);", "for (const x of await readFile('a')) p(x);"],
    ["if (readFileSync('a')) p();", "if (await readFile('a')) p();"],
    ["throw readFileSync('a');", "throw await readFile('a');"],
    ["void readFileSync('a');", "void await readFile('a');"],
    ["p = readFileSync('a');", "p = await readFile('a');"],
    ["(readFileSync)('a');", "await readFile('a');"],
    ["readFileSync(/* why */ 'a' /* not */);", "await readFile(/* why */ 'a' /* not */);"],
    [
      "readFileSync(\n    'a', // first\n    'utf8',\n  );",
      "await readFile(\n    'a', // first\n    'utf8',\n  );",
    ],
    [
      "const a = readFileSync(readFileSync('a', 'utf8'), 'utf8');",
      "const a = await readFile(await readFile('a', 'utf8'), 'utf8');",
    ],
    ["yieldless: { readFileSync('a'); }", "yieldless: { await readFile('a'); }"],
    [
      "switch (p) { case readFileSync('a'): break; }",
      "switch (p) { case await readFile('a'): break; }",
    ],
  ])('%s', async (before, after) => {
    expect(await statement(before)).toBe(after);
  });

  it('on the left of ** keeps its operand', async () => {
    const fixed = await fixedText(
      `${IMPORT}export async function f(p) {\n  return readFileSync('a') ** 2;\n}\n`,
      { path: 'src/a.js' },
    );
    expect(fixed).toContain("return (await readFile('a')) ** 2;");
    const right = await fixedText(
      `${IMPORT}export async function f(p) {\n  return 2 ** readFileSync('a');\n}\n`,
      { path: 'src/a.js' },
    );
    expect(syntaxErrors({ file: '/a.js', text: right })).toBe(0);
    const tag = await fixedText(
      `${IMPORT}export async function f(p) {\n  return readFileSync('a')\`x\`;\n}\n`,
      { path: 'src/a.js' },
    );
    expect(tag).toContain("(await readFile('a'))`x`");
    const heir = await fixedText(
      `${IMPORT}export async function f(p) {\n  return class extends readFileSync('a') {};\n}\n`,
      { path: 'src/a.js' },
    );
    expect(syntaxErrors({ file: '/a.js', text: heir }), heir).toBe(0);
    const made = await fixedText(
      `${IMPORT}export async function f(p) {\n  return new (readFileSync('a'))();\n}\n`,
      { path: 'src/a.js' },
    );
    expect(made).toContain("new (await readFile('a'))()");
    const deleted = await fixedText(
      `${IMPORT}export async function f(p) {\n  for await (const x of readFileSync('a')) p(x);\n}\n`,
      { path: 'src/a.js' },
    );
    expect(syntaxErrors({ file: '/a.js', text: deleted })).toBe(0);
  });

  it('keeps statements apart where no semicolons are written', async () => {
    const text =
      "import { readFileSync } from 'node:fs'\nexport async function f(p) {\n  const a = p\n  readFileSync('a').slice(1)\n  p()\n  readFileSync('b')\n}\n";
    const fixed = await fixedText(text, { path: 'src/a.js' });
    expect(fixed).toBe(
      "import { readFile } from 'node:fs/promises'\nexport async function f(p) {\n  const a = p\n  ;(await readFile('a')).slice(1)\n  p()\n  await readFile('b')\n}\n",
    );
  });

  it('turns existsSync into a question that never fails', async () => {
    const head = "import { existsSync } from 'node:fs';\n";
    expect(await statement("if (!existsSync('a')) p();", head)).toBe(
      "if (!(await access('a').then(() => true, () => false))) p();",
    );
    expect(await statement("const a = existsSync('a') && p;", head)).toBe(
      "const a = await access('a').then(() => true, () => false) && p;",
    );
  });

  it('offers nothing where await may not stand', async () => {
    for (const code of [
      `${IMPORT}export async function f(p: any[]) { return p.map(() => readFileSync('a')); }`,
      `${IMPORT}export async function f(a = readFileSync('a')) { return a; }`,
      `${IMPORT}export async function f() { return class { a = readFileSync('a'); }; }`,
      `${IMPORT}export async function f() { return { get a() { return readFileSync('a'); } }; }`,
      `${IMPORT}export async function f(fd: number) { return readFileSync(fd); }`,
      `${IMPORT}export async function f(...p: [string]) { return readFileSync(...p); }`,
    ])
      expect(await fixedText(code), code).toBe(code);
  });
});
