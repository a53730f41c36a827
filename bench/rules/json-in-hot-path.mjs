// What the shapes of `json-in-hot-path` cost, and what their fixes save.
// usage: node bench/rules/json-in-hot-path.mjs
//
// Times problem and fix side by side in this process, on values of several sizes. A ratio above 1 is
// what the fix saves; "clone" compares the round trip with what other tools advise, and with a spread.
import os from 'node:os';
import { pino } from 'pino';

const ROUNDS = 15;
const RECORDS = [1, 10, 100, 1_000];

const quiet = pino({ level: 'info' }, { write() {} });
const clients = Array.from({ length: 20 }, () => ({ length: 0 }));
let sink = 0;

const record = (i) => ({
  id: `run-${i}`,
  status: i % 3 ? 'completed' : 'failed',
  startedAt: 1_700_000_000_000 + i,
  steps: [
    { tool: 'search', ms: i },
    { tool: 'report', ms: 2 * i },
  ],
});

/** Shapes: what is written, and what it becomes. */
const SHAPES = {
  indent: [
    (value) => JSON.stringify(value, null, 2).length,
    (value) => JSON.stringify(value).length,
  ],
  'log level off': [
    (value) => void quiet.debug(`value: ${JSON.stringify(value)}`) ?? 1,
    (value) => void quiet.debug('value: %j', value) ?? 1,
  ],
  'loop of 20': [
    (value) => {
      for (const client of clients) client.length = JSON.stringify(value).length;
      return clients[0].length;
    },
    (value) => {
      const json = JSON.stringify(value);
      for (const client of clients) client.length = json.length;
      return clients[0].length;
    },
  ],
  'whole store': [
    (value) => JSON.stringify(value).length,
    (value) => JSON.stringify(value[0]).length,
  ],
  'clone → structuredClone': [
    (value) => JSON.parse(JSON.stringify(value)).length,
    (value) => structuredClone(value).length,
  ],
  'clone → spread of each': [
    (value) => JSON.parse(JSON.stringify(value)).length,
    (value) => value.map((it) => ({ ...it })).length,
  ],
};

console.log(`Node ${process.version}, ${os.cpus().length} CPUs, median of ${ROUNDS} rounds`);
console.log('problem ÷ fix, by number of records\n');
console.log(['shape'.padEnd(26), ...RECORDS.map((it) => String(it).padStart(8))].join(''));
for (const [name, [problem, fix]] of Object.entries(SHAPES)) {
  const ratios = RECORDS.map((count) => compare(problem, fix, count));
  console.log([name.padEnd(26), ...ratios.map((it) => it.toFixed(1).padStart(8))].join(''));
}
if (sink === 0) throw new Error('Expected the shapes to produce something; they did not run.');

function compare(problem, fix, count) {
  const value = Array.from({ length: count }, (_, i) => record(i));
  const calls = Math.max(50, Math.round(20_000 / count));
  const times = { problem: [], fix: [] };
  for (let round = 0; round <= ROUNDS; round++) {
    times.problem.push(time(problem, value, calls));
    times.fix.push(time(fix, value, calls));
  }
  // The first round warms both up.
  return median(times.problem.slice(1)) / median(times.fix.slice(1));
}

function time(run, value, calls) {
  const start = performance.now();
  for (let i = 0; i < calls; i++) sink += run(value);
  return performance.now() - start;
}

function median(values) {
  return values.toSorted((a, b) => a - b)[values.length >> 1];
}
