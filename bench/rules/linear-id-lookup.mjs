// What `linear-id-lookup` costs, and what its fix saves.
// usage: node bench/rules/linear-id-lookup.mjs
//
// Joins two lists as people write it and as the fix writes it, and looks one record up in a file as
// people write it and with an index in front, side by side in this process.
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';

const ROUNDS = 9;

const idOf = (i) => `user-${(i * 7919) % 1_000_003}`;
const listOf = (length) => Array.from({ length }, (_, i) => ({ id: idOf(i), name: `Name ${i}` }));
const ordersFor = (length, users) =>
  Array.from({ length }, (_, i) => ({ userId: idOf((i * 31) % users), total: i }));

function joinByFind(orders, users) {
  return orders.map((order) => users.find((user) => user.id === order.userId)?.name);
}

function joinByMap(orders, users) {
  const usersById = new Map();
  for (const it of users) {
    if (!usersById.has(it.id)) usersById.set(it.id, it);
  }
  return orders.map((order) => usersById.get(order.userId)?.name);
}

console.log(`Node ${process.version}, ${os.cpus().length} CPUs, median of ${ROUNDS} rounds\n`);
console.log('users   orders   find          Map           find ÷ Map');
for (const users of [4, 8, 16, 50, 500, 5_000]) {
  for (const orders of [...new Set([4, users])]) {
    const [list, asked] = [listOf(users), ordersFor(orders, users)];
    const a = median(() => joinByFind(asked, list), users * orders);
    const b = median(() => joinByMap(asked, list), users * orders);
    row(String(users).padEnd(8) + String(orders).padEnd(9), a, b);
  }
}

console.log('\nrecords          file          index         file ÷ index');
const folder = fs.mkdtempSync(path.join(os.tmpdir(), 'lookup-'));
try {
  for (const records of [100, 1_000, 10_000]) {
    const file = path.join(folder, `${records}.jsonl`);
    const list = listOf(records);
    fs.writeFileSync(file, list.map((it) => `${JSON.stringify(it)}\n`).join(''));
    const index = new Map(list.slice(-1000).map((it) => [it.id, it]));
    const last = list.at(-1).id;
    const scan = (id) => {
      for (const line of fs.readFileSync(file, 'utf8').split('\n')) {
        if (line === '') continue;
        const entry = JSON.parse(line);
        if (entry.id === id) return entry;
      }
      return undefined;
    };
    const a = median(() => scan(last), records * 20);
    const b = median(() => index.get(last) ?? scan(last), 1);
    row(String(records).padEnd(17), a, b);
  }
} finally {
  fs.rmSync(folder, { recursive: true, force: true });
}

function row(label, a, b) {
  const us = (ms) => `${(ms * 1000).toFixed(2)} µs`.padEnd(14);
  console.log(`${label}${us(a)}${us(b)}${(a / b).toFixed(1)}`);
}

/** @returns ms per call; the first round warms up */
function median(work, size) {
  const calls = Math.max(5, Math.round(400_000 / size));
  const times = [];
  for (let round = 0; round <= ROUNDS; round++) {
    const start = performance.now();
    for (let i = 0; i < calls; i++) work();
    times.push((performance.now() - start) / calls);
  }
  return times.slice(1).sort((a, b) => a - b)[Math.floor(ROUNDS / 2)];
}
