import { execFile, spawn } from 'node:child_process';
import path from 'node:path';
import { promisify } from 'node:util';
import { expect, it } from 'vitest';
import { cleanEnvironment } from '../host/sample';

const START = path.resolve(import.meta.dirname, '../../scripts/start.mjs');

it('npm start serves VS Code with the sample until Ctrl+C, and leaves nothing running', async () => {
  const child = spawn(process.execPath, [START, '--browser'], {
    env: cleanEnvironment(),
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const exited = new Promise((resolve) => child.once('exit', resolve));
  let output = '';
  child.stdout.on('data', (chunk) => {
    output += chunk;
  });
  await expect
    .poll(() => output, { timeout: 120_000, interval: 200 })
    .toContain('Stop with Ctrl+C');

  const url = /http:\/\/127\.0\.0\.1:\d+\/\S+/.exec(output)?.[0] ?? '';
  expect(decodeURIComponent(url)).toMatch(/samples\/agent-service$/);
  expect(output).toContain('Three things to try');
  expect((await fetch(url)).status).toBe(200);

  child.kill('SIGINT');
  expect(await exited).toBe(0);
  await expect(fetch(url)).rejects.toThrow('fetch failed');
});

it('npm start refuses an option it does not know', async () => {
  const run = promisify(execFile)(process.execPath, [START, '--brwoser']);
  await expect(run).rejects.toMatchObject({
    code: 1,
    stderr: expect.stringContaining('Unknown option --brwoser. Known: --browser, --check.'),
  });
});
