import { beforeAll, describe, expect, it } from 'vitest';
import {
  type ClientCapabilities,
  type CodeAction,
  LSPErrorCodes,
  type ResponseError,
} from 'vscode-languageserver/node';
import { SHOW_RULE_COMMAND } from '../../shared/protocol';
import { buildServer } from './build';
import { Client, type ClientOptions, PULL, SLOW, slow, until, Workspace } from './client';

let server: string;
beforeAll(async () => {
  server = await buildServer();
});

const TWO = `import { readFileSync } from 'node:fs';\n\n${slow('one')}\n${slow('two')}`;
const FIXED = TWO.replace(
  "import { readFileSync } from 'node:fs';",
  "import { readFile } from 'node:fs/promises';",
).replaceAll('readFileSync(', 'await readFile(');

async function opened(text: string, options: ClientOptions = {}) {
  const workspace = new Workspace({ 'a.ts': text });
  const client = await new Client(server, { folders: [workspace.root], ...options }).start();
  const uri = workspace.uri('a.ts');
  await client.open(uri, text);
  const diagnostics = await client.pullItems(uri);
  return { client, uri, diagnostics };
}

const titled = (actions: CodeAction[], start: string): CodeAction => {
  const action = actions.find(({ title }) => title.startsWith(start));
  if (action === undefined) {
    throw new Error(`No “${start}…” among ${actions.map(({ title }) => title).join(', ')}`);
  }
  return action;
};

describe('code actions', () => {
  it('are the fixes, the ways to disable, and the page, in this order', async () => {
    const { client, uri, diagnostics } = await opened(TWO, {
      initializationOptions: { commands: [SHOW_RULE_COMMAND] },
    });
    const actions = await client.actions(uri, diagnostics.slice(0, 1), ['quickfix']);
    expect(actions.map(({ title }) => title).slice(1)).toEqual([
      'Fix all sync-io-in-async findings in this file',
      'Disable sync-io-in-async for this line',
      'Disable sync-io-in-async for this file',
      'Show documentation of sync-io-in-async',
    ]);
    expect(actions.every(({ kind, edit }) => kind === 'quickfix' && edit === undefined)).toBe(true);
    expect(actions[0]?.diagnostics).toEqual(diagnostics.slice(0, 1));
    expect(actions.at(-1)?.command?.arguments).toEqual(['sync-io-in-async']);
  });

  it('leave the page out for a client without the command', async () => {
    const { client, uri, diagnostics } = await opened(TWO);
    const actions = await client.actions(uri, diagnostics);
    expect(actions.some(({ command }) => command !== undefined)).toBe(false);
  });

  it('prefer a fix exactly when it is safe', async () => {
    const { client, uri, diagnostics } = await opened(TWO);
    const [fix] = await client.actions(uri, diagnostics.slice(0, 1), ['quickfix']);
    expect(fix?.isPreferred ?? false).toBe(diagnostics[0]?.data.fix.safety === 'safe');
  });

  it('fix the one finding, and then show it no more', async () => {
    const { client, uri, diagnostics } = await opened(TWO);
    const [fix] = await client.actions(uri, diagnostics.slice(1), ['quickfix']);
    if (fix === undefined) throw new Error('No fix');
    const text = client.applied(uri, (await client.resolve(fix)).edit);
    expect(text).toContain(
      'export async function one(path: string) {\n  const text = readFileSync(',
    );
    expect(text).toContain('async function two(path: string) {\n  const text = await readFile(');
    await client.edit(uri, text);
    expect((await client.pullItems(uri)).length).toBe(1);
  });

  it('fix all findings of the rule with edits of the changed places only', async () => {
    const { client, uri, diagnostics } = await opened(TWO);
    const actions = await client.actions(uri, diagnostics.slice(0, 1));
    const { edit } = await client.resolve(titled(actions, 'Fix all sync-io-in-async'));
    expect(client.applied(uri, edit)).toBe(FIXED);
    const [change] = edit?.documentChanges ?? [];
    const edits = change !== undefined && 'edits' in change ? change.edits : [];
    expect(edits.length).toBe(3);
    expect(edits.every(({ range }) => range.start.line === range.end.line)).toBe(true);
  });

  it('disable for the line and for the file', async () => {
    const { client, uri, diagnostics } = await opened(TWO);
    const actions = await client.actions(uri, diagnostics.slice(0, 1));
    for (const [title, left] of [
      ['Disable sync-io-in-async for this line', 1],
      ['Disable sync-io-in-async for this file', 0],
    ] as const) {
      const text = client.applied(uri, (await client.resolve(titled(actions, title))).edit);
      const copy = uri.replace('a.ts', `${left}.ts`);
      await client.open(copy, text);
      const items = await client.pullItems(copy);
      expect(items.map(({ code }) => code)).toEqual(Array(left).fill('sync-io-in-async'));
    }
  });

  it('fix everything safe on request, and nothing else', async () => {
    const { client, uri, diagnostics } = await opened(TWO);
    const safe = diagnostics.filter(({ data }) => data.fix?.safety === 'safe').length;
    const actions = await client.actions(uri, [], ['source.fixAll']);
    expect(actions.map(({ kind }) => kind)).toEqual(safe > 0 ? ['source.fixAll.slowpath'] : []);
    for (const action of actions) {
      await client.edit(uri, client.applied(uri, (await client.resolve(action)).edit));
      expect((await client.pullItems(uri)).length).toBe(diagnostics.length - safe);
    }
    expect(await client.actions(uri, [], ['source.organizeImports'])).toEqual([]);
  });

  it('carry their edits when the client cannot resolve them', async () => {
    const capabilities: ClientCapabilities = {
      ...PULL,
      textDocument: {
        ...PULL.textDocument,
        codeAction: { codeActionLiteralSupport: { codeActionKind: { valueSet: [] } } },
      },
    };
    const { client, uri, diagnostics } = await opened(TWO, { capabilities });
    const actions = await client.actions(uri, diagnostics.slice(0, 1));
    expect(actions.every(({ edit, data }) => edit !== undefined && data === undefined)).toBe(true);
    expect(client.applied(uri, titled(actions, 'Fix all sync-io-in-async').edit)).toBe(FIXED);
  });

  it('are void once the document has changed', async () => {
    const { client, uri, diagnostics } = await opened(TWO);
    const [fix] = await client.actions(uri, diagnostics);
    if (fix === undefined) throw new Error('No fix');
    await client.edit(uri, '\n', 0, 0);
    expect(await client.actions(uri, diagnostics, ['quickfix'])).toEqual([]);
    const error = await client.resolve(fix).catch((error: ResponseError<unknown>) => error);
    expect(error).toMatchObject({ code: LSPErrorCodes.ContentModified });
    const [current] = await client.actions(uri, await client.pullItems(uri));
    if (current === undefined) throw new Error('No fix');
    expect((await client.resolve(current)).edit).toBeDefined();
  });

  it('ignore diagnostics of other tools', async () => {
    const { client, uri, diagnostics } = await opened(TWO);
    const foreign = diagnostics.map((diagnostic) => ({ ...diagnostic, source: 'eslint' }));
    const malformed = diagnostics.map((diagnostic) => ({ ...diagnostic, data: 'x' }));
    expect(await client.actions(uri, [...foreign, ...malformed], ['quickfix'])).toEqual([]);
  });

  it('keep Windows line ends', async () => {
    const { client, uri, diagnostics } = await opened(TWO.replaceAll('\n', '\r\n'));
    const actions = await client.actions(uri, diagnostics);
    for (const action of actions.filter(({ title }) => !title.startsWith('Show'))) {
      const text = client.applied(uri, (await client.resolve(action)).edit);
      expect(text.replaceAll('\r\n', '')).not.toMatch(/[\r\n]/);
    }
  });
});

