import { beforeAll, describe, expect, it } from 'vitest';
import { FileChangeType } from 'vscode-languageserver/node';
import { buildServer, removeServer } from './build';
import { Client, PUSH } from './client';
import { SLOW, until, Workspace } from './workspaceFolder';

let server: string;
beforeAll(async () => {
  server = await buildServer();
  return () => removeServer(server);
});

const start = (workspace: Workspace, settings = {}) =>
  new Client(server, { capabilities: PUSH, folders: [workspace.root], settings }).start();

const shown = (client: Client, uri: string) =>
  client.published.get(uri)?.diagnostics.map(({ code, severity }) => [code, severity]) ?? [];

const HINT = [['sync-io-in-async', 4]];
const INFORMATION = [['sync-io-in-async', 3]];
const ERROR = [['sync-io-in-async', 1]];

describe('settings', () => {
  it('set severities, and slowpath.yaml wins over them', async () => {
    const workspace = new Workspace({ 'a.ts': SLOW });
    const settings = { rules: { 'sync-io-in-async': 'error' } };
    const client = await start(workspace, settings);
    const uri = workspace.uri('a.ts');
    await until(() => shown(client, uri).length);
    expect(shown(client, uri)).toEqual(ERROR);
    const file = workspace.write('slowpath.yaml', 'rules:\n  sync-io-in-async: hint\n');
    await client.watched([{ file, type: FileChangeType.Created }]);
    await until(() => shown(client, uri)[0]?.[1] === 4);
    expect(shown(client, uri)).toEqual(HINT);
    workspace.remove('slowpath.yaml');
    await client.watched([{ file, type: FileChangeType.Deleted }]);
    await until(() => shown(client, uri)[0]?.[1] === 1);
  });

  it('take effect when they change, on open and on closed files', async () => {
    const workspace = new Workspace({ 'a.ts': SLOW, 'b.ts': SLOW });
    const client = await start(workspace);
    const uris = [workspace.uri('a.ts'), workspace.uri('b.ts')];
    await client.open(uris[0] ?? '', SLOW);
    const all = (expected: unknown[]) =>
      until(() =>
        uris.every((uri) => JSON.stringify(shown(client, uri)) === JSON.stringify(expected)),
      );
    await all(INFORMATION);
    await client.configure({ rules: { 'sync-io-in-async': 'off' } });
    await all([]);
    await client.configure({ rules: { 'sync-io-in-async': 'error' } });
    await all(ERROR);
    await client.configure({ enable: false });
    await all([]);
    await client.configure({});
    await all(INFORMATION);
    await client.configure({ minTier: 'hot' });
    await all([]);
  });

  it('limit the analysis to open files, until a scan is asked for', async () => {
    const workspace = new Workspace({ 'a.ts': SLOW, 'b.ts': SLOW });
    const client = await start(workspace, { scanWorkspace: false });
    await client.open(workspace.uri('a.ts'), SLOW);
    await until(() => shown(client, workspace.uri('a.ts')).length);
    await until(() => client.statuses.at(-1)?.state === 'idle');
    expect(shown(client, workspace.uri('b.ts'))).toEqual([]);
    await client.scan();
    expect(shown(client, workspace.uri('b.ts'))).toEqual(INFORMATION);
  });

  it('go back to their defaults where they make no sense', async () => {
    const workspace = new Workspace({ 'a.ts': SLOW });
    const client = await start(workspace, {
      enable: 'yes',
      run: 7,
      minTier: 'sometimes',
      rules: { 'sync-io-in-async': 'loud' },
      scanWorkspace: null,
    });
    await until(() => shown(client, workspace.uri('a.ts')).length);
    expect(shown(client, workspace.uri('a.ts'))).toEqual(INFORMATION);
  });

  it('come with initializationOptions or a notification where the client cannot be asked', async () => {
    const workspace = new Workspace({ 'a.ts': SLOW });
    const { configuration: _, ...rest } = PUSH.workspace ?? {};
    const client = await new Client(server, {
      capabilities: { ...PUSH, workspace: rest },
      folders: [workspace.root],
      initializationOptions: { settings: { rules: { 'sync-io-in-async': 'error' } } },
    }).start();
    const uri = workspace.uri('a.ts');
    await until(() => shown(client, uri).length);
    expect(shown(client, uri)).toEqual(ERROR);
    await client.connection.sendNotification('workspace/didChangeConfiguration', {
      settings: { slowpath: { rules: { 'sync-io-in-async': 'hint' } } },
    });
    await until(() => shown(client, uri)[0]?.[1] === 4);
  });
});

