import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { resolve } from 'node:path';

export const ROOT = resolve(import.meta.dirname, '../..');

/** The built command, as users run it. */
export const CLI = resolve(ROOT, 'dist/cli.js');

if (!existsSync(CLI)) throw new Error('dist/cli.js is missing. Run "npm run build" first.');

export interface Run {
  code: number | null;
  stdout: string;
  stderr: string;
}

/** Runs the command to its end in a folder, with no colour unless `env` asks for it. */
export function slowpath(cwd: string, args: string[], env: NodeJS.ProcessEnv = {}): Run {
  return node(cwd, [CLI, ...args], env);
}

export function node(cwd: string, args: string[], env: NodeJS.ProcessEnv = {}): Run {
  const { FORCE_COLOR, NO_COLOR, ...inherited } = process.env;
  const { status, stdout, stderr } = spawnSync(process.execPath, args, {
    cwd,
    env: { ...inherited, ...env },
    encoding: 'utf8',
    maxBuffer: 1 << 28,
  });
  return { code: status, stdout, stderr };
}

/** What `check --format json` prints, as far as these tests read it. */
export interface JsonReport {
  version: number;
  findings: {
    rule: string;
    severity: string;
    tier: string;
    file: string;
    line: number;
    column: number;
    endLine: number;
    endColumn: number;
    message: string;
    evidence: { file: string; line: number; column: number; message: string }[];
    fix: string | null;
  }[];
  stats: {
    files: number;
    parsed: number;
    bytes: number;
    ms: number;
    rules: Record<string, number>;
  };
  faults: { file?: string; rule?: string; message: string }[];
}

/** Runs `check --format json` and reads its report; throws when it ends with a usage error. */
export function checkJson(cwd: string, args: string[] = []): JsonReport {
  const { code, stdout, stderr } = slowpath(cwd, ['check', '--format', 'json', ...args]);
  if (code !== 0 && code !== 1) throw new Error(`exit code ${code}: ${stderr}`);
  return JSON.parse(stdout) as JsonReport;
}

/** Places of findings as `file:line:column`. */
export function places({ findings }: JsonReport): string[] {
  return findings.map(({ file, line, column }) => `${file}:${line}:${column}`);
}

/** A finding of tier async, so information; its fix is safe. */
export const ASYNC_READ = `import { readFileSync } from 'node:fs';

export async function load(): Promise<string> {
  return readFileSync('x.txt', 'utf8');
}
`;

export const ASYNC_READ_FIXED = `import { readFile } from 'node:fs/promises';

export async function load(): Promise<string> {
  return await readFile('x.txt', 'utf8');
}
`;

/** A finding of tier hot, so a warning. */
export const HOT_READ = `import { createServer } from 'node:http';
import { readFileSync } from 'node:fs';

createServer((request, response) => {
  response.end(readFileSync('index.html'));
});
`;
