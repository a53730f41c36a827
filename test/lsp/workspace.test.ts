import { beforeAll, describe, expect, it } from 'vitest';
import {
  DidChangeWorkspaceFoldersNotification,
  DidDeleteFilesNotification,
  FileChangeType,
  WorkDoneProgress,
  type WorkDoneProgressBegin,
  WorkDoneProgressCancelNotification,
  WorkDoneProgressCreateRequest,
  type WorkDoneProgressEnd,
  type WorkDoneProgressReport,
} from 'vscode-languageserver/node';
import { buildServer, removeServer } from './build';
import { Client, PUSH } from './client';
import { SLOW, slow, toUri, until, Workspace } from './workspaceFolder';

let server: string;
beforeAll(async () => {
  server = await buildServer();
  return () => removeServer(server);
});

const create = (folders: string[], settings = {}) =>
  new Client(server, { capabilities: PUSH, folders, settings });

/** URIs that show anything. */
const showing = (client: Client) =>
  [...client.published.values()]
    .filter(({ diagnostics }) => diagnostics.length > 0)
    .map(({ uri }) => uri)
    .sort();

const shows = (client: Client, uris: readonly string[]) =>
  until(() => JSON.stringify(showing(client)) === JSON.stringify([...uris].sort()));

const scanned = (client: Client) =>
  until(() => client.statuses.at(-1)?.state === 'idle' && client.statuses.at(-1)?.scanMs);

function manyFiles(count: number): Workspace {
  const functions = Array.from({ length: 30 }, (_, at) => slow(`load${at}`)).join('\n');
  const text = `import { readFileSync } from 'node:fs';\n\n${functions}`;
  const files: Record<string, string> = {};
  for (let index = 0; index < count; index++) files[`src/f${index}.ts`] = text;
  return new Workspace(files);
}

describe('scan', () => {
  it('shows its progress and says what it found', async () => {
    const client = create([manyFiles(400).root]);
    const progress: (WorkDoneProgressBegin | WorkDoneProgressReport | WorkDoneProgressEnd)[] = [];
    client.connection.onRequest(WorkDoneProgressCreateRequest.type, ({ token }) => {
      client.connection.onProgress(WorkDoneProgress.type, token, (value) => {
        progress.push(value);
      });
    });
    await client.start();
    await scanned(client);
    await until(() => progress.at(-1)?.kind === 'end');
    expect(progress[0]).toMatchObject({ kind: 'begin', cancellable: true });
    expect(progress.some(({ kind }) => kind === 'report')).toBe(true);
    expect(client.statuses.at(-1)).toMatchObject({ state: 'idle', files: 400, findings: 12000 });
    expect(showing(client).length).toBe(400);
  });

  it('ends when the user cancels it, and starts over when asked', async () => {
    const client = create([manyFiles(1500).root]);
    let cancelled = false;
    client.connection.onRequest(WorkDoneProgressCreateRequest.type, ({ token }) => {
      client.connection.onProgress(WorkDoneProgress.type, token, ({ kind }) => {
        if (cancelled || kind !== 'report') return;
        cancelled = true;
        void client.connection.sendNotification(WorkDoneProgressCancelNotification.type, { token });
      });
    });
    await client.start();
    await until(() => cancelled);
    const status = await until(() => {
      const last = client.statuses.at(-1);
      return last?.state === 'idle' ? last : null;
    });
    expect(status.scanMs).toBeNull();
    expect(status.files).toBeLessThan(1500);
    await client.scan();
    await until(() => client.statuses.at(-1)?.files === 1500);
    expect(showing(client).length).toBe(1500);
  });

  it('answers requests while it runs', async () => {
    const workspace = manyFiles(1500);
    const client = await create([workspace.root]).start();
    await until(() => client.statuses.some(({ files }) => files > 0));
    await client.open(workspace.uri('src/new.ts'), SLOW);
    expect(await client.hover(workspace.uri('src/new.ts'), 3, 18)).not.toBeNull();
    expect(client.statuses.at(-1)?.scanMs).toBeNull();
  });

  it('skips what cannot be read and says why once', async () => {
    const workspace = new Workspace({ 'a.ts': SLOW, 'binary.ts': 'a\0b' });
    const client = await create([workspace.root]).start();
    await scanned(client);
    await client.scan();
    await shows(client, [workspace.uri('a.ts')]);
    expect(client.log.filter((line) => line.includes('binary.ts')).length).toBe(1);
  });
});

