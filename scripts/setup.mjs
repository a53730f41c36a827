// What every script needs before it can import a package: Node itself and node_modules.
// Imports only what Node brings along.
import { spawnSync } from 'node:child_process';
import fs from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';

export const ROOT = path.resolve(path.dirname(fileURLToPath(import.meta.url)), '..');

const NODE_MAJOR = 20;

/** An error whose message is all the user needs; scripts print it without a stack trace. */
export class SetupError extends Error {}

/** @throws {SetupError} when this Node is too old */
export function checkNode() {
  const major = Number.parseInt(process.versions.node, 10);
  if (major >= NODE_MAJOR) return;
  throw new SetupError(
    `Slowpath needs Node.js ${NODE_MAJOR} or newer, but this is ${process.version}. ` +
      'Install a current version from https://nodejs.org and run the command again.',
  );
}

/**
 * Runs a program with its output passed through.
 * @param {string} command
 * @param {readonly string[]} args
 * @param {{ cwd?: string, env?: NodeJS.ProcessEnv }} [options]
 * @returns {boolean} whether it exited with 0
 */
export function run(command, args, { cwd = ROOT, env = process.env } = {}) {
  // npm and npx are scripts on Windows, which only a shell can run.
  const shell = process.platform === 'win32';
  return spawnSync(command, args, { cwd, env, stdio: 'inherit', shell }).status === 0;
}

/**
 * Installs node_modules when they are missing or differ from package-lock.json.
 * @throws {SetupError} when npm fails
 */
export function ensureDependencies() {
  if (dependenciesMatch()) return;
  console.log('Installing dependencies (npm ci) …');
  if (run('npm', ['ci', '--no-audit', '--no-fund'])) return;
  throw new SetupError(
    '“npm ci” failed; its output above says why. Check the network connection and the registry ' +
      'setting (npm config get registry), then run the command again.',
  );
}

/** Compares npm's record of what it installed with the lock file; optional packages may be absent. */
function dependenciesMatch() {
  const installed = readPackages('node_modules/.package-lock.json');
  const locked = readPackages('package-lock.json');
  if (!installed || !locked) return false;
  return Object.entries(locked).every(([folder, { version, optional, link }]) => {
    if (folder === '' || !folder.includes('node_modules/')) return true; // the root and workspaces
    const entry = installed[folder];
    if (!entry) return optional === true && !fs.existsSync(path.join(ROOT, folder));
    return entry.version === version && (link === true || fs.existsSync(path.join(ROOT, folder)));
  });
}

function readPackages(file) {
  try {
    return JSON.parse(fs.readFileSync(path.join(ROOT, file), 'utf8')).packages;
  } catch {
    return undefined;
  }
}

/**
 * Runs a script's main function; a SetupError ends it with its message alone.
 * @param {() => Promise<number | void>} main resolves with the exit code, 0 when nothing
 */
export async function runMain(main) {
  try {
    process.exitCode = (await main()) ?? 0;
  } catch (error) {
    console.error(error instanceof SetupError ? `\n${error.message}` : error);
    process.exitCode = 1;
  }
}
