import { beforeAll, describe, expect, it } from 'vitest';
import type { Diagnostic } from 'vscode-languageserver/node';
import { buildServer, removeServer } from './build';
import { Client, PUSH } from './client';
import { SLOW, until, Workspace } from './workspaceFolder';

let server: string;
beforeAll(async () => {
  server = await buildServer();
  return () => removeServer(server);
});

const start = (folders: string[], settings = {}) =>
  new Client(server, { capabilities: PUSH, folders, settings }).start();

const publishedFor = (client: Client, uri: string, version: number) =>
  until(() => {
    const params = client.published.get(uri);
    return params?.version === version ? params.diagnostics : null;
  });

describe('pushed diagnostics', () => {
  it('describe a finding in full', async () => {
    const workspace = new Workspace({ 'a.ts': SLOW });
    const client = await start([workspace.root]);
    const uri = workspace.uri('a.ts');
    await client.open(uri, SLOW);
    const [diagnostic, ...more] = await publishedFor(client, uri, 1);
    expect(more).toEqual([]);
    expect(diagnostic).toMatchObject({
      range: { start: { line: 3, character: 15 } },
      severity: 3,
      code: 'sync-io-in-async',
      codeDescription: {
        href: 'https://github.com/slowpath/slowpath/blob/main/docs/rules/sync-io-in-async.md',
      },
      source: 'slowpath',
      data: { rule: 'sync-io-in-async', version: 1, start: SLOW.indexOf('readFileSync(path') },
    });
    expect(diagnostic?.message).toContain('readFileSync');
  });

  it('follow edits, and are taken back when the file is closed and gone', async () => {
    const workspace = new Workspace();
    const client = await start([workspace.root]);
    const uri = workspace.uri('new.ts');
    await client.open(uri, '');
    await client.edit(uri, SLOW);
    expect((await publishedFor(client, uri, 2)).length).toBe(1);
    await client.edit(uri, '', SLOW.indexOf('export'));
    expect(await publishedFor(client, uri, 3)).toEqual([]);
    await client.edit(uri, SLOW);
    await publishedFor(client, uri, 4);
    await client.close(uri);
    await until(() => client.published.get(uri)?.diagnostics.length === 0);
  });

  it('cover files that are not open, and go back to the disk when one is closed', async () => {
    const workspace = new Workspace({ 'src/a.ts': SLOW, 'b.ts': 'export {};\n' });
    const client = await start([workspace.root]);
    const uri = workspace.uri('src/a.ts');
    const closed = await until(() => client.published.get(uri));
    expect(closed.version).toBeUndefined();
    expect(closed.diagnostics.map(({ code }) => code)).toEqual(['sync-io-in-async']);
    await client.open(uri, '// nothing\n');
    expect(await publishedFor(client, uri, 1)).toEqual([]);
    await client.close(uri);
    await until(() => client.published.get(uri)?.diagnostics.length === 1);
    expect(client.published.has(workspace.uri('b.ts'))).toBe(false);
  });

  it('leave alone what is ignored, built or a dependency, even when it is open', async () => {
    const workspace = new Workspace({
      'package.json': '{}',
      'slowpath.yaml': 'ignores:\n  - "legacy/**"\n',
      'dist/a.js': SLOW,
      'node_modules/x/index.js': SLOW,
      'legacy/a.ts': SLOW,
      'a.d.ts': SLOW,
    });
    const client = await start([workspace.root]);
    for (const name of ['dist/a.js', 'node_modules/x/index.js', 'legacy/a.ts', 'a.d.ts']) {
      await client.open(workspace.uri(name), SLOW);
    }
    await client.open(workspace.uri('b.ts'), SLOW);
    await publishedFor(client, workspace.uri('b.ts'), 1);
    const shown = [...client.published.values()].filter(({ diagnostics }) => diagnostics.length);
    expect(shown.map(({ uri }) => uri)).toEqual([workspace.uri('b.ts')]);
  });

  it('cover unsaved documents and files outside of the workspace, one by one', async () => {
    const outside = new Workspace({ 'other.ts': SLOW });
    const client = await start([]);
    await client.open('untitled:Untitled-1', SLOW);
    await client.open(outside.uri('a.ts'), SLOW);
    expect((await publishedFor(client, 'untitled:Untitled-1', 1)).length).toBe(1);
    expect((await publishedFor(client, outside.uri('a.ts'), 1)).length).toBe(1);
    await client.open('git:/a.ts?ref=HEAD', SLOW);
    await client.open('vscode-notebook-cell:/a.ipynb#W0', SLOW);
    await client.edit('untitled:Untitled-1', `\n${SLOW}`);
    await publishedFor(client, 'untitled:Untitled-1', 2);
    expect([...client.published.keys()].sort()).toEqual(
      ['untitled:Untitled-1', outside.uri('a.ts')].sort(),
    );
    await client.close('untitled:Untitled-1');
    await until(() => client.published.get('untitled:Untitled-1')?.diagnostics.length === 0);
  });

  it('keep the client’s way of writing a URI', async () => {
    const workspace = new Workspace({ 'src/[id] å.ts': SLOW });
    const client = await start([workspace.root]);
    const uri = `file://${workspace.root}/src/[id]%20å.ts`;
    await client.open(uri, SLOW);
    expect((await publishedFor(client, uri, 1)).length).toBe(1);
    await client.close(uri);
    await until(() => client.published.get(uri)?.version === undefined);
    expect(client.published.get(uri)?.diagnostics.length).toBe(1);
  });

  it('wait for the save when the settings say so', async () => {
    const workspace = new Workspace({ 'a.ts': SLOW });
    const client = await start([workspace.root], { run: 'onSave' });
    const uri = workspace.uri('a.ts');
    await client.open(uri, SLOW);
    await publishedFor(client, uri, 1);
    await client.edit(uri, '// nothing\n');
    await client.open(workspace.uri('b.ts'), SLOW);
    await publishedFor(client, workspace.uri('b.ts'), 1);
    expect(client.published.get(uri)?.version).toBe(1);
    await client.save(uri);
    expect(await publishedFor(client, uri, 2)).toEqual([]);
  });

  it('never show a version twice in different ways', async () => {
    const workspace = new Workspace({ 'a.ts': SLOW });
    const client = await start([workspace.root]);
    const uri = workspace.uri('a.ts');
    await client.open(uri, SLOW);
    for (let edit = 0; edit < 30; edit++) await client.edit(uri, '\n', 0, 0);
    const diagnostics: Diagnostic[] = await publishedFor(client, uri, 31);
    expect(diagnostics[0]?.range.start.line).toBe(33);
    expect(diagnostics[0]?.data).toMatchObject({ version: 31 });
  });
});
