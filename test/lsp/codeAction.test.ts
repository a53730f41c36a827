import { beforeAll, describe, expect, it } from 'vitest';
import {
  type ClientCapabilities,
  type CodeAction,
  type Hover,
  LSPErrorCodes,
  MarkupContent,
  type ResponseError,
} from 'vscode-languageserver/node';
import { TextDocument } from 'vscode-languageserver-textdocument';
import { SHOW_RULE_COMMAND } from '../../shared/protocol';
import { buildServer, removeServer } from './build';
import { Client, type ClientOptions, PULL } from './client';
import { slow, until, Workspace } from './workspaceFolder';

let server: string;
beforeAll(async () => {
  server = await buildServer();
  return () => removeServer(server);
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

  it('prefer a safe fix', async () => {
    const { client, uri, diagnostics } = await opened(TWO);
    expect(diagnostics[0]?.data.fix.safety).toBe('safe');
    const [fix] = await client.actions(uri, diagnostics.slice(0, 1), ['quickfix']);
    expect(fix?.isPreferred).toBe(true);
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

  it('fix everything safe on request, and leave suggestions', async () => {
    const text = `import { readFileSync, writeFileSync } from 'node:fs';

${slow('load')}
export async function save(path: string, text: string) {
  writeFileSync(path, text);
}
`;
    const { client, uri, diagnostics } = await opened(text);
    expect(diagnostics.map(({ data }) => data.fix?.safety)).toEqual(['safe', 'suggestion']);
    const [action] = await client.actions(uri, [], ['source.fixAll']);
    if (action === undefined) throw new Error('No action');
    expect(action.kind).toBe('source.fixAll.slowpath');
    await client.edit(uri, client.applied(uri, (await client.resolve(action)).edit));
    expect(client.text(uri)).toContain('const text = await readFile(path');
    expect(client.text(uri)).toContain('  writeFileSync(path, text);');
    const left = await client.pullItems(uri);
    expect(left.map(({ data }) => data.fix?.safety)).toEqual(['suggestion']);
    expect(await client.actions(uri, [], ['source.fixAll'])).toEqual([]);
    const [suggestion] = await client.actions(uri, left, ['quickfix']);
    expect(suggestion?.isPreferred).toBeUndefined();
  });

  it('leave other source actions to others', async () => {
    const { client, uri } = await opened(TWO);
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

  it('name no version to a client that cannot take one', async () => {
    const capabilities = {
      ...PULL,
      workspace: { ...PULL.workspace, workspaceEdit: { documentChanges: false } },
    };
    const { client, uri, diagnostics } = await opened(TWO, { capabilities });
    const actions = await client.actions(uri, diagnostics.slice(0, 1));
    const { edit } = await client.resolve(titled(actions, 'Fix all sync-io-in-async'));
    expect(edit?.documentChanges).toBeUndefined();
    expect(TextDocument.applyEdits(client.document(uri), edit?.changes?.[uri] ?? [])).toBe(FIXED);
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

function contentsOf(hover: Hover | null): { kind: string; value: string } {
  if (hover === null || !MarkupContent.is(hover.contents)) throw new Error('Expected a text');
  return hover.contents;
}

describe('hover', () => {
  it('tells why, how often and where to read more', async () => {
    const { client, uri } = await opened(TWO);
    const hover = await client.hover(uri, 3, 18);
    expect(hover?.range?.start).toEqual({ line: 3, character: 15 });
    const { kind, value } = contentsOf(hover);
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
    const { value } = contentsOf(hover);
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
    const { kind, value } = contentsOf(hover);
    expect(kind).toBe('plaintext');
    expect(value).not.toMatch(/[`*]|\]\(/);
    expect(value).toContain('https://github.com/slowpath/slowpath/blob/main/docs/rules/');
  });
});