describe('files that change', () => {
  it('are analysed again, come and go', async () => {
    const workspace = new Workspace({
      'a.ts': SLOW,
      'b.ts': 'export {};\n',
      '.gitignore': 'gen/\n',
    });
    workspace.write('.git/HEAD', 'ref: refs/heads/main\n');
    const client = await create([workspace.root]).start();
    await scanned(client);
    await shows(client, [workspace.uri('a.ts')]);
    workspace.remove('a.ts');
    await client.watched([
      { file: workspace.path('a.ts'), type: FileChangeType.Deleted },
      { file: workspace.write('b.ts', SLOW), type: FileChangeType.Changed },
      { file: workspace.write('c.mts', SLOW), type: FileChangeType.Created },
      { file: workspace.write('gen/d.ts', SLOW), type: FileChangeType.Created },
      { file: workspace.write('node_modules/e/e.js', SLOW), type: FileChangeType.Created },
    ]);
    await shows(client, [workspace.uri('b.ts'), workspace.uri('c.mts')]);
  });

  it('are found again when an ignore file changes', async () => {
    const workspace = new Workspace({ 'gen/a.ts': SLOW, 'b.ts': SLOW, '.gitignore': 'gen/\n' });
    const client = await create([workspace.root]).start();
    await shows(client, [workspace.uri('b.ts')]);
    const file = workspace.write('.gitignore', 'b.ts\n');
    await client.watched([{ file, type: FileChangeType.Changed }]);
    await shows(client, [workspace.uri('gen/a.ts')]);
  });

  it('lose to the text of an open document', async () => {
    const workspace = new Workspace({ 'a.ts': SLOW, 'b.ts': 'export {};\n' });
    const client = await create([workspace.root]).start();
    await client.open(workspace.uri('a.ts'), '// nothing\n');
    await until(() => client.published.get(workspace.uri('a.ts'))?.version === 1);
    await client.watched([
      { file: workspace.write('a.ts', `\n${SLOW}`), type: FileChangeType.Changed },
      { file: workspace.write('b.ts', SLOW), type: FileChangeType.Changed },
    ]);
    await shows(client, [workspace.uri('b.ts')]);
    await client.close(workspace.uri('a.ts'));
    await shows(client, [workspace.uri('a.ts'), workspace.uri('b.ts')]);
    expect(client.published.get(workspace.uri('a.ts'))?.diagnostics[0]?.range.start.line).toBe(4);
  });

  it('stay as long as they are open, though they are deleted', async () => {
    const workspace = new Workspace({ 'a.ts': SLOW });
    const client = await create([workspace.root]).start();
    const uri = workspace.uri('a.ts');
    await client.open(uri, SLOW);
    await shows(client, [uri]);
    await client.watched([{ file: workspace.remove('a.ts'), type: FileChangeType.Deleted }]);
    await client.edit(uri, '\n', 0, 0);
    await until(() => client.published.get(uri)?.version === 2);
    expect(client.published.get(uri)?.diagnostics.length).toBe(1);
    await client.close(uri);
    await shows(client, []);
  });

  it('can be thousands at once, and a folder that is gone', async () => {
    const workspace = new Workspace({ 'a.ts': SLOW });
    const client = await create([workspace.root]).start();
    await scanned(client);
    const names = Array.from({ length: 2000 }, (_, index) => `src/f${index}.ts`);
    const files = names.map((name) => workspace.write(name, SLOW));
    await client.watched(files.map((file) => ({ file, type: FileChangeType.Created })));
    await until(() => showing(client).length === 2001);
    for (const name of names) workspace.write(name, 'export {};\n');
    await client.watched(files.map((file) => ({ file, type: FileChangeType.Changed })));
    await shows(client, [workspace.uri('a.ts')]);
    await client.watched([
      { file: workspace.write('src/f7.ts', SLOW), type: FileChangeType.Changed },
    ]);
    await shows(client, [workspace.uri('a.ts'), workspace.uri('src/f7.ts')]);
    const src = toUri(workspace.remove('src'));
    await client.connection.sendNotification(DidDeleteFilesNotification.type, {
      files: [{ uri: src }],
    });
    await shows(client, [workspace.uri('a.ts')]);
  });
});

describe('workspace folders', () => {
  it('have each their own configuration, also one inside another', async () => {
    const workspace = new Workspace({
      'a.ts': SLOW,
      'slowpath.yaml': 'rules:\n  sync-io-in-async: error\n',
      'inner/b.ts': SLOW,
      'inner/slowpath.yaml': 'rules:\n  sync-io-in-async: hint\n',
    });
    const client = await create([workspace.root, workspace.path('inner')]).start();
    await shows(client, [workspace.uri('a.ts'), workspace.uri('inner/b.ts')]);
    const severity = (name: string) =>
      client.published.get(workspace.uri(name))?.diagnostics.map((one) => one.severity);
    expect(severity('a.ts')).toEqual([1]);
    expect(severity('inner/b.ts')).toEqual([4]);
  });

  it('come and go', async () => {
    const one = new Workspace({ 'a.ts': SLOW });
    const two = new Workspace({ 'b.ts': SLOW, 'c.ts': SLOW });
    const client = await create([one.root]).start();
    await client.open(two.uri('b.ts'), SLOW);
    await shows(client, [one.uri('a.ts'), two.uri('b.ts')]);
    const change = (added: Workspace[], removed: Workspace[]) =>
      client.connection.sendNotification(DidChangeWorkspaceFoldersNotification.type, {
        event: {
          added: added.map(({ root }) => ({ uri: toUri(root), name: root })),
          removed: removed.map(({ root }) => ({ uri: toUri(root), name: root })),
        },
      });
    await change([two], [one]);
    await shows(client, [two.uri('b.ts'), two.uri('c.ts')]);
    await change([], [two]);
    await shows(client, [two.uri('b.ts')]);
  });
});
