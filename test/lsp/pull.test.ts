import { beforeAll, describe, expect, it } from 'vitest';
import {
  CancellationTokenSource,
  LSPErrorCodes,
  ProgressType,
  ResponseError,
  type WorkspaceDiagnosticReportPartialResult,
  WorkspaceDiagnosticRequest,
  type WorkspaceDocumentDiagnosticReport,
} from 'vscode-languageserver/node';
import { buildServer, removeServer } from './build';
import { Client } from './client';
import { SLOW, slow, until, Workspace } from './workspaceFolder';

let server: string;
beforeAll(async () => {
  server = await buildServer();
  return () => removeServer(server);
});

const start = (folders: string[], settings = {}) =>
  new Client(server, { folders, settings }).start();

describe('document pull', () => {
  it('answers the findings, then that they are unchanged', async () => {
    const workspace = new Workspace({ 'a.ts': SLOW });
    const client = await start([workspace.root]);
    const uri = workspace.uri('a.ts');
    await client.open(uri, SLOW);
    const report = await client.pull(uri);
    if (report.kind !== 'full') throw new Error('Expected a full report');
    expect(report.items.map(({ code, data }) => [code, data.version])).toEqual([
      ['sync-io-in-async', 1],
    ]);
    expect(await client.pull(uri, report.resultId)).toEqual({
      kind: 'unchanged',
      resultId: report.resultId,
    });
    await client.edit(uri, '\n', 0, 0);
    const after = await client.pull(uri, report.resultId);
    if (after.kind !== 'full') throw new Error('Expected a full report');
    expect(after.items[0]?.range.start.line).toBe(4);
    expect(client.published.size).toBe(0);
  });

  it('is to be retried when the document is edited meanwhile', async () => {
    const workspace = new Workspace({ 'a.ts': SLOW });
    const client = await start([workspace.root]);
    const uri = workspace.uri('a.ts');
    await client.open(uri, SLOW);
    const early = client.pull(uri).then(
      (report) => report,
      (error: ResponseError<unknown>) => error,
    );
    await client.edit(uri, '\n', 0, 0);
    const outcome = await early;
    expect(outcome).toBeInstanceOf(ResponseError);
    expect(outcome).toMatchObject({
      code: LSPErrorCodes.ServerCancelled,
      data: { retriggerRequest: true },
    });
    expect((await client.pullItems(uri))[0]?.range.start.line).toBe(4);
  });

  it('answers the text on disk for a document that was closed', async () => {
    const workspace = new Workspace({ 'a.ts': SLOW });
    const client = await start([workspace.root]);
    const uri = workspace.uri('a.ts');
    await client.open(uri, '');
    expect(await client.pullItems(uri)).toEqual([]);
    await client.close(uri);
    await until(async () => (await client.pullItems(uri)).length === 1);
  });

  it('is asked for again when another document changes the findings', async () => {
    const loader = `import { readFileSync } from 'node:fs';
export function loadConfig() {
  return JSON.parse(readFileSync('config.json', 'utf8'));
}
`;
    const caller = `import { loadConfig } from './config';
export async function handle() { return loadConfig().a; }
export async function other() { return loadConfig().b; }
`;
    const workspace = new Workspace({ 'config.ts': loader, 'caller.ts': '' });
    const client = await start([workspace.root]);
    await client.open(workspace.uri('config.ts'), loader);
    await client.open(workspace.uri('caller.ts'), '');
    await until(() => client.statuses.some(({ scanMs }) => scanMs !== null));
    await client.pullItems(workspace.uri('caller.ts'));
    expect(await client.pullItems(workspace.uri('config.ts'))).toEqual([]);
    const { refreshes } = client;
    await client.edit(workspace.uri('caller.ts'), caller);
    await until(() => client.refreshes > refreshes);
    const items = await client.pullItems(workspace.uri('config.ts'));
    const load = items.find(({ code }) => code === 'uncached-config-load');
    expect(load?.relatedInformation?.map(({ location }) => location.uri)).toEqual([
      workspace.uri('caller.ts'),
      workspace.uri('caller.ts'),
    ]);
  });

  it('leaves files of no scheme it knows empty', async () => {
    const client = await start([]);
    await client.open('git:/a.ts', SLOW);
    expect(await client.pull('git:/a.ts')).toEqual({ kind: 'full', items: [] });
  });
});

