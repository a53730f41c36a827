// What `uncached-config-load` costs, and what its own fix saves.
// usage: node bench/rules/uncached-config-load.mjs [calls]
//
// Writes a loader as people write it, lets `slowpath check --fix` fix a copy, and times both side by
// side in this process, on files of several sizes.
import { spawnSync } from 'node:child_process';
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';

const ROOT = path.resolve(path.dirname(fileURLToPath(import.meta.url)), '../..');
const CLI = path.join(ROOT, 'dist/cli.js');
const CALLS = Number(process.argv[2] ?? 2_000);
const ROUNDS = 7;
const KEYS = [5, 50, 500];

const LOADERS = {
  'YAML, sync': `import { readFileSync } from 'node:fs';
import { parse } from 'yaml';
export function loadConfig(configPath) {
  return parse(readFileSync(configPath, 'utf8'));
}
`,
  'JSON, sync': `import { readFileSync } from 'node:fs';
export function loadConfig(configPath) {
  return JSON.parse(readFileSync(configPath, 'utf8'));
}
`,
  'JSON, async': `import { readFile } from 'node:fs/promises';
export async function loadConfig(configPath) {
  return JSON.parse(await readFile(configPath, 'utf8'));
}
`,
};
/** The second caller that makes the finding: a loader called once is left alone. */
const CALLERS = `
export const first = () => loadConfig('a.yaml');
export const second = () => loadConfig('a.yaml');
`;

if (!fs.existsSync(CLI)) throw new Error('dist/cli.js is missing. Run "npm run build".');
// Inside the repository, so that the loader finds the installed `yaml`.
const scratch = fs.mkdtempSync(path.join(ROOT, 'node_modules/.bench-'));
try {
  console.log(
    `Node ${process.version}, ${os.cpus().length} CPUs, ${CALLS} calls, median of ${ROUNDS} rounds\n`,
  );
  console.log('loader         keys   bytes   as written   fixed      fixed ÷ as written');
  for (const [name, source] of Object.entries(LOADERS)) {
    const [written, fixed] = await loaders(name, source);
    for (const keys of KEYS) await compare(name, written, fixed, keys);
  }
} finally {
  fs.rmSync(scratch, { recursive: true, force: true });
}

async function loaders(name, source) {
  const folder = path.join(scratch, name.replace(/\W+/g, '-'));
  fs.mkdirSync(path.join(folder, 'src'), { recursive: true });
  const [written, fixed] = ['src/written.mjs', 'src/fixed.mjs'].map((it) => path.join(folder, it));
  for (const file of [written, fixed]) fs.writeFileSync(file, source + CALLERS);
  const args = [
    CLI,
    'check',
    fixed,
    '--fix',
    '--rule',
    'uncached-config-load',
    '--min-tier',
    'cold',
  ];
  const { stdout, stderr } = spawnSync(process.execPath, args, { cwd: folder, encoding: 'utf8' });
  if (!fs.readFileSync(fixed, 'utf8').includes('mtimeMs')) {
    throw new Error(`Expected a fix of the ${name} loader; found none.\n${stdout}${stderr}`);
  }
  return Promise.all([written, fixed].map((it) => import(pathToFileURL(it).href)));
}

async function compare(name, written, fixed, keys) {
  const file = path.join(scratch, `config-${keys}.${name.startsWith('YAML') ? 'yaml' : 'json'}`);
  const value = Object.fromEntries(
    Array.from({ length: keys }, (_, i) => [`option_${i}`, { enabled: i % 2 === 0, limit: i }]),
  );
  // JSON is YAML too, but configuration files are written as block mappings.
  const yaml = Object.entries(value)
    .map(([key, it]) => `${key}:\n  enabled: ${it.enabled}\n  limit: ${it.limit}\n`)
    .join('');
  fs.writeFileSync(file, name.startsWith('YAML') ? yaml : JSON.stringify(value, null, 2));
  const times = { written: [], fixed: [] };
  const calls = Math.max(20, Math.round((CALLS * 5) / keys));
  for (let round = 0; round <= ROUNDS; round++) {
    times.written.push(await timePerCall(written.loadConfig, file, calls));
    times.fixed.push(await timePerCall(fixed.loadConfig, file, calls));
  }
  // The first round warms both up.
  const [a, b] = [median(times.written.slice(1)), median(times.fixed.slice(1))];
  const us = (ms) => `${(ms * 1000).toFixed(1)} µs`.padEnd(11);
  const bytes = String(fs.statSync(file).size);
  console.log(
    `${name.padEnd(14)} ${String(keys).padEnd(6)} ${bytes.padEnd(7)} ${us(a)}  ${us(b)}${(b / a).toFixed(2)}`,
  );
}

async function timePerCall(load, file, calls) {
  const start = performance.now();
  for (let i = 0; i < calls; i++) await load(file);
  return (performance.now() - start) / calls;
}

function median(values) {
  return [...values].sort((a, b) => a - b)[Math.floor(values.length / 2)];
}
