// What the shapes of `redundant-key-construction` cost, and what making the thing once saves.
// usage: node bench/rules/redundant-key-construction.mjs
//
// Times problem and fix side by side in this process, for loops of several lengths. A ratio above 1 is
// what the fix saves.
import os from 'node:os';

const ROUNDS = 11;
const TURNS = [10, 100, 1_000];

const lines = Array.from({ length: 1_000 }, (_, i) => `line ${i} of the file, status ${i % 7}`);
const word = 'status 3';
const tags = Object.fromEntries(Array.from({ length: 20 }, (_, i) => [`tag${19 - i}`, i]));
const parts = { tenant: 'acme', user: 'u-17', page: 4 };
let sink = 0;

/** Shapes: what is written, and what it becomes; each goes over the first `turns` lines. */
const SHAPES = {
  'new RegExp': [
    (turns) => {
      for (let i = 0; i < turns; i++)
        sink += new RegExp(`\\b${word}\\b`, 'i').test(lines[i]) ? 1 : 2;
    },
    (turns) => {
      const pattern = new RegExp(`\\b${word}\\b`, 'i');
      for (let i = 0; i < turns; i++) sink += pattern.test(lines[i]) ? 1 : 2;
    },
  ],
  'new Intl.NumberFormat': [
    (turns) => {
      for (let i = 0; i < turns; i++) sink += new Intl.NumberFormat('de-DE').format(i).length;
    },
    (turns) => {
      const format = new Intl.NumberFormat('de-DE');
      for (let i = 0; i < turns; i++) sink += format.format(i).length;
    },
  ],
  'new TextEncoder': [
    (turns) => {
      for (let i = 0; i < turns; i++) sink += new TextEncoder().encode(lines[i]).length;
    },
    (turns) => {
      const encoder = new TextEncoder();
      for (let i = 0; i < turns; i++) sink += encoder.encode(lines[i]).length;
    },
  ],
  'new TextDecoder': [
    (turns) => {
      for (let i = 0; i < turns; i++) sink += new TextDecoder().decode(BYTES).length;
    },
    (turns) => {
      const decoder = new TextDecoder();
      for (let i = 0; i < turns; i++) sink += decoder.decode(BYTES).length;
    },
  ],
  'keys sorted and joined': [
    (turns) => {
      for (let i = 0; i < turns; i++) sink += Object.keys(tags).sort().join(',').length + i;
    },
    (turns) => {
      const joined = Object.keys(tags).sort().join(',');
      for (let i = 0; i < turns; i++) sink += joined.length + i;
    },
  ],
  'key twice → once': [
    (turns) => {
      const cache = new Map();
      for (let i = 0; i < turns; i++) {
        sink += cache.get(`${parts.tenant}:${parts.user}:${i}`) ?? 1;
        cache.set(`${parts.tenant}:${parts.user}:${i}`, i);
      }
    },
    (turns) => {
      const cache = new Map();
      for (let i = 0; i < turns; i++) {
        const key = `${parts.tenant}:${parts.user}:${i}`;
        sink += cache.get(key) ?? 1;
        cache.set(key, i);
      }
    },
  ],
};

const BYTES = Buffer.from(lines[0]);

console.log(`Node ${process.version}, ${os.cpus().length} CPUs, median of ${ROUNDS} rounds`);
console.log('problem ÷ fix, by turns of the loop\n');
console.log(['shape'.padEnd(26), ...TURNS.map((it) => String(it).padStart(8))].join(''));
for (const [name, [problem, fix]] of Object.entries(SHAPES)) {
  const ratios = TURNS.map((turns) => compare(problem, fix, turns));
  console.log([name.padEnd(26), ...ratios.map((it) => it.toFixed(1).padStart(8))].join(''));
}
if (sink === 0) throw new Error('Expected the shapes to produce something; they did not run.');

function compare(problem, fix, turns) {
  const calls = Math.max(5, Math.round(10_000 / turns));
  const times = { problem: [], fix: [] };
  for (let round = 0; round <= ROUNDS; round++) {
    times.problem.push(time(problem, turns, calls));
    times.fix.push(time(fix, turns, calls));
  }
  // The first round warms both up.
  return median(times.problem.slice(1)) / median(times.fix.slice(1));
}

function time(run, turns, calls) {
  const start = performance.now();
  for (let i = 0; i < calls; i++) run(turns);
  return performance.now() - start;
}

function median(values) {
  return values.toSorted((a, b) => a - b)[values.length >> 1];
}