describe('slowpath.yaml', () => {
  it('keeps the last good configuration while it is broken, and says where', async () => {
    const good = 'rules:\n  sync-io-in-async: error\n';
    const workspace = new Workspace({ 'a.ts': SLOW, 'slowpath.yaml': good });
    const client = await start(workspace);
    const uri = workspace.uri('a.ts');
    const config = workspace.uri('slowpath.yaml');
    await until(() => shown(client, uri)[0]?.[1] === 1);

    await client.open(config, good, 'yaml');
    await client.edit(config, 'rules:\n  sync-io-in-async: [error\n');
    const problems = await until(() => {
      const diagnostics = client.published.get(config)?.diagnostics ?? [];
      return diagnostics.length > 0 ? diagnostics : null;
    });
    expect(problems[0]).toMatchObject({ severity: 1, source: 'slowpath' });
    expect(problems[0]?.range.start.line).toBeGreaterThan(0);
    await until(() => client.statuses.at(-1)?.state === 'error');
    await client.open(uri, SLOW);
    await until(() => client.published.get(uri)?.version === 1);
    expect(shown(client, uri)).toEqual(ERROR);

    await client.edit(config, 'rules:\n  sync-io-in-async: hint\n');
    await until(() => shown(client, uri)[0]?.[1] === 4);
    await until(() => client.published.get(config)?.diagnostics.length === 0);
    await until(() => client.statuses.at(-1)?.state === 'idle');

    await client.close(config);
    await until(() => shown(client, uri)[0]?.[1] === 1);
  });

  it('is told of names it does not know', async () => {
    const text = 'rules:\n  sync-io-in-asinc: error\n';
    const workspace = new Workspace({ 'slowpath.yaml': text });
    const client = await start(workspace);
    await client.open(workspace.uri('slowpath.yaml'), text, 'yaml');
    const params = await until(() => {
      const published = client.published.get(workspace.uri('slowpath.yaml'));
      return published?.version === 1 && published.diagnostics.length > 0 ? published : null;
    });
    expect(params.diagnostics[0]?.range.start).toEqual({ line: 1, character: 2 });
    expect(params.diagnostics[0]?.message).toContain('sync-io-in-async');
  });

  it('is pulled by a client that pulls', async () => {
    const workspace = new Workspace({ 'slowpath.yaml': 'rules:\n  nothing: error\n' });
    const client = await new Client(server, { folders: [workspace.root] }).start();
    const uri = workspace.uri('slowpath.yaml');
    await client.open(uri, 'rules: {}\n', 'yaml');
    expect(await client.pullItems(uri)).toEqual([]);
    await client.edit(uri, 'rules: [\n');
    expect((await client.pullItems(uri)).map(({ severity }) => severity)).toContain(1);
    await client.close(uri);
    await until(async () =>
      (await client.pullItems(uri)).some(({ message }) => String(message).includes('nothing')),
    );
    expect(client.published.size).toBe(0);
  });

  it('leaves out what it ignores as soon as it says so', async () => {
    const workspace = new Workspace({ 'a.ts': SLOW, 'src/b.ts': SLOW });
    const client = await start(workspace);
    await until(() => client.published.size === 2);
    await client.open(workspace.uri('src/b.ts'), SLOW);
    await client.open(workspace.uri('slowpath.yaml'), 'ignores: ["src/**"]\n', 'yaml');
    await until(() => shown(client, workspace.uri('src/b.ts')).length === 0);
    expect(shown(client, workspace.uri('a.ts'))).toEqual(INFORMATION);
    await client.edit(workspace.uri('slowpath.yaml'), 'ignores: []\n');
    await until(() => shown(client, workspace.uri('src/b.ts')).length === 1);
  });

  it('shows its problems only while a file it is for is open, outside of the workspace', async () => {
    const workspace = new Workspace({ 'slowpath.yaml': 'rules: [\n' });
    const client = await new Client(server, { capabilities: PUSH }).start();
    const config = workspace.uri('slowpath.yaml');
    await client.open(workspace.uri('a.ts'), SLOW);
    await until(() => client.published.get(config)?.diagnostics.length);
    await until(() => shown(client, workspace.uri('a.ts')).length);
    await client.close(workspace.uri('a.ts'));
    await until(() => client.published.get(config)?.diagnostics.length === 0);
  });
});