describe('hover', () => {
  it('tells why, how often and where to read more', async () => {
    const { client, uri } = await opened(TWO);
    const hover = await client.hover(uri, 3, 18);
    expect(hover?.range?.start).toEqual({ line: 3, character: 15 });
    const { kind, value } = hover?.contents as { kind: string; value: string };
    expect(kind).toBe('markdown');
    expect(value).toContain('`sync-io-in-async`');
    expect(value).toContain('Runs in asynchronous code');
    expect(value).toContain('/docs/rules/sync-io-in-async.md)');
    expect(await client.hover(uri, 1, 0)).toBeNull();
    expect(await client.hover(uri, 3, 2)).toBeNull();
  });

  it('links the evidence', async () => {
    const workspace = new Workspace({
      'config.ts': `import { readFileSync } from 'node:fs';
export function loadConfig() {
  return JSON.parse(readFileSync('config.json', 'utf8'));
}
`,
      'caller.ts': `import { loadConfig } from './config';
export async function handle() { return loadConfig().a; }
export async function other() { return loadConfig().b; }
`,
    });
    const client = await new Client(server, { folders: [workspace.root] }).start();
    const uri = workspace.uri('config.ts');
    await client.open(
      uri,
      "import { readFileSync } from 'node:fs';\nexport function loadConfig() {\n  return JSON.parse(readFileSync('config.json', 'utf8'));\n}\n",
    );
    const hover = await until(() => client.hover(uri, 2, 25));
    const { value } = hover.contents as { value: string };
    expect(value).toContain(`(<${workspace.uri('caller.ts')}#L2,41>)`);
    expect(value).toContain(`(<${workspace.uri('caller.ts')}#L3,40>)`);
  });

  it('is plain text for clients that show no Markdown', async () => {
    const capabilities = {
      ...PULL,
      textDocument: { ...PULL.textDocument, hover: { contentFormat: ['plaintext' as const] } },
    };
    const { client, uri } = await opened(TWO, { capabilities });
    const hover = await client.hover(uri, 3, 18);
    const { kind, value } = hover?.contents as { kind: string; value: string };
    expect(kind).toBe('plaintext');
    expect(value).not.toMatch(/[`*]|\]\(/);
    expect(value).toContain('https://github.com/slowpath/slowpath/blob/main/docs/rules/');
  });
});
