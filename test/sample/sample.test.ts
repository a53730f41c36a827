import { execFile } from 'node:child_process';
import path from 'node:path';
import { promisify } from 'node:util';
import { expect, it } from 'vitest';
import { cleanEnvironment } from '../host/sample';

it('the sample service passes its own tests', { timeout: 180_000 }, async () => {
  const cwd = path.resolve(import.meta.dirname, '../../samples/agent-service');
  const env = { ...cleanEnvironment(), SLOWPATH_TIMINGS: 'off' };
  const { stdout } = await promisify(execFile)('npm', ['test'], { cwd, env });
  expect(stdout).toMatch(/^# fail 0$/m);
  expect(stdout).not.toMatch(/^# pass 0$/m);
});
