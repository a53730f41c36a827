import { spawn, spawnSync } from 'node:child_process';
import { cpSync, existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { beforeAll, expect, onTestFinished, test, vi } from 'vitest';
import { ASYNC_READ, CLI, checkJson, HOT_READ, type JsonReport, ROOT } from '../cli/run';
import { temporaryFolder } from '../workspace/folder';

/** All three rules; findings that need a second file; columns behind characters of several bytes. */
const WORKSPACE: Record<string, string> = {
  'package.json': '{}',
  'slowpath.yaml': 'ignores:\n  - "generated/**"\n',
  'src/config.ts': `import { readFileSync } from 'node:fs';

export function loadConfig(): { greeting: string } {
  return JSON.parse(readFileSync('config.json', 'utf8'));
}
`,
  'src/server.ts': `import { createServer } from 'node:http';
import { loadConfig } from './config';

createServer((request, response) => {
  response.end(loadConfig().greeting);
});
`,
  'src/cold.ts': `import { loadConfig } from './config';

export const greeting = () => loadConfig().greeting;
`,
  'src/poll.ts': `import { setTimeout as sleep } from 'node:timers/promises';

export async function untilDone(url: string): Promise<void> {
  while (true) {
    const response = await fetch(url);
    if (response.ok) return;
    await sleep(1000);
  }
}
`,
  'src/wide ünï.ts': `${ASYNC_READ.replace('return', "const a = 'ü 🐌'; return a +")}`,
  'src/view.tsx': `${HOT_READ}export const view = <p />;\n`,
  'src/crlf.mts': HOT_READ.replaceAll('\n', '\r\n'),
  'src/broken.ts': `${ASYNC_READ}export function broken( {\n`,
  'src/clean.ts': 'export const a = 1;\n',
  'generated/a.ts': HOT_READ,
};

interface Shown {
  rule: string;
  source?: string;
  line: number;
  column: number;
  message: string;
}

/** What test/lsp/neovim.lua writes. */
interface Written {
  files: Record<string, Shown[] | null>;
  /** How the server ended; `null` while it runs. */
  exit: { code: number; signal: number } | null;
}

beforeAll(() => {
  const { error, stdout } = spawnSync('nvim', ['--version'], { encoding: 'utf8' });
  if (error !== undefined) {
    throw new Error(`neovim 0.7 or later is needed, and nvim did not start: ${error.message}`);
  }
  const version = /^NVIM v0\.(\d+)/.exec(stdout);
  if (version !== null && Number(version[1]) < 7) {
    throw new Error(`neovim 0.7 or later is needed, found ${version[0]}.`);
  }
});

test('neovim shows the diagnostics that the command line prints', async () => {
  const root = temporaryFolder(WORKSPACE);
  const files = Object.keys(WORKSPACE).filter((name) => /\.m?tsx?$/.test(name));
  const expected = await compare(root, files);
  const rules = Object.values(expected).flatMap((list) => list.map(({ rule }) => rule));
  expect([...new Set(rules)].sort()).toEqual([
    'fixed-interval-polling',
    'sync-io-in-async',
    'uncached-config-load',
  ]);
  expect(expected['generated/a.ts']).toEqual([]);
});

test('neovim shows those of the sample service, too', async () => {
  const root = temporaryFolder();
  const sample = resolve(ROOT, 'samples/agent-service');
  for (const name of ['package.json', 'tsconfig.json', 'src']) {
    cpSync(join(sample, name), join(root, name), { recursive: true });
  }
  const files = readdirSync(join(root, 'src'), { recursive: true, encoding: 'utf8' })
    .filter((name) => name.endsWith('.ts'))
    .map((name) => `src/${name}`);
  const expected = await compare(root, files);
  expect(expected['src/store/history-store.ts']).not.toEqual([]);
});

/**
 * Waits until neovim shows what the command line prints.
 * @returns that, by file
 */
async function compare(root: string, files: string[]): Promise<Record<string, Shown[]>> {
  const expected = byFile(files, checkJson(root, ['--min-tier', 'cold']));
  const editor = startNeovim(root, files);
  await vi.waitFor(() => expect(editor.shown()).toEqual(expected), {
    timeout: 25_000,
    interval: 100,
  });
  expect(await editor.stop()).toEqual({ code: 0, signal: 0 });
  return expected;
}

/** Starts the editor on files of a folder. It is killed when the test ends, if it still runs. */
function startNeovim(root: string, files: string[]) {
  const scratch = temporaryFolder();
  const out = join(scratch, 'shown.json');
  const stop = join(scratch, 'stop');
  const cmd = [process.execPath, CLI, 'lsp', '--stdio'];
  const script = resolve(import.meta.dirname, 'neovim.lua');
  const child = spawn('nvim', ['--headless', '-u', 'NONE', '-i', 'NONE', '-n', '-S', script], {
    cwd: root,
    // Its log and state belong to the test.
    env: {
      ...process.env,
      SLOWPATH_JOB: JSON.stringify({ root, files, out, stop, cmd }),
      XDG_CACHE_HOME: scratch,
      XDG_DATA_HOME: scratch,
      XDG_STATE_HOME: scratch,
    },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  onTestFinished(() => void child.kill('SIGKILL'));
  let said = '';
  for (const stream of [child.stdout, child.stderr]) {
    stream.on('data', (chunk) => {
      said += chunk;
    });
  }
  const ended = new Promise<void>((resolve) => child.on('close', () => resolve()));
  const written = (): Written => {
    if (!existsSync(out)) throw new Error(`neovim has shown nothing so far. It says: ${said}`);
    return JSON.parse(readFileSync(out, 'utf8'));
  };
  return {
    shown: (): Record<string, Shown[]> =>
      Object.fromEntries(
        Object.entries(written().files).map(([file, list]) => [
          file,
          sorted((list ?? []).filter(({ source }) => source === 'slowpath')),
        ]),
      ),
    stop: async (): Promise<Written['exit']> => {
      writeFileSync(stop, '');
      await ended;
      return written().exit;
    },
  };
}

function byFile(files: string[], report: JsonReport): Record<string, Shown[]> {
  return Object.fromEntries(
    files.map((name) => [name, sorted(report.findings.filter(({ file }) => file === name))]),
  );
}

function sorted(list: Shown[]): Shown[] {
  return list
    .map(({ rule, line, column, message }) => ({ rule, line, column, message }))
    .sort((a, b) => a.line - b.line || a.column - b.column || (a.rule < b.rule ? -1 : 1));
}
