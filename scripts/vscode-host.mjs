// A real VS Code without a desktop: code-server, its Node, and a Chromium to drive it with.
// usage: node scripts/vscode-host.mjs     installs them where they are missing
// Installed into $SLOWPATH_HOST_DIR, or ~/.cache/slowpath/vscode-host. Linux only: code-server's
// native modules and Node come as Linux packages.
import { spawn, spawnSync } from 'node:child_process';
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { withLock } from './lock.mjs';
import { run, runMain, SetupError } from './setup.mjs';
import { aptInstall, ensureChromium, findOnPath } from './system-packages.mjs';

/** code-server 4.139.1 is VS Code 1.139.1; it runs on Node 24, whichever Node runs this script. */
const CODE_SERVER = '4.139.1';
const NODE = '24';
const PLAYWRIGHT = '1.65.1';
const MARKER = `.ok-${CODE_SERVER}-${NODE}-${PLAYWRIGHT}`;

export const HOST_DIR = path.resolve(
  process.env.SLOWPATH_HOST_DIR || path.join(os.homedir(), '.cache/slowpath/vscode-host'),
);
const MODULES = path.join(HOST_DIR, 'node_modules');
const NODE_PACKAGE = `node-linux-${process.arch}`;
const NODE_BINARY = path.join(MODULES, NODE_PACKAGE, 'bin/node');
const ENTRY = path.join(MODULES, 'code-server/out/node/entry.js');

/**
 * Installs code-server when it is missing. May run in several processes at once; an installation
 * that was interrupted is started afresh.
 * @throws {SetupError} on other systems than Linux, and when the installation fails
 */
export async function ensureHost() {
  if (process.platform !== 'linux' || !['x64', 'arm64'].includes(process.arch)) {
    throw new SetupError(
      `A VS Code in the browser can be set up on Linux (x64, arm64) only; this is ${process.platform} ` +
        `${process.arch}. With VS Code installed and its “code” command on the PATH, “npm start” works here too.`,
    );
  }
  const marker = path.join(HOST_DIR, MARKER);
  if (fs.existsSync(marker)) return;
  fs.mkdirSync(HOST_DIR, { recursive: true });
  await withLock(
    path.join(HOST_DIR, '.lock'),
    async () => {
      if (fs.existsSync(marker)) return;
      console.log(
        `Setting up VS Code ${CODE_SERVER.replace(/^4/, '1')} in ${HOST_DIR} (about a minute) …`,
      );
      installHost();
      fs.writeFileSync(marker, '');
    },
    () => console.log('Another process is setting up VS Code; waiting for it …'),
  );
}

function installHost() {
  for (const name of fs.readdirSync(HOST_DIR)) {
    if (name.startsWith('.ok-')) fs.rmSync(path.join(HOST_DIR, name));
  }
  // What an interrupted or older installation left behind would be taken for complete by npm.
  fs.rmSync(MODULES, { recursive: true, force: true });
  fs.rmSync(path.join(HOST_DIR, 'package-lock.json'), { force: true });
  fs.writeFileSync(path.join(HOST_DIR, 'package.json'), '{"private":true,"type":"module"}\n');
  ensureBuildTools();

  const packages = [
    `code-server@${CODE_SERVER}`,
    `${NODE_PACKAGE}@${NODE}`,
    `playwright-core@${PLAYWRIGHT}`,
  ];
  // code-server's install script refuses Node 20 and compiles modules that nothing here needs.
  const quiet = ['--ignore-scripts', '--no-audit', '--no-fund', '--loglevel=error'];
  npm(['install', ...quiet, '--save-exact', ...packages], HOST_DIR);
  const vscode = path.join(MODULES, 'code-server/lib/vscode');
  npm(['install', ...quiet, '--omit=dev'], vscode);
  npm(['install', ...quiet, '--omit=dev'], path.join(vscode, 'extensions'));
  // The native modules without a prebuilt binary that the server does load.
  npm(['rebuild', '--loglevel=error', '@vscode/spdlog', '@vscode/native-watchdog'], vscode);
  const { status, stdout, stderr } = spawnSync(
    NODE_BINARY,
    [ENTRY, '--config', '/dev/null', '--version'],
    {
      encoding: 'utf8',
      env: hostEnvironment(path.join(HOST_DIR, '.home')),
    },
  );
  if (status !== 0)
    throw new SetupError(`The installed VS Code does not start:\n${stdout}${stderr}`);
}

/** Runs npm under the host's own Node once that is there, against the headers it brings. */
function npm(args, cwd) {
  const env = npmEnvironment();
  if (fs.existsSync(NODE_BINARY)) {
    env.PATH = `${path.dirname(NODE_BINARY)}:${env.PATH}`;
    env.npm_config_nodedir = path.join(MODULES, NODE_PACKAGE);
  }
  if (run('npm', args, { cwd, env })) return;
  throw new SetupError(
    `“npm ${args.join(' ')}” failed in ${cwd}; see above. Check the network connection and free disk ` +
      'space (1 GB is needed), then run the command again: it starts afresh.',
  );
}

/** The variables `npm run` sets describe this repository; an npm elsewhere must not read them. */
function npmEnvironment() {
  const env = { ...process.env };
  for (const name of Object.keys(env)) {
    if (
      /^npm_(package|lifecycle|command|execpath|config_(local_prefix|prefix)|node_execpath)/.test(
        name,
      )
    ) {
      delete env[name];
    }
  }
  return env;
}

