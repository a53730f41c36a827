// What `unbatched-write` costs, and what its own fix saves.
// usage: node bench/rules/unbatched-write.mjs
//
// Writes functions as people write them, lets `slowpath check --fix-suggestions` fix a copy, and
// times both side by side in this process, on lists of several lengths.
import { spawnSync } from 'node:child_process';
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';

const ROOT = path.resolve(path.dirname(fileURLToPath(import.meta.url)), '../..');
const CLI = path.join(ROOT, 'dist/cli.js');
const ROUNDS = 7;
const LENGTHS = [1, 2, 10, 100, 1000];

const WRITERS = {
  awaited: `import { appendFile } from 'node:fs/promises';
export async function save(file, events) {
  for (const event of events) await appendFile(file, \`\${JSON.stringify(event)}\\n\`);
}
`,
  sync: `import { appendFileSync } from 'node:fs';
export function save(file, events) {
  for (const event of events) appendFileSync(file, \`\${JSON.stringify(event)}\\n\`);
}
`,
};

if (!fs.existsSync(CLI)) throw new Error('dist/cli.js is missing. Run "npm run build".');
const scratch = fs.mkdtempSync(path.join(os.tmpdir(), 'slowpath-bench-'));
try {
  console.log(`Node ${process.version}, ${os.cpus().length} CPUs, median of ${ROUNDS} rounds\n`);
  console.log('write     elements   as written    fixed         as written ÷ fixed');
  for (const [name, source] of Object.entries(WRITERS)) {
    const [written, fixed] = await writers(name, source);
    for (const length of LENGTHS) await compare(name, written, fixed, length);
  }
} finally {
  fs.rmSync(scratch, { recursive: true, force: true });
}

async function writers(name, source) {
  const [written, fixed] = ['written', 'fixed'].map((it) =>
    path.join(scratch, `${name}-${it}.mjs`),
  );
  for (const file of [written, fixed]) fs.writeFileSync(file, source);
  const args = ['check', fixed, '--fix', '--fix-suggestions', '--rule', 'unbatched-write'];
  const { stdout, stderr } = spawnSync(process.execPath, [CLI, ...args], {
    cwd: scratch,
    encoding: 'utf8',
  });
  if (!fs.readFileSync(fixed, 'utf8').includes('lines +=')) {
    throw new Error(`Expected a fix of the ${name} loop; found none.\n${stdout}${stderr}`);
  }
  return Promise.all([written, fixed].map((it) => import(pathToFileURL(it).href)));
}

async function compare(name, written, fixed, length) {
  const events = Array.from({ length }, (_, seq) => ({ seq, type: 'step', data: { ok: true } }));
  const calls = Math.max(3, Math.round(1000 / length));
  const times = { written: [], fixed: [] };
  // The first round warms both up.
  for (let round = 0; round <= ROUNDS; round++) {
    times.written.push(await timePerCall(written.save, events, calls));
    times.fixed.push(await timePerCall(fixed.save, events, calls));
  }
  const [a, b] = [times.written, times.fixed].map((it) => median(it.slice(1)));
  const ms = (it) => `${it.toFixed(3)} ms`.padEnd(12);
  console.log(
    `${name.padEnd(9)} ${String(length).padEnd(10)} ${ms(a)}  ${ms(b)}  ${(a / b).toFixed(1)}`,
  );
}

async function timePerCall(save, events, calls) {
  const file = path.join(scratch, 'events.jsonl');
  const start = performance.now();
  for (let i = 0; i < calls; i++) await save(file, events);
  const time = (performance.now() - start) / calls;
  fs.rmSync(file);
  return time;
}

function median(values) {
  return [...values].sort((a, b) => a - b)[Math.floor(values.length / 2)];
}
