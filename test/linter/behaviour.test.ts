import { execFile } from 'node:child_process';
import { mkdtemp, realpath, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { ts } from '../../server/src/linter/compiler';
import { fixedText } from './check';

const run = promisify(execFile);
const HERE = join(import.meta.dirname, '../..');

const CALLERS =
  'export async function one() { return load(); }\nexport async function two() { return load(); }\n';

/** A loader, the file it reads, and what to look for in the fixed text. */
interface Case {
  name: string;
  code: string;
  config: string;
  /** Valid content, other content, content that does not parse. */
  contents: [string, string, string];
  fixed: RegExp;
}

const JSON_FILES: Case['contents'] = [
  '{"a": [1, {"b": 2}], "__proto__": {"x": 1}, "n": -0}',
  '{"a": [3], "c": "longer than before"}',
  '{"a": [',
];
const YAML_FILES: Case['contents'] = [
  'a: &x [1, { b: 2 }]\nagain: *x\nwhen: 2020-01-01\nnothing:\n',
  'a: [3]\nc: longer than before, and more\n',
  'a: [1\nb: }',
];

const CASES: Case[] = [
  {
    name: 'JSON, sync, by path',
    config: 'config.json',
    code: `import fs from 'node:fs';\nimport path from 'node:path';\nimport { fileURLToPath } from 'node:url';\nconst here = path.dirname(fileURLToPath(import.meta.url));\nexport function load() {\n  const file = path.join(here, 'config.json');\n  return JSON.parse(fs.readFileSync(file, 'utf8'));\n}\n${CALLERS}`,
    contents: JSON_FILES,
    fixed: /readTextCachedSync\(file\)/,
  },
  {
    name: 'JSON, sync, by URL',
    config: 'config.json',
    code: `import { readFileSync } from 'node:fs';\nconst file = new URL('./config.json', import.meta.url);\nexport function load() {\n  return JSON.parse(readFileSync(new URL('./config.json', import.meta.url), 'utf8'));\n}\n${CALLERS}`,
    contents: JSON_FILES,
    fixed: /readTextCachedSync\(/,
  },
  {
    name: 'JSON, async, relative to the working folder',
    config: 'config.json',
    code: `import { readFile } from 'node:fs/promises';\nexport async function load() {\n  return JSON.parse(await readFile('config.json', 'utf8'));\n}\n${CALLERS}`,
    contents: JSON_FILES,
    fixed: /await readTextCached\('config.json'\)/,
  },
  {
    name: 'YAML, sync',
    config: 'settings.yaml',
    code: `import * as fs from 'node:fs';\nimport { parse } from 'yaml';\nexport function load() {\n  return parse(fs.readFileSync('settings.yaml', 'utf8'));\n}\n${CALLERS}`,
    contents: YAML_FILES,
    fixed: /readCachedSync\('settings.yaml', \(file\) =>/,
  },
  {
    name: 'YAML, async, over two statements',
    config: 'settings.yaml',
    code: `import { readFile } from 'node:fs/promises';\nimport YAML from 'yaml';\nexport async function load() {\n  const text = await readFile('settings.yaml', 'utf8');\n  return YAML.parse(text);\n}\n${CALLERS}`,
    contents: YAML_FILES,
    fixed: /await readCached\('settings.yaml', async \(file\) =>/,
  },
  {
    name: 'JSON, sync read in an async function',
    config: 'config.json',
    code: `import { readFileSync, existsSync } from 'node:fs';\nexport async function load() {\n  if (existsSync('missing.json')) return null;\n  return JSON.parse(readFileSync('config.json', 'utf8'));\n}\n${CALLERS}`,
    contents: JSON_FILES,
    fixed: /readTextCached\('config.json'\)/,
  },
  {
    name: 'a service that reads files, sync to async',
    config: 'notes.txt',
    code: `import fs, { existsSync } from 'node:fs';\nexport async function load() {\n  const seen = existsSync('notes.txt');\n  const { size } = fs.statSync('notes.txt');\n  const lines = fs.readFileSync('notes.txt', 'utf8').split('\\n');\n  const files = fs.readdirSync('.').filter((it) => it.endsWith('.txt'));\n  return { seen, size, lines, files, link: fs.realpathSync('notes.txt').endsWith('notes.txt') };\n}\nexport const one = load, two = load;\n`,
    contents: ['a\nb', 'other, longer', ''],
    fixed: /\(await fs\.promises\.readFile\('notes.txt', 'utf8'\)\)\.split/,
  },
  {
    name: 'CommonJS, by member',
    config: 'config.json',
    code: `'use strict';\nconst fs = require('fs');\nconst path = require('path');\nfunction load() {\n  return JSON.parse(fs.readFileSync(path.join(__dirname, 'config.json'), 'utf8'));\n}\nexports.load = load;\nexports.one = async () => load();\nexports.two = async () => load();\n`,
    contents: JSON_FILES,
    fixed:
      /'use strict';\nconst fs = require\('fs'\);[\s\S]*path\.resolve\(file\)[\s\S]*readTextCachedSync\(path\.join/,
  },
  {
    name: 'CommonJS, by name',
    config: 'settings.yaml',
    code: `const { readFile } = require('node:fs/promises');\nconst YAML = require('yaml');\nasync function load() {\n  return YAML.parse(await readFile('settings.yaml', 'utf8'));\n}\nexports.load = load;\nexports.one = async () => load();\nexports.two = async () => load();\n`,
    contents: YAML_FILES,
    fixed: /await readCached\('settings.yaml', async \(file\) => YAML/,
  },
  {
    name: 'the same in TypeScript',
    config: 'config.json',
    code: `import { readFileSync } from 'node:fs';\ninterface Config { a: unknown[] }\nexport function load(): Config {\n  return JSON.parse(readFileSync('config.json', 'utf8')) as Config;\n}\n${CALLERS}`,
    contents: JSON_FILES,
    fixed: /readTextCachedSync\(file: string\): string/,
  },
];

/** Calls the loader through all that can happen to its file, and prints what it gave. */
const driver = (subject: string, config: string, contents: readonly string[]) => `
import fs from 'node:fs';
import { load, one, two } from './${subject}';
const [good, other, broken] = ${JSON.stringify(contents)};
const out = [];
const tell = async (name, work) => {
  try {
    const value = await work();
    const proto = value && typeof value === 'object' ? Object.getPrototypeOf(value) === Object.prototype : null;
    out.push([name, value === undefined ? 'undefined' : value, proto]);
    return value;
  } catch (error) {
    const { name: kind, message, code, syscall, path, errno } = error;
    out.push([name, { kind, message, code, syscall, path, errno, isError: error instanceof Error }]);
  }
};
const file = ${JSON.stringify(config)};
await tell('missing', load);
fs.writeFileSync(file, good);
const first = await tell('first', load);
const second = await tell('second', load);
out.push(['same object', first === second]);
if (first && typeof first === 'object') { first.a?.push?.('changed'); first.added = true; if (first.again) out.push(['aliased', first.again === first.a]); }
await tell('after a caller changed its result', load);
const many = await tell('at once', () => Promise.all([load(), one(), two(), load()]));
out.push(['at once, same', many?.[0] === many?.[1], many?.[2] === many?.[3]]);
if (many?.[0]?.a?.push) many[0].a.push('again');
await tell('after one of many changed', one);
fs.writeFileSync(file, other);
await tell('changed file', load);
fs.writeFileSync(file, broken);
await tell('broken', load);
await tell('still broken', two);
await tell('broken at once', () => Promise.allSettled([load(), load()]).then((all) => all.map((it) => [it.status, String(it.reason)])));
fs.writeFileSync(file, good);
await tell('mended', load);
fs.rmSync(file);
await tell('gone', load);
await tell('gone at once', () => Promise.allSettled([load(), load()]).then((all) => all.map((it) => [it.status, it.reason?.code])));
fs.mkdirSync(file);
await tell('a folder', load);
fs.rmdirSync(file);
fs.writeFileSync(file, other);
await tell('back', load);
fs.chmodSync(file, 0o644);
fs.mkdirSync('below');
fs.writeFileSync('below/' + file, good);
process.chdir('below');
await tell('another working folder', load);
process.stdout.write(JSON.stringify(out, (_key, value) => Object.is(value, -0) ? '-0' : value));
`;

let folder = '';
beforeAll(async () => {
  folder = await realpath(await mkdtemp(join(tmpdir(), 'slowpath-behaviour-')));
  await symlink(join(HERE, 'node_modules'), join(folder, 'node_modules'));
});
afterAll(() => rm(folder, { recursive: true, force: true }));

async function outcome(code: string, { name, config, contents }: Case): Promise<unknown> {
  const place = await realpath(await mkdtemp(join(folder, 'run-')));
  const { outputText } = ts.transpileModule(code, {
    compilerOptions: { target: ts.ScriptTarget.ES2022, module: ts.ModuleKind.ES2022 },
  });
  const subject = name.startsWith('CommonJS') ? 'subject.cjs' : 'subject.mjs';
  await writeFile(join(place, subject), subject.endsWith('.cjs') ? code : outputText);
  await writeFile(join(place, 'driver.mjs'), driver(subject, config, contents));
  const { stdout } = await run(process.execPath, ['driver.mjs'], { cwd: place });
  return JSON.parse(stdout.replaceAll(place, '<place>'));
}

describe('a safe fix keeps what the code does', () => {
  it.each(CASES)('$name', async (it) => {
    const script = it.name.startsWith('CommonJS') ? 'src/a.cjs' : 'src/a.mjs';
    const path = it.name.endsWith('TypeScript') ? 'src/a.ts' : script;
    const fixed = await fixedText(it.code, { path, upTo: 'safe' });
    expect(fixed).toMatch(it.fixed);
    const before = await outcome(it.code, it);
    expect(await outcome(fixed, it)).toEqual(before);
    expect(JSON.stringify(before)).toContain('ENOENT');
  });
});
