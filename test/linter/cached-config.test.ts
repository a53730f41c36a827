import { describe, expect, it } from 'vitest';
import { findingsIn, fixedText } from './check';
import { syntaxErrors } from './corpus';

const CALLERS =
  '\nexport async function one() { return load(); }\nexport async function two() { return load(); }\n';

async function fixOf(code: string, path = 'src/a.ts') {
  const found = (await findingsIn(code, path)).find((it) => it.rule === 'uncached-config-load');
  expect(found).toBeDefined();
  const text = await fixedText(code, { path, rule: 'uncached-config-load' });
  expect(syntaxErrors({ file: path, text })).toBe(0);
  return { safety: found?.fix?.safety ?? null, text };
}

describe('keeping a configuration', () => {
  it('declares the cache before any code that may call the loader', async () => {
    const code = `import fs from 'node:fs';\nexport function load() { return JSON.parse(fs.readFileSync('config.json', 'utf8')); }\nexport const first = load();\nimport other from './other';\nother(first);${CALLERS}`;
    const { text } = await fixOf(code);
    expect(text.indexOf('new Map')).toBeGreaterThan(-1);
    expect(text.indexOf('new Map')).toBeLessThan(text.indexOf('first = load()'));
    const required = code.replace(
      "import other from './other'",
      "const other = require('./other')",
    );
    const { text: fixed } = await fixOf(required);
    expect(fixed.indexOf('new Map')).toBeLessThan(fixed.indexOf('first = load()'));
  });

  it('stands below a directive prologue and keeps the licence on top', async () => {
    const code = `/* licence */\n'use strict';\nimport fs from 'node:fs';\n\n// about load\nexport function load() { return JSON.parse(fs.readFileSync('config.json', 'utf8')); }${CALLERS}`;
    const { text } = await fixOf(code);
    expect(text.startsWith("/* licence */\n'use strict';\n")).toBe(true);
    expect(text).toContain('// about load\nexport function load()');
  });

  it('moves no code that says `file` of something else', async () => {
    const code = `import fs from 'node:fs';\nimport yaml from 'yaml';\nconst file: any = {};\nexport function load() { return yaml.parse(fs.readFileSync('c.yaml', 'utf8'), file); }${CALLERS}`;
    expect(await fixOf(code)).toEqual({ safety: null, text: code });
    const path = `import fs from 'node:fs';\nimport yaml from 'yaml';\nconst file = 'c.yaml';\nexport function load() { return yaml.parse(fs.readFileSync(file, 'utf8')); }${CALLERS}`;
    expect((await fixOf(path)).text).toContain(
      "readCachedSync(file, (file) => yaml.parse(fs.readFileSync(file, 'utf8')))",
    );
  });

  it('keeps one value only where all parse it alike', async () => {
    const twice = (second: string) =>
      `import fs from 'node:fs';\nimport yaml from 'yaml';\nimport js from 'js-yaml';\nconst other = () => ${second};\nexport function load() { return [other(), yaml.parse(fs.readFileSync('c.yaml', 'utf8')), js]; }${CALLERS}`;
    const file = "fs.readFileSync('c.yaml', 'utf8')";
    expect((await fixOf(twice(`js.load(${file})`))).safety).toBe(null);
    expect((await fixOf(twice(`yaml.parse(${file}, { mapAsMap: true })`))).safety).toBe(null);
    const same = twice(`yaml.parse(${file})`);
    expect((await fixOf(same)).safety).toBe('safe');
    // Two paths may name one file.
    expect((await fixOf(twice("js.load(fs.readFileSync('d.yaml', 'utf8'))"))).safety).toBe(null);
  });

  it('keeps the comment behind a statement that moves', async () => {
    const code = `import fs from 'node:fs';\nimport yaml from 'js-yaml';\nexport function load() {\n  const raw = fs.readFileSync('a.yaml', 'utf8'); // raw\n  return yaml.load(raw);\n}${CALLERS}`;
    expect((await fixOf(code)).text).toContain(
      "load() {\n  // raw\n  return readCachedSync('a.yaml', (file) => yaml.load(fs.readFileSync(file, 'utf8')));",
    );
  });

  it.each([
    [
      'options of the parser',
      "parse(fs.readFileSync('c.yaml', 'utf8'), { mapAsMap: true })",
      'suggestion',
    ],
    ['a document', "parseDocument(fs.readFileSync('c.yaml', 'utf8'))", null],
    ['bytes', "JSON.parse(fs.readFileSync('config.json').toString())", null],
    ['another encoding', "JSON.parse(fs.readFileSync('config.json', 'latin1'))", null],
    ['a reviver', "JSON.parse(fs.readFileSync('config.json', 'utf8'), (_k, v) => v)", 'safe'],
    ['upper case', "JSON.parse(fs.readFileSync('config.json', 'UTF-8'))", 'safe'],
  ])('%s: %s', async (_name, load, safety) => {
    const code = `import fs from 'node:fs';\nimport { parse, parseDocument } from 'yaml';\nparse; parseDocument;\nexport function load() { return ${load}; }${CALLERS}`;
    expect((await fixOf(code)).safety).toBe(safety);
  });
});
