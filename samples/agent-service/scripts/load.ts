import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import autocannon, { type Result } from 'autocannon';
import { isHealthy, waitUntilHealthy } from '../src/client/wait-until-healthy';
import { createMix, type KnownIds, type RouteRequest, randomTask, seededRandom } from './load-mix';

const { values } = parseArgs({
  options: {
    url: { type: 'string', default: `http://127.0.0.1:${process.env.PORT ?? 8787}` },
    requests: { type: 'string', default: '800' },
    connections: { type: 'string', default: '8' },
    'max-seconds': { type: 'string', default: '60' },
    seed: { type: 'string', default: '1' },
  },
});

interface OwnService {
  url: string;
  stop: () => Promise<void>;
}

/** Starts the service on a free port, with a data folder that is removed afterwards. */
async function startOwnService(): Promise<OwnService> {
  const dataDir = await mkdtemp(join(tmpdir(), 'agent-service-load-'));
  const child: ChildProcess = spawn(process.execPath, ['--import', 'tsx', 'src/server.ts'], {
    cwd: fileURLToPath(new URL('../', import.meta.url)),
    env: { ...process.env, PORT: '0', AGENT_DATA_DIR: dataDir },
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const stop = async () => {
    child.kill('SIGTERM');
    if (child.exitCode === null) await once(child, 'exit');
    await rm(dataDir, { recursive: true, force: true });
  };
  if (child.stdout) {
    for await (const line of createInterface({ input: child.stdout })) {
      const url = /listening on (\S+)$/.exec(line)?.[1];
      if (!url) continue;
      child.stdout.resume(); // a full pipe would hold up the service
      return { url, stop };
    }
  }
  await stop();
  throw new Error('The service ended before it listened; its output is above.');
}

async function postJson<T>(url: string, body: object): Promise<T> {
  const response = await fetch(url, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify(body),
  });
  if (!response.ok) throw new Error(`POST ${url} answered ${response.status}.`);
  return (await response.json()) as T;
}

/** Makes the runs and conversations that the mix refers to. */
async function prepare(url: string, random: () => number): Promise<KnownIds> {
  const ids: KnownIds = { runs: [], conversations: [] };
  for (let n = 0; n < 4; n++) {
    const conversation = { title: `Load ${n}` };
    const { id } = await postJson<{ id: string }>(`${url}/api/v1/conversations`, conversation);
    ids.conversations.push(id);
  }
  const tasks = Array.from({ length: 6 }, () => ({ task: randomTask(random) }));
  const finished = tasks.map((task) =>
    postJson<{ workflowId: string }>(`${url}/api/v1/workflow/run?wait=true`, task),
  );
  for (const { workflowId } of await Promise.all(finished)) ids.runs.push(workflowId);
  return ids;
}

/** Sends the mix; returns autocannon's result and the latencies (ms) by route. */
async function drive(
  url: string,
  mix: RouteRequest[],
): Promise<{ result: Result; latencies: Map<string, number[]> }> {
  const latencies = new Map<string, number[]>();
  const instance = autocannon({
    url,
    connections: Number(values.connections),
    amount: Number(values.requests),
    timeout: 30,
    requests: mix.map(({ route: _route, ...request }) => request),
    // Each connection sends the mix in order, so the n-th answer belongs to the n-th request.
    setupClient: (client) => {
      let answers = 0;
      client.on('response', (_status: number, _bytes: number, ms: number) => {
        const route = mix[answers++ % mix.length]?.route ?? '';
        const list = latencies.get(route);
        if (list) list.push(ms);
        else latencies.set(route, [ms]);
      });
    },
  });
  const limit = setTimeout(() => instance.stop(), Number(values['max-seconds']) * 1000);
  const result = await instance;
  clearTimeout(limit);
  return { result, latencies };
}

function printTable(latencies: Map<string, number[]>): void {
  const rows = [...latencies]
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([route, list]) => {
      list.sort((a, b) => a - b);
      const at = (share: number) => list[Math.max(0, Math.ceil(list.length * share) - 1)] ?? 0;
      return [route, String(list.length), ...[at(0.5), at(0.95), at(1)].map((ms) => ms.toFixed(1))];
    });
  const line = ([route = '', ...cells]: string[]) =>
    `${route.padEnd(34)}${cells.map((cell) => cell.padStart(10)).join('')}`;
  console.log(line(['route', 'count', 'p50 ms', 'p95 ms', 'max ms']));
  for (const row of rows) console.log(line(row));
}

const own = (await isHealthy(values.url)) ? undefined : await startOwnService();
const url = own?.url ?? values.url;
try {
  await waitUntilHealthy(url);
  console.log(`${own ? 'No service was running; started one' : 'Using the service'} at ${url}`);
  const random = seededRandom(Number(values.seed));
  const { result, latencies } = await drive(url, createMix(random, await prepare(url, random)));
  printTable(latencies);
  const { duration, errors, timeouts, non2xx, requests } = result;
  console.log(
    `${requests.total} requests in ${duration.toFixed(1)} s · ${non2xx} not 2xx · ${errors} errors · ${timeouts} timeouts`,
  );
  if (non2xx + errors + timeouts > 0) process.exitCode = 1;
} finally {
  await own?.stop();
}
