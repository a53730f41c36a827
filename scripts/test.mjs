// Runs every check and every test once, and ends with one line: N passed, N failed.
// usage: npm test                   everything
//        npm test -- test/rules     checks, then vitest with these arguments
import { spawnSync } from 'node:child_process';
import fs from 'node:fs';
import path from 'node:path';
import { checkNode, ensureDependencies, ROOT, run, runMain } from './setup.mjs';
import { aptInstall, ensureChromium, findOnPath } from './system-packages.mjs';
import { ensureHost } from './vscode-host.mjs';

const REPORT = path.join(ROOT, 'test-results/vitest.json');

const totals = { passed: 0, failed: 0 };
const failures = [];

await runMain(async () => {
  checkNode();
  ensureDependencies();
  await step('build', () => node('scripts/build.mjs', '--strict'));
  await step('format and lint', () => tool('biome', 'ci', '.'));
  await step('type check', () => tool('tsc', '-b'));
  if (fs.existsSync(path.join(ROOT, 'scripts/generate-docs.mjs'))) {
    await step('generated docs', () => node('scripts/generate-docs.mjs', '--check'));
  }
  await step('type check of the sample', () =>
    tool('tsc', '-p', 'samples/agent-service', '--noEmit'),
  );
  await step('programs the tests use', installPrograms);
  runTests(process.argv.slice(2));

  for (const name of failures) console.log(`Failed: ${name}`);
  console.log(`\n${totals.passed} passed, ${totals.failed} failed`);
  return totals.failed === 0 ? 0 : 1;
});

/**
 * Counts a check as one test. A failed one does not keep the rest from running.
 * @param {string} name
 * @param {() => boolean | Promise<boolean>} check
 */
async function step(name, check) {
  console.log(`\n— ${name}`);
  let ok = false;
  try {
    ok = await check();
  } catch (error) {
    console.error(error.message);
  }
  count(name, ok);
}

function count(name, ok) {
  totals[ok ? 'passed' : 'failed'] += 1;
  if (!ok) failures.push(name);
}

function node(...args) {
  return run(process.execPath, args);
}

/** Runs a program of node_modules. */
function tool(name, ...args) {
  return run(path.join(ROOT, 'node_modules/.bin', name), args);
}

/** The second editor of the language server's tests is Debian's neovim. */
async function installPrograms() {
  await ensureHost();
  ensureChromium();
  if (!findOnPath('nvim')) aptInstall(['neovim'], 'for the tests of the language server in neovim');
  return true;
}

/** Runs vitest and adds its results; a run that leaves no report is one failure. */
function runTests(args) {
  console.log('\n— tests');
  fs.rmSync(REPORT, { force: true });
  const reporters = ['--reporter=default', '--reporter=json', `--outputFile.json=${REPORT}`];
  const vitest = path.join(ROOT, 'node_modules/vitest/vitest.mjs');
  const { status } = spawnSync(process.execPath, [vitest, 'run', ...reporters, ...args], {
    cwd: ROOT,
    stdio: 'inherit',
  });
  const report = readReport();
  const before = failures.length;
  for (const { name, status: result, assertionResults } of report?.testResults ?? []) {
    const file = path.relative(ROOT, name);
    const done = assertionResults.filter((test) => ['passed', 'failed'].includes(test.status));
    for (const test of done) count(`${file}: ${test.fullName}`, test.status === 'passed');
    // A file that cannot be loaded, or whose set-up fails, has no failed test to count.
    const whole = result === 'failed' && !done.some((test) => test.status === 'failed');
    if (whole) count(`${file} as a whole`, false);
  }
  if (status !== 0 && failures.length === before) count('vitest; its output says why', false);
}

function readReport() {
  try {
    return JSON.parse(fs.readFileSync(REPORT, 'utf8'));
  } catch {
    return undefined;
  }
}
