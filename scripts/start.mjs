// Opens the sample service in VS Code with Slowpath built from this repository.
// usage: npm start              until Ctrl+C; uses the VS Code on this machine, or sets one up
//        npm start -- --browser  a VS Code in the browser even where one is installed
//        npm start -- --check    the one in the browser: stop as soon as it answers; exit code 0 then
import { spawnSync } from 'node:child_process';
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { checkNode, ensureDependencies, ROOT, runMain, SetupError } from './setup.mjs';
import { findOnPath } from './system-packages.mjs';
import { ensureHost, startHost } from './vscode-host.mjs';

const SAMPLE = path.join(ROOT, 'samples/agent-service');

const THINGS_TO_TRY = `
Three things to try:
  1. Open a file under src/ and put the cursor on an underlined call: hover says why it is slow
     there, Ctrl+. (Cmd+. on a Mac) offers the fix.
  2. View > Problems lists every finding of the service; F1, then "Slowpath: Fix All Safe Problems
     in File", repairs a whole file at once.
  3. In a terminal in samples/agent-service run "npm start", in a second one "npm run load"; then
     F1, "Slowpath: Open Timings", and watch the latencies arrive.
`;

await runMain(async () => {
  const flags = process.argv.slice(2);
  const unknown = flags.find((flag) => !['--check', '--browser'].includes(flag));
  if (unknown) throw new SetupError(`Unknown option ${unknown}. Known: --browser, --check.`);
  checkNode();
  ensureDependencies();
  const { build } = await import('./build.mjs');
  await build({ strict: true });

  const check = flags.includes('--check');
  const desktop = check || flags.includes('--browser') ? undefined : findDesktopCode();
  return desktop ? openDesktop(desktop) : openInBrowser(check);
});

/** @returns {string | undefined} the user's `code` command, unless it belongs to a server */
function findDesktopCode() {
  const file = findOnPath(process.platform === 'win32' ? 'code.cmd' : 'code');
  if (!file) return undefined;
  const { status, stdout } = codeCommand(file, ['--version'], 'utf8');
  const [version = '', commit = ''] = (stdout ?? '').split(/\r?\n/);
  // A desktop prints its version and commit; a code-server prints both on one line, with its own name.
  return status === 0 && /^\d+\.\d+\.\d+/.test(version) && /^[0-9a-f]{40}$/.test(commit)
    ? file
    : undefined;
}

function codeCommand(file, args, encoding) {
  return spawnSync(file, args, {
    encoding,
    stdio: encoding ? 'pipe' : 'inherit',
    shell: process.platform === 'win32',
  });
}

function openDesktop(code) {
  const { status } = codeCommand(code, [
    '--new-window',
    `--extensionDevelopmentPath=${ROOT}`,
    SAMPLE,
  ]);
  if (status !== 0) throw new SetupError(`“${code}” failed. Try: npm start -- --browser`);
  console.log(`VS Code opens samples/agent-service with this build of Slowpath.\n${THINGS_TO_TRY}`);
  return 0;
}

async function openInBrowser(check) {
  await ensureHost();
  const { packageExtension } = await import('./package.mjs');
  const vsix = await packageExtension();
  const profile = fs.mkdtempSync(path.join(os.tmpdir(), 'slowpath-vscode-'));
  // From here on an interrupt must end the server before this process.
  const interrupted = new Promise((resolve) => {
    for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) process.once(signal, () => resolve(0));
  });
  try {
    const host = await startHost({ profile, vsix });
    try {
      return await serve(host, check, interrupted);
    } finally {
      await host.stop();
    }
  } finally {
    fs.rmSync(profile, { recursive: true, force: true });
  }
}

async function serve(host, check, interrupted) {
  const url = `${host.url}/?folder=${encodeURIComponent(SAMPLE)}`;
  const response = await fetch(url);
  const page = await response.text();
  if (!response.ok || !page.includes('workbench')) {
    throw new SetupError(`VS Code answered ${response.status} without a workbench at ${url}`);
  }
  console.log(`\nVS Code with Slowpath and the sample service is at\n\n  ${url}\n`);
  if (check) return 0;
  console.log(`${THINGS_TO_TRY}\nStop with Ctrl+C.`);
  const ended = host.exited.then((code) => {
    throw new SetupError(`VS Code ended by itself with ${code}.`);
  });
  ended.catch(() => {}); // after an interrupt nobody waits for it any more
  return Promise.race([interrupted, ended]);
}
