import assert from 'node:assert/strict';
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { afterEach, describe, it } from 'node:test';
import type { RunRecord } from '../src/agent/types';
import { waitUntilHealthy } from '../src/client/wait-until-healthy';
import { packageFolder, workFolder } from './helpers';

const children = new Set<ChildProcess>();

afterEach(() => {
  for (const child of children) child.kill('SIGKILL');
});

async function startServer(): Promise<{ child: ChildProcess; address: string }> {
  const child = spawn(process.execPath, ['--import', 'tsx', 'src/server.ts'], {
    cwd: packageFolder,
    env: { ...process.env, PORT: '0', AGENT_DATA_DIR: join(workFolder, 'server-data') },
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  children.add(child);
  for await (const line of createInterface({ input: child.stdout })) {
    const address = /^agent-service listening on (http:\/\/127\.0\.0\.1:\d+)$/.exec(line)?.[1];
    if (!address) continue;
    child.stdout.resume(); // a full pipe would hold up the service
    return { child, address };
  }
  throw new Error('The service ended before it listened.');
}

async function stopServer(child: ChildProcess, signal: NodeJS.Signals): Promise<number | null> {
  child.kill(signal);
  if (child.exitCode === null) await once(child, 'exit');
  children.delete(child);
  return child.exitCode;
}

describe('the server process', () => {
  it('serves, stops on a signal, keeps its history and logs its timings', async () => {
    const { child, address } = await startServer();
    await waitUntilHealthy(address);
    const response = await fetch(`${address}/api/v1/workflow/run?wait=true`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ task: 'Persist me.' }),
    });
    const run = (await response.json()) as RunRecord;
    assert.equal(run.status, 'completed');
    assert.equal(await stopServer(child, 'SIGTERM'), 0);

    const { child: second, address: newAddress } = await startServer();
    const stored = await fetch(`${newAddress}/api/v1/history/${run.workflowId}`);
    assert.deepEqual(await stored.json(), run);
    assert.equal(await stopServer(second, 'SIGINT'), 0);

    const folder = join(workFolder, 'timings');
    const operations = readdirSync(folder)
      .flatMap((name) => readFileSync(join(folder, name), 'utf8').trim().split('\n'))
      .map((line) => JSON.parse(line).op as string);
    for (const name of ['workflow.run', 'workflow.wait', 'history.save', 'history.lookup']) {
      assert.equal(operations.filter((op) => op === name).length, 1, name);
    }
  });
});
