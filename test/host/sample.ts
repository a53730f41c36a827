import { execFile } from 'node:child_process';
import fs from 'node:fs';
import path from 'node:path';
import { promisify } from 'node:util';
import { inject } from 'vitest';

const ROOT = path.resolve(import.meta.dirname, '../..');
const SAMPLE = path.join(ROOT, 'samples/agent-service');

/** What a copy of the sample does without: what it installs and what it writes when it runs. */
const NOT_COPIED = new Set(['node_modules', 'data', '.slowpath']);

/**
 * Copies the sample service to where it can be edited and run.
 * @param name tells this copy from those of other tests
 * @returns absolute path of the copy
 */
export function copySample(name: string): string {
  const { folder } = inject('host');
  const copy = path.join(folder, name, 'agent-service');
  fs.cpSync(SAMPLE, copy, {
    recursive: true,
    filter: (source) => !NOT_COPIED.has(path.relative(SAMPLE, source)),
  });
  // Packages are found as in the repository: the sample's own first, then the hoisted ones.
  link(path.join(SAMPLE, 'node_modules'), path.join(copy, 'node_modules'));
  link(path.join(ROOT, 'node_modules'), path.join(folder, 'node_modules'));
  return copy;
}

function link(target: string, place: string): void {
  if (fs.existsSync(target) && !fs.existsSync(place)) fs.symlinkSync(target, place);
}

/**
 * Runs one of the sample's npm scripts to its end.
 * @returns its output
 * @throws with the output when it does not exit with 0
 */
export async function npmRun(
  folder: string,
  script: string,
  ...args: readonly string[]
): Promise<string> {
  const options = { cwd: folder, env: cleanEnvironment() };
  const command = ['run', script, '--', ...args];
  const { stdout, stderr } = await promisify(execFile)('npm', command, options).catch(
    (error: { message: string; stdout: string; stderr: string }) => {
      throw new Error(`${error.message}\n${error.stdout}\n${error.stderr}`);
    },
  );
  return stdout + stderr;
}

/** Without what a test runner sets for its own processes. */
export function cleanEnvironment(): NodeJS.ProcessEnv {
  const names = Object.keys(process.env).filter(
    (name) => !/^(VITEST|NODE_ENV$|NODE_OPTIONS$|TEST$|npm_)/.test(name),
  );
  return Object.fromEntries(names.map((name) => [name, process.env[name]]));
}
