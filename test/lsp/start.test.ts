import { spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { beforeAll, describe, expect, it, onTestFinished } from 'vitest';
import { InitializedNotification, InitializeRequest } from 'vscode-languageserver/node';
import { buildServer, removeServer } from './build';
import { Client, PULL, PUSH } from './client';
import { exitOf, SLOW, slow, until, Workspace } from './workspaceFolder';

let server: string;
beforeAll(async () => {
  server = await buildServer();
  return () => removeServer(server);
});

describe('start', () => {
  it('answers initialize before the compiler is loaded', async () => {
    const beforeCompiler = "require('node:fs').writeFileSync(__dirname + '/loaded', '');";
    const script = await buildServer({ beforeCompiler });
    onTestFinished(() => removeServer(script));
    const marker = join(dirname(script), 'loaded');
    const client = new Client(script);
    const { capabilities, serverInfo } = await client.initialize();
    expect(serverInfo?.name).toBe('slowpath');
    expect(capabilities.textDocumentSync).toMatchObject({ change: 2 });
    expect(existsSync(marker)).toBe(false);
    await client.connection.sendNotification(InitializedNotification.type, {});
    await until(() => existsSync(marker));
  });

  it('offers pulled diagnostics to clients that pull, and to no others', async () => {
    const pull = await new Client(server, { capabilities: PULL }).initialize();
    expect(pull.capabilities.diagnosticProvider).toEqual({
      identifier: 'slowpath',
      interFileDependencies: true,
      workspaceDiagnostics: true,
    });
    const push = await new Client(server, { capabilities: PUSH }).initialize();
    expect(push.capabilities.diagnosticProvider).toBeUndefined();
  });

  it('says so and answers empty when the linter cannot be loaded', async () => {
    const script = await buildServer({ beforeCompiler: "throw new Error('no compiler here');" });
    onTestFinished(() => removeServer(script));
    const workspace = new Workspace({ 'a.ts': SLOW });
    const client = await new Client(script, { folders: [workspace.root] }).start();
    const status = await until(() => client.statuses.find(({ state }) => state === 'error'));
    expect(status.message).toContain('no compiler here');
    await client.open(workspace.uri('a.ts'), SLOW);
    expect(await client.pull(workspace.uri('a.ts'))).toEqual({ kind: 'full', items: [] });
    expect(await client.hover(workspace.uri('a.ts'), 3, 16)).toBeNull();
    expect(await client.scan()).toBeNull();
    expect(await client.stop()).toBe(0);
  });

  it('registers for files and settings that change', async () => {
    const client = await new Client(server).start();
    await until(() => client.registrations.length === 2);
    expect(client.registrations.sort()).toEqual([
      'workspace/didChangeConfiguration',
      'workspace/didChangeWatchedFiles',
    ]);
  });
});

describe('end', () => {
  it('exits with 0 after shutdown', async () => {
    const client = await new Client(server).start();
    expect(await client.stop()).toBe(0);
  });

  it('exits when its input ends in the middle of a scan', async () => {
    const client = await new Client(server, { folders: [manyFiles().root] }).start();
    await until(() => client.statuses.some(({ state }) => state === 'scanning'));
    client.process.stdin?.destroy();
    expect(await exitOf(client.process)).toBe(1);
  });

  it('exits when the editor is killed, though its pipes stay open', async () => {
    const editor = spawn(process.execPath, ['-e', 'setInterval(() => {}, 1000)']);
    const client = new Client(server);
    await client.connection.sendRequest(InitializeRequest.type, {
      processId: editor.pid ?? null,
      rootUri: null,
      capabilities: PULL,
      workspaceFolders: [{ uri: manyFiles().uri(''), name: 'w' }],
    });
    await client.connection.sendNotification(InitializedNotification.type, {});
    editor.kill('SIGKILL');
    expect(await exitOf(client.process)).toBe(1);
  });
});

function manyFiles(): Workspace {
  const files: Record<string, string> = {};
  for (let index = 0; index < 400; index++) {
    const functions = Array.from({ length: 40 }, (_, at) => slow(`load${at}`)).join('\n');
    files[`src/file${index}.ts`] = `import { readFileSync } from 'node:fs';\n\n${functions}`;
  }
  return new Workspace(files);
}
