import * as fc from 'fast-check';
import { beforeAll, describe, expect, it } from 'vitest';
import type { Diagnostic } from 'vscode-languageserver/node';
import { buildServer, removeServer } from './build';
import { Client } from './client';
import { SLOW, until, Workspace } from './workspaceFolder';

let server: string;
beforeAll(async () => {
  server = await buildServer();
  return () => removeServer(server);
});

const FILES: Readonly<Record<string, string>> = {
  'config.ts': `import { readFileSync } from 'node:fs';

export function loadConfig() {
  return JSON.parse(readFileSync('config.json', 'utf8'));
}
`,
  'caller.ts': `import { loadConfig } from './config';

export async function handle() {
  return loadConfig().a;
}
export async function other() {
  return loadConfig().b;
}
`,
  'load.ts': SLOW,
};
const NAMES = Object.keys(FILES);

/** Text that makes, breaks, moves or silences findings. */
const SNIPPETS = [
  '',
  '\n',
  '\r\n',
  '}',
  '{',
  '`',
  '/*',
  '*/',
  '😀',
  'async ',
  'await ',
  'loadConfig();',
  "const more = readFileSync('x', 'utf8');\n",
  "import { readFileSync } from 'node:fs';\n",
  '// slowpath-disable-next-line sync-io-in-async\n',
  'export async function f() {\n  return loadConfig();\n}\n',
  SLOW,
];

const step = fc.record({
  name: fc.constantFrom(...NAMES),
  /** Place and length of what is replaced, as parts of the text. */
  at: fc.double({ min: 0, max: 1, noNaN: true }),
  length: fc.constantFrom(0, 0, 0, 1, 5, 40),
  snippet: fc.constantFrom(...SNIPPETS),
  pull: fc.boolean(),
  whole: fc.integer({ min: 0, max: 19 }).map((chance) => chance === 0),
});

describe('edits', () => {
  it('lead to the findings a new server has, however they interleave with pulls', async () => {
    const workspace = new Workspace(FILES);
    const client = await new Client(server, { folders: [workspace.root] }).start();
    for (const [name, text] of Object.entries(FILES)) await client.open(workspace.uri(name), text);
    let withFindings = 0;
    await fc.assert(
      fc.asyncProperty(fc.array(step, { minLength: 1, maxLength: 60 }), async (steps) => {
        const pulls: Promise<unknown>[] = [];
        for (const { name, at, length, snippet, pull, whole } of steps) {
          const uri = workspace.uri(name);
          const start = Math.floor(at * client.text(uri).length);
          const end = Math.min(start + length, client.text(uri).length);
          if (whole) await client.edit(uri, FILES[name] ?? '');
          else await client.edit(uri, snippet, start, end);
          // Not awaited: the next edit arrives while the server works. Retries are its good right.
          if (pull) pulls.push(client.pull(uri).catch(() => undefined));
        }
        await Promise.all(pulls);
        const expected = await settled(workspace, client);
        const same = async () => JSON.stringify(await shown(workspace, client)) === expected;
        await until(same);
        if (expected.includes('"code"')) withFindings++;
      }),
      { numRuns: 12 },
    );
    // Broken texts have none, and prove nothing.
    expect(withFindings).toBeGreaterThan(0);
  });
});

/** What a new server shows for the documents as they are now. */
async function settled(workspace: Workspace, client: Client): Promise<string> {
  const fresh = new Client(server, { folders: [workspace.root] });
  await fresh.start();
  for (const name of NAMES) {
    const uri = workspace.uri(name);
    await fresh.open(uri, client.text(uri));
  }
  await fresh.scan();
  const result = JSON.stringify(await shown(workspace, fresh));
  expect(await fresh.stop()).toBe(0);
  return result;
}

async function shown(workspace: Workspace, client: Client): Promise<unknown[]> {
  const all: unknown[] = [];
  for (const name of NAMES) {
    const items: Diagnostic[] = await client.pullItems(workspace.uri(name));
    all.push(items.map(({ data: { version: _, ...data }, ...item }) => ({ ...item, data })));
  }
  return all;
}
