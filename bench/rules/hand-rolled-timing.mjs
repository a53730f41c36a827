// What `hand-rolled-timing` costs a call, and what the helper costs instead.
// usage: node bench/rules/hand-rolled-timing.mjs [calls]
//
// Times an empty operation by hand, with a line of a log to a file, and with `timedOperation`, side
// by side in this process, with so many operation names in turn.

import { Console } from 'node:console';
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { configureProfiling, flushTimings, timedOperation } from 'slowpath-profiling';

const CALLS = Number(process.argv[2] ?? 20_000);
const ROUNDS = 7;
const NAMES = [1, 10, 100];

const folder = fs.mkdtempSync(path.join(os.tmpdir(), 'slowpath-bench-'));
configureProfiling({ directory: path.join(folder, 'timings') });
const out = fs.createWriteStream(path.join(folder, 'log.txt'));
const log = new Console(out);

try {
  console.log(
    `Node ${process.version}, ${os.cpus().length} CPUs, ${CALLS} calls, median of ${ROUNDS} rounds\n`,
  );
  console.log('names   by hand      timedOperation   by hand ÷ timedOperation');
  for (const count of NAMES) {
    const names = Array.from({ length: count }, (_, i) => `operation ${i}`);
    const times = { hand: [], helper: [] };
    // The first round warms both up.
    for (let round = 0; round <= ROUNDS; round++) {
      times.hand.push(await perCall((i) => byHand(names[i % count]), drained));
      times.helper.push(
        await perCall((i) => timedOperation(names[i % count], nothing), flushTimings),
      );
    }
    const [hand, helper] = [times.hand, times.helper].map((it) => median(it.slice(1)));
    const us = (ms) => `${(ms * 1000).toFixed(2)} µs`.padEnd(12);
    console.log(
      `${String(count).padEnd(7)} ${us(hand)} ${us(helper)}     ${(hand / helper).toFixed(1)}`,
    );
  }
} finally {
  await new Promise((resolve) => out.end(resolve));
  await flushTimings();
  fs.rmSync(folder, { recursive: true, force: true });
}

function nothing() {}

function byHand(name) {
  const start = performance.now();
  nothing();
  log.log(`${name} took ${(performance.now() - start).toFixed(1)}ms`);
}

async function drained() {
  if (out.writableNeedDrain) await new Promise((resolve) => out.once('drain', resolve));
}

/** Time per call, what is written later included. */
async function perCall(run, written) {
  const start = performance.now();
  for (let i = 0; i < CALLS; i++) run(i);
  await written();
  return (performance.now() - start) / CALLS;
}

function median(values) {
  return [...values].sort((a, b) => a - b)[Math.floor(values.length / 2)];
}
