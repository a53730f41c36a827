import { execFile, execFileSync } from 'node:child_process';
import {
  existsSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { afterAll, beforeAll } from 'vitest';

/** Runs real Node processes that use the built package, each in a folder of its own. */

const PACKAGE = resolve(__dirname, '../../profiling');

/** One line of a timing log. */
export interface LogLine {
  v: number;
  header?: true;
  dropped?: number;
  op: string;
  t: number;
  ms: number;
  thr: number;
  ok?: boolean;
  run: string;
  pid: number;
  cold?: true;
  cache?: string;
  src?: string;
  attrs?: Record<string, string | number | boolean>;
  runtime?: string;
  cpu?: string;
  commit?: string;
}

export interface Outcome {
  code: number | null;
  signal: NodeJS.Signals | null;
  stdout: string;
  stderr: string;
  /** The working folder the process had. */
  folder: string;
  /** Log files, as names. */
  logs: string[];
  /** Lines of all logs, in order. */
  lines: LogLine[];
  /** Lines that are neither header nor drop notice. */
  records: LogLine[];
}

export interface RunOptions {
  format?: 'esm' | 'cjs';
  env?: NodeJS.ProcessEnv;
  /** Shell words to put before the program, as `ulimit -f 64 &&`. */
  before?: string;
  /** Called with the new folder before the process starts. */
  prepare?: (folder: string) => void;
}

const folders: string[] = [];

function newest(folder: string): number {
  const names = readdirSync(folder);
  return Math.max(...names.map((name) => statSync(join(folder, name)).mtimeMs));
}

/** Builds the package when its output is missing or older than its sources, as file hooks. */
export function useBuiltPackage(): void {
  beforeAll(() => {
    const last = join(PACKAGE, 'dist/index.d.mts');
    const sources = Math.max(
      newest(join(PACKAGE, 'src')),
      statSync(join(PACKAGE, 'build.mjs')).mtimeMs,
    );
    if (existsSync(last) && statSync(last).mtimeMs > sources) return;
    execFileSync(process.execPath, [join(PACKAGE, 'build.mjs')], { stdio: 'inherit' });
  });
  afterAll(() => {
    for (const folder of folders) rmSync(folder, { recursive: true, force: true });
  });
}

/** Path of a file of the built package. */
export function built(name: string): string {
  return join(PACKAGE, 'dist', name);
}

/** A new empty folder, removed after the file's tests. */
export function temporaryFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), 'slowpath-profiling-'));
  folders.push(folder);
  return folder;
}

const NAMES =
  'configureProfiling, flushTimings, logPerformanceSummary, PerformanceTracker, profileFunction, timedOperation, timeOperation';

/**
 * Runs a program to its end.
 *
 * @param body statements that use the package's names; `await` works in both formats.
 */
export async function runProgram(body: string, options: RunOptions = {}): Promise<Outcome> {
  const folder = temporaryFolder();
  const esm = options.format !== 'cjs';
  const file = join(folder, esm ? 'program.mjs' : 'program.cjs');
  const entry = JSON.stringify(built(esm ? 'index.mjs' : 'index.cjs'));
  const text = esm
    ? `import { ${NAMES} } from ${entry};\n${body}\n`
    : `const { ${NAMES} } = require(${entry});\n(async () => {\n${body}\n})();\n`;
  writeFileSync(file, text);
  options.prepare?.(folder);
  const env = { PATH: process.env.PATH, ...options.env };
  const words: [string, string[]] = options.before
    ? ['sh', ['-c', `${options.before} exec "$0" "$1"`, process.execPath, file]]
    : [process.execPath, [file]];
  const result = await new Promise<Pick<Outcome, 'code' | 'signal' | 'stdout' | 'stderr'>>(
    (done) => {
      const child = execFile(...words, { cwd: folder, env }, (_error, stdout, stderr) => {
        done({ code: child.exitCode, signal: child.signalCode, stdout, stderr });
      });
    },
  );
  return { ...result, folder, ...readLogs(join(folder, '.slowpath/timings')) };
}

/** Reads the logs of a folder; throws when a line is not JSON. */
export function readLogs(folder: string): Pick<Outcome, 'logs' | 'lines' | 'records'> {
  const logs = existsSync(folder) ? readdirSync(folder).sort() : [];
  const texts = logs.map((log) => readFileSync(join(folder, log), 'utf8'));
  const lines = texts.flatMap((text) =>
    text
      .split('\n')
      .slice(0, -1)
      .map((line) => JSON.parse(line) as LogLine),
  );
  const records = lines.filter((line) => !line.header && line.dropped === undefined);
  return { logs, lines, records };
}

/** The numbers that records carry as `attrs.i`, which tell losses from duplicates. */
export function numbersOf(records: readonly LogLine[]): number[] {
  return records.map((record) => record.attrs?.i as number).sort((a, b) => a - b);
}

/** 0, 1, … count - 1. */
export function upTo(count: number): number[] {
  return Array.from({ length: count }, (_, i) => i);
}
