/**
 * What timing one operation costs: `node bench/profiling.mjs [operations]` after
 * `npm run build -w slowpath-profiling`. All figures come from one run, alternating; the ratios
 * compare machines, the nanoseconds do not. "CPU with writing" is the processor time of the whole
 * process, all threads and the kernel's copying included, until the records are in the log file.
 */

import { createReadStream, mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { PerformanceObserver, performance } from 'node:perf_hooks';
import {
  configureProfiling,
  flushTimings,
  timedOperation,
  timeOperation,
} from 'slowpath-profiling';

const OPERATIONS = Number(process.argv[2] ?? 200_000);
const ROUNDS = 5;
/** Operations between two turns of the event loop, as in a busy service. */
const TURN = 1_000;

const directory = mkdtempSync(join(tmpdir(), 'slowpath-bench-'));
configureProfiling({ directory });

let sink = 0;
function work() {
  sink += 1;
  return sink;
}

let observed = 0;
const observer = new PerformanceObserver((list) => {
  observed += list.getEntries().length;
});
observer.observe({ entryTypes: ['function'] });
const timerified = performance.timerify(work);
const resolving = async () => work();

const candidates = {
  'bare call': () => work(),
  'performance.now() pair': () => {
    const start = performance.now();
    work();
    sink += performance.now() - start;
  },
  'timedOperation, sync': () => timedOperation('bench.sync', work),
  'timeOperation + end()': () => {
    const timer = timeOperation('bench.timer');
    work();
    timer.end();
  },
  'performance.timerify + observer': () => timerified(),
};
const asynchronous = {
  'bare async call': () => resolving(),
  'timedOperation, async': () => timedOperation('bench.async', resolving),
};

/** Nanoseconds per operation: elapsed in the operations alone, and processor time of everything. */
async function measure(run, awaits) {
  let inside = 0;
  const before = process.cpuUsage();
  for (let done = 0; done < OPERATIONS; done += TURN) {
    const turn = performance.now();
    if (awaits) for (let i = 0; i < TURN; i += 1) await run();
    else for (let i = 0; i < TURN; i += 1) run();
    inside += performance.now() - turn;
    await new Promise(setImmediate);
  }
  await flushTimings();
  const { user, system } = process.cpuUsage(before);
  return {
    inside: (inside * 1e6) / OPERATIONS,
    total: ((user + system) * 1e3) / OPERATIONS,
  };
}

const median = (values) => values.sort((a, b) => a - b)[values.length >> 1];

async function compare(group, awaits) {
  const samples = Object.fromEntries(Object.keys(group).map((name) => [name, []]));
  for (let round = -1; round < ROUNDS; round += 1) {
    for (const [name, run] of Object.entries(group)) {
      const result = await measure(run, awaits);
      if (round >= 0) samples[name].push(result);
    }
  }
  const figures = Object.entries(samples).map(([name, results]) => ({
    name,
    inside: median(results.map((result) => result.inside)),
    total: median(results.map((result) => result.total)),
  }));
  const [bare] = figures;
  for (const { name, inside, total } of figures) {
    console.log(
      `${name.padEnd(34)} ${inside.toFixed(0).padStart(6)} ns` +
        ` ${(inside / bare.inside).toFixed(1).padStart(7)} x bare` +
        ` | CPU with writing ${total.toFixed(0).padStart(6)} ns, ${(total - bare.total).toFixed(0)} ns over bare`,
    );
  }
  return Object.fromEntries(figures.map((figure) => [figure.name, figure]));
}

console.log(`${OPERATIONS} operations x ${ROUNDS} rounds, node ${process.version}`);
const sync = await compare(candidates, false);
const ours = sync['timedOperation, sync'];
const theirs = sync['performance.timerify + observer'];
console.log(
  `timedOperation / timerify: ${(ours.inside / theirs.inside).toFixed(2)} in the operation, ` +
    `${(ours.total / theirs.total).toFixed(2)} CPU with writing`,
);
await compare(asynchronous, true);

const [log] = readdirSync(directory);
let lines = 0;
for await (const piece of createReadStream(join(directory, log))) {
  for (let at = piece.indexOf(10); at >= 0; at = piece.indexOf(10, at + 1)) lines += 1;
}
const expected = 3 * OPERATIONS * (ROUNDS + 1);
console.log(
  `${lines - 1} of ${expected} records in the log; ${observed} timerify entries observed`,
);
rmSync(directory, { recursive: true });
if (lines - 1 !== expected) process.exitCode = 1;
