import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeAll, expect, it, onTestFinished } from 'vitest';
import { ASYNC_READ, ASYNC_READ_FIXED, slowpath } from '../cli/run';
import { buildServer } from '../lsp/build';
import { Client, PUSH } from '../lsp/client';
import { Workspace } from '../lsp/workspaceFolder';

const GUARD = join(import.meta.dirname, 'guard.cjs');

let server: string;
beforeAll(async () => {
  server = await buildServer();
});

/** A workspace whose own code would be noticed if it were run. */
function trap(): Workspace {
  const crash = "throw new Error('workspace code was run');\n";
  return new Workspace({
    'package.json': '{ "main": "index.js", "scripts": { "prepare": "exit 1" } }',
    'index.js': crash,
    'tsconfig.json': '{ "compilerOptions": { "plugins": [{ "name": "./index.js" }] } }',
    'eslint.config.js': crash,
    'slowpath.yaml': 'rules:\n  sync-io-in-async: warning\n',
    'src/load.ts': `${ASYNC_READ}${crash}`,
    'node_modules/yaml/index.js': crash,
  });
}

/** Environment that loads the guard, and what it noted. */
function guarded() {
  const report = new Workspace({ 'report.txt': '' }).path('report.txt');
  const env = { NODE_OPTIONS: `--require ${GUARD}`, SLOWPATH_GUARD: report };
  const noted = () => readFileSync(report, 'utf8').trim().split('\n');
  return { env, noted };
}

function snapshot(workspace: Workspace): Record<string, string> {
  const entries = readdirSync(workspace.root, { recursive: true, withFileTypes: true });
  const files = entries.filter((entry) => entry.isFile()).map((it) => join(it.parentPath, it.name));
  return Object.fromEntries(files.map((file) => [file, readFileSync(file, 'utf8')]));
}

it('check reads, and does nothing else', () => {
  const workspace = trap();
  const before = snapshot(workspace);
  const { env, noted } = guarded();
  const { code, stdout } = slowpath(workspace.root, ['check', '--format', 'json'], env);
  expect([code, JSON.parse(stdout).findings.length]).toEqual([1, 1]);
  expect(noted()).toEqual(['ready']);
  expect(snapshot(workspace)).toEqual(before);
});

it('check --fix writes the file it fixes, and no other', () => {
  const workspace = trap();
  const before = snapshot(workspace);
  const { env, noted } = guarded();
  expect(slowpath(workspace.root, ['check', '--fix'], env).code).toBe(0);
  const file = workspace.path('src/load.ts');
  const text = before[file]?.replace(ASYNC_READ, ASYNC_READ_FIXED);
  expect(snapshot(workspace)).toEqual({ ...before, [file]: text });
  // The guard sees the write: a new file beside it, renamed over it.
  const [ready, ...writes] = noted();
  expect(ready).toBe('ready');
  expect(writes.length).toBeGreaterThan(0);
  expect(writes.filter((it) => !it.includes(file))).toEqual([]);
});

it('the server opens no port, starts no program and writes no file', async () => {
  const workspace = trap();
  const before = snapshot(workspace);
  const { env, noted } = guarded();
  const inherited = process.env.NODE_OPTIONS;
  Object.assign(process.env, env);
  onTestFinished(() => {
    delete process.env.SLOWPATH_GUARD;
    if (inherited === undefined) delete process.env.NODE_OPTIONS;
    else process.env.NODE_OPTIONS = inherited;
  });
  const client = new Client(server, { capabilities: PUSH, folders: [workspace.root] });
  await client.start();
  await client.scan();
  const uri = workspace.uri('src/load.ts');
  const [diagnostic, ...more] = client.published.get(uri)?.diagnostics ?? [];
  expect([diagnostic?.code, more]).toEqual(['sync-io-in-async', []]);
  await client.open(uri, before[workspace.path('src/load.ts')] ?? '');
  for (const action of await client.actions(uri, [])) await client.resolve(action);
  expect(await client.stop()).toBe(0);
  expect(noted()).toEqual(['ready']);
  expect(snapshot(workspace)).toEqual(before);
});
