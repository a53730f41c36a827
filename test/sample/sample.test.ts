import path from 'node:path';
import { expect, it } from 'vitest';
import { npmRun } from '../host/sample';

it('the sample service passes its own tests', { timeout: 180_000 }, async () => {
  const folder = path.resolve(import.meta.dirname, '../../samples/agent-service');
  const output = await npmRun(folder, 'test');
  expect(output).toMatch(/^# fail 0$/m);
  expect(output).not.toMatch(/^# pass 0$/m);
});