function ensureBuildTools() {
  const missing = ['make', 'g++', 'python3'].filter((tool) => !findOnPath(tool));
  if (missing.length > 0)
    aptInstall(['make', 'g++', 'python3'], `to compile two modules of VS Code`);
}

/** Nothing of the host reads or writes the user's own home folder, or asks a gallery. */
function hostEnvironment(home) {
  const env = { ...process.env };
  for (const name of Object.keys(env)) {
    if (/^(VSCODE_|ELECTRON_|npm_|NODE_OPTIONS$|PASSWORD$|PORT$)/.test(name)) delete env[name];
  }
  return {
    ...env,
    HOME: home,
    XDG_CONFIG_HOME: path.join(home, '.config'),
    XDG_DATA_HOME: path.join(home, '.local/share'),
    XDG_CACHE_HOME: path.join(home, '.cache'),
    EXTENSIONS_GALLERY: '{}', // switches the gallery off
  };
}

/** Settings that keep a fresh profile quiet. */
const QUIET_SETTINGS = {
  'security.workspace.trust.enabled': false,
  'telemetry.telemetryLevel': 'off',
  'update.mode': 'none',
  'workbench.startupEditor': 'none',
  'workbench.tips.enabled': false,
  'workbench.enableExperiments': false,
  'workbench.secondarySideBar.defaultVisibility': 'hidden',
  'chat.disableAIFeatures': true,
  'extensions.autoCheckUpdates': false,
  'extensions.autoUpdate': false,
  'extensions.ignoreRecommendations': true,
  'git.openRepositoryInParentFolders': 'never',
};

/**
 * Starts a VS Code server with one extension installed.
 * @param {object} options
 * @param {string} options.profile absolute path of a folder for settings, extensions and logs; emptied first
 * @param {string} options.vsix absolute path of the extension package to install
 * @param {Record<string, unknown>} [options.settings] user settings, over the quiet ones
 * @returns {Promise<{ url: string, stop(): Promise<void>, exited: Promise<number | null> }>}
 * @throws {SetupError} when the extension cannot be installed or the server does not start
 */
export async function startHost({ profile, vsix, settings = {} }) {
  fs.rmSync(profile, { recursive: true, force: true });
  for (const folder of ['home', 'user/User', 'extensions']) {
    fs.mkdirSync(path.join(profile, folder), { recursive: true });
  }
  const settingsFile = path.join(profile, 'user/User/settings.json');
  fs.writeFileSync(settingsFile, JSON.stringify({ ...QUIET_SETTINGS, ...settings }, null, 2));
  const config = path.join(profile, 'config.yaml'); // without one, it writes into the home folder
  fs.writeFileSync(config, 'auth: none\n');
  const base = [
    ENTRY,
    '--config',
    config,
    '--user-data-dir',
    path.join(profile, 'user'),
    '--extensions-dir',
    path.join(profile, 'extensions'),
  ];
  const env = hostEnvironment(path.join(profile, 'home'));

  const installed = spawnSync(NODE_BINARY, [...base, '--install-extension', vsix, '--force'], {
    env,
    encoding: 'utf8',
  });
  if (installed.status !== 0) {
    throw new SetupError(
      `VS Code could not install ${vsix}:\n${installed.stdout}${installed.stderr}`,
    );
  }
  const quiet = [
    '--disable-telemetry',
    '--disable-update-check',
    '--disable-workspace-trust',
    '--disable-getting-started-override',
  ];
  // Port 0: the system picks a free one, and the log says which.
  const args = [...base, '--auth', 'none', '--bind-addr', '127.0.0.1:0', ...quiet];
  const child = spawn(NODE_BINARY, args, {
    env,
    stdio: ['ignore', 'pipe', 'pipe'],
    detached: true,
  });
  const exited = new Promise((resolve) => child.once('exit', resolve));
  const url = await listening(child, path.join(profile, 'server.log'));
  return { url, exited, stop: () => stop(child, exited) };
}

/** @returns {Promise<string>} the address from the server's log, once it answers there */
function listening(child, logFile) {
  const log = fs.createWriteStream(logFile);
  return new Promise((resolve, reject) => {
    let output = '';
    const read = (chunk) => {
      log.write(chunk);
      output += chunk;
      const match = /HTTP server listening on (http:\/\/[^\s/]+)/.exec(output);
      if (match) resolve(match[1]);
    };
    child.stdout.on('data', read);
    child.stderr.on('data', read);
    child.once('error', reject);
    child.once('exit', (code) => reject(new SetupError(`VS Code ended with ${code}:\n${output}`)));
  });
}

/** Ends the server and everything it started: it leads its own process group. */
async function stop(child, exited) {
  const kill = (signal) => {
    try {
      process.kill(-child.pid, signal);
    } catch {
      // The group is gone already.
    }
  };
  kill('SIGTERM');
  const late = setTimeout(() => kill('SIGKILL'), 5000);
  await exited;
  clearTimeout(late);
  kill('SIGKILL');
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  await runMain(async () => {
    await ensureHost();
    console.log(`VS Code: ${HOST_DIR}\nChromium: ${ensureChromium()}`);
  });
}