describe('workspace pull', () => {
  it('answers every file with findings, then that they are unchanged', async () => {
    const workspace = new Workspace({ 'a.ts': SLOW, 'src/b.ts': SLOW, 'c.ts': 'export {};\n' });
    const client = await start([workspace.root]);
    const { items } = await client.connection.sendRequest(WorkspaceDiagnosticRequest.type, {
      previousResultIds: [],
    });
    expect(items.map(({ kind, uri, version }) => [kind, uri, version]).sort()).toEqual([
      ['full', workspace.uri('a.ts'), null],
      ['full', workspace.uri('src/b.ts'), null],
    ]);
    const previousResultIds = items.map(({ uri, resultId }) => ({ uri, value: resultId ?? '' }));
    const again = await client.connection.sendRequest(WorkspaceDiagnosticRequest.type, {
      previousResultIds,
    });
    expect(again.items.map(({ kind, uri }) => [kind, uri]).sort()).toEqual([
      ['unchanged', workspace.uri('a.ts')],
      ['unchanged', workspace.uri('src/b.ts')],
    ]);
  });

  it('streams what it finds, and waits for a change when the client knows everything', async () => {
    const files: Record<string, string> = {};
    for (let index = 0; index < 250; index++) files[`f${index}.ts`] = SLOW;
    const workspace = new Workspace(files);
    const client = await start([workspace.root]);
    const first = await streamed(client, []);
    expect(await first.answer).toEqual({ items: [] });
    expect(first.chunks.length).toBeGreaterThan(1);
    const known = new Map(first.chunks.flat().map((item) => [item.uri, item.resultId ?? '']));
    expect(known.size).toBe(250);

    const second = await streamed(
      client,
      [...known].map(([uri, value]) => ({ uri, value })),
    );
    workspace.write('f7.ts', '// nothing\n');
    await client.watched([{ file: workspace.path('f7.ts'), type: 2 }]);
    expect(await second.answer).toEqual({ items: [] });
    expect(second.chunks.flat()).toEqual([
      expect.objectContaining({ kind: 'full', uri: workspace.uri('f7.ts'), items: [] }),
    ]);
  });

  it('ends when the client cancels it', async () => {
    const workspace = new Workspace({ 'a.ts': SLOW });
    const client = await start([workspace.root]);
    const first = await streamed(client, []);
    await first.answer;
    const [item] = first.chunks.flat();
    const second = await streamed(client, [{ uri: item?.uri ?? '', value: item?.resultId ?? '' }]);
    const outcome = second.answer.catch((error: ResponseError<unknown>) => error.code);
    second.source.cancel();
    expect(await outcome).toBe(LSPErrorCodes.RequestCancelled);
    expect(second.chunks).toEqual([]);
  });
});

describe('order', () => {
  it('shows open documents before the scan of the others has ended', async () => {
    const files: Record<string, string> = {};
    const functions = Array.from({ length: 60 }, (_, at) => slow(`load${at}`)).join('\n');
    const text = `import { readFileSync } from 'node:fs';\n\n${functions}`;
    for (let index = 0; index < 300; index++) files[`f${index}.ts`] = text;
    const workspace = new Workspace(files);
    const client = await start([workspace.root]);
    await client.open(workspace.uri('f299.ts'), text);
    expect((await client.pullItems(workspace.uri('f299.ts'))).length).toBe(60);
    expect(client.statuses.every(({ scanMs }) => scanMs === null)).toBe(true);
    await until(() => client.statuses.at(-1)?.scanMs);
    expect(client.statuses.at(-1)).toMatchObject({ state: 'idle', files: 300, findings: 18000 });
  });
});

async function streamed(client: Client, previousResultIds: { uri: string; value: string }[]) {
  const chunks: WorkspaceDocumentDiagnosticReport[][] = [];
  const token = `partial-${Math.random()}`;
  const type = new ProgressType<WorkspaceDiagnosticReportPartialResult>();
  client.connection.onProgress(type, token, ({ items }) => {
    chunks.push(items);
  });
  const source = new CancellationTokenSource();
  const answer = client.connection.sendRequest(
    WorkspaceDiagnosticRequest.type,
    { previousResultIds, partialResultToken: token },
    source.token,
  );
  return { chunks, source, answer };
}
