// What `blocking-compute-in-async` costs, and what its fixes save.
// usage: node bench/rules/blocking-compute-in-async.mjs
//
// Each row runs the call as written and as fixed in this process, and measures for how long the
// event loop serves nobody else meanwhile: the longest gap between two turns of it.
import crypto from 'node:crypto';
import os from 'node:os';
import { promisify } from 'node:util';
import zlib from 'node:zlib';
import Ajv from 'ajv';

const ROUNDS = 7;
const gzip = promisify(zlib.gzip);
const gunzip = promisify(zlib.gunzip);
const brotliCompress = promisify(zlib.brotliCompress);
const pbkdf2 = promisify(crypto.pbkdf2);
const scrypt = promisify(crypto.scrypt);
const generateKeyPair = promisify(crypto.generateKeyPair);

/** Text that compresses about as well as JSON of a service does. */
function text(bytes) {
  const records = [];
  for (let i = 0, size = 0; size < bytes; i++) {
    const record = JSON.stringify({ id: (i * 7919) % 104729, name: `item ${(i * 31) % 997}` });
    records.push(record);
    size += record.length;
  }
  return Buffer.from(records.join('\n').slice(0, bytes));
}

const cases = [];
for (const bytes of [1_000, 100_000, 1_000_000, 10_000_000]) {
  const plain = text(bytes);
  const packed = zlib.gzipSync(plain);
  const size = `${bytes / 1000} kB`;
  cases.push([`gzip ${size}`, () => zlib.gzipSync(plain), () => gzip(plain)]);
  cases.push([`gunzip ${size}`, () => zlib.gunzipSync(packed), () => gunzip(packed)]);
  if (bytes <= 1_000_000) {
    cases.push([
      `brotli ${size}`,
      () => zlib.brotliCompressSync(plain),
      () => brotliCompress(plain),
    ]);
  }
}
for (const rounds of [100, 1_000, 100_000]) {
  const given = ['password', 'salt', rounds, 64, 'sha512'];
  cases.push([`pbkdf2 ${rounds}`, () => crypto.pbkdf2Sync(...given), () => pbkdf2(...given)]);
}
cases.push(['scrypt', () => crypto.scryptSync('p', 's', 64), () => scrypt('p', 's', 64)]);
const rsa = ['rsa', { modulusLength: 2048 }];
cases.push(['RSA key', () => crypto.generateKeyPairSync(...rsa), () => generateKeyPair(...rsa)]);

const schema = () => ({
  type: 'object',
  properties: { id: { type: 'string' }, amount: { type: 'number', minimum: 0 } },
  required: ['id', 'amount'],
});
const order = { id: 'a', amount: 1 };
const ajv = new Ajv();
const lasting = schema();
const validate = ajv.compile(lasting);
cases.push(['Ajv per call', () => new Ajv().compile(lasting)(order), () => validate(order)]);
cases.push(['schema per call', () => ajv.compile(schema())(order), () => validate(order)]);
cases.push(['same schema', () => ajv.compile(lasting)(order), () => validate(order)]);

console.log(`Node ${process.version}, ${os.cpus().length} CPUs, median of ${ROUNDS} rounds\n`);
console.log('call              loop held as written   as fixed     as written ÷ as fixed');
for (const [name, written, fixed] of cases) {
  const times = { written: [], fixed: [] };
  // The first round warms both up.
  for (let round = 0; round <= ROUNDS; round++) {
    times.written.push(await held(written));
    times.fixed.push(await held(fixed));
  }
  const [a, b] = [median(times.written.slice(1)), median(times.fixed.slice(1))];
  const ms = (value) => `${value.toFixed(3)} ms`;
  console.log(`${name.padEnd(18)}${ms(a).padEnd(23)}${ms(b).padEnd(13)}${(a / b).toFixed(1)}`);
}

/** @returns ms that the longest turn of the event loop took while `work` ran */
async function held(work) {
  let done = false;
  let longest = 0;
  let last = performance.now();
  const turn = () => {
    const now = performance.now();
    longest = Math.max(longest, now - last);
    last = now;
    if (!done) setImmediate(turn);
  };
  await new Promise((resolve) => setImmediate(resolve));
  last = performance.now();
  const running = work();
  turn();
  await running;
  done = true;
  turn();
  return longest;
}

function median(values) {
  return [...values].sort((a, b) => a - b)[Math.floor(values.length / 2)];
}
