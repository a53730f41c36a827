// What `whole-file-rewrite` costs, beside appending the record.
// usage: node bench/rules/whole-file-rewrite.mjs
//
// Saves one more record to a file that has so many already, in the way that the rule finds and in
// the way that it advises, side by side in this process.
import fs from 'node:fs';
import { appendFile, readFile, writeFile } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';

const ROUNDS = 7;
const STORED = [0, 10, 100, 1_000, 10_000];

const scratch = fs.mkdtempSync(path.join(os.tmpdir(), 'slowpath-bench-'));
try {
  console.log(`Node ${process.version}, ${os.cpus().length} CPUs, median of ${ROUNDS} rounds\n`);
  console.log('stored    bytes      rewritten     appended      rewritten ÷ appended');
  for (const count of STORED) await compare(count);
} finally {
  fs.rmSync(scratch, { recursive: true, force: true });
}

function record(i) {
  return { id: `run-${i}`, status: 'completed', createdAt: '2026-01-02T03:04:05.678Z', steps: [i] };
}

async function rewrite(file, it) {
  const records = JSON.parse(await readFile(file, 'utf8'));
  records.push(it);
  await writeFile(file, JSON.stringify(records));
}

async function append(file, it) {
  await appendFile(file, `${JSON.stringify(it)}\n`);
}

async function compare(count) {
  const records = Array.from({ length: count }, (_, i) => record(i));
  const [whole, lines] = ['whole.json', 'lines.jsonl'].map((it) => path.join(scratch, it));
  fs.writeFileSync(lines, records.map((it) => `${JSON.stringify(it)}\n`).join(''));
  const saves = count > 1_000 ? 5 : 50;
  const times = { whole: [], lines: [] };
  // The first round warms both up.
  for (let round = 0; round <= ROUNDS; round++) {
    fs.writeFileSync(whole, JSON.stringify(records));
    times.whole.push(await timePerSave(rewrite, whole, saves));
    times.lines.push(await timePerSave(append, lines, saves));
  }
  const [a, b] = [times.whole, times.lines].map((it) => median(it.slice(1)));
  const ms = (it) => `${it.toFixed(3)} ms`.padEnd(12);
  const bytes = String(JSON.stringify(records).length).padEnd(10);
  console.log(`${String(count).padEnd(9)} ${bytes} ${ms(a)}  ${ms(b)}  ${(a / b).toFixed(1)}`);
}

async function timePerSave(save, file, saves) {
  const start = performance.now();
  for (let i = 0; i < saves; i++) await save(file, record(i));
  return (performance.now() - start) / saves;
}

function median(values) {
  return [...values].sort((a, b) => a - b)[Math.floor(values.length / 2)];
}
