import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { REPOSITORY } from '../architecture/modules';
import { slowpath } from '../cli/run';
import { blocksOf } from './blocks';

const SAMPLE = join(REPOSITORY, 'samples/agent-service');
/** What differs from run to run. */
const withoutTimes = (text: string) => text.replace(/\d+ ms\./g, '… ms.');

it('the README shows what the command prints', () => {
  const readme = readFileSync(join(REPOSITORY, 'README.md'), 'utf8');
  const shown = blocksOf(readme).find(({ text }) => text.startsWith('$ slowpath check'))?.text;
  const [, command = '', output, code] =
    /^\$ slowpath (.+)\n([\s\S]*)\$ echo \$\?\n(\d)\n$/.exec(shown ?? '') ?? [];
  const run = slowpath(SAMPLE, command.split(' '));
  expect(withoutTimes(output ?? '')).toBe(withoutTimes(run.stdout));
  expect(Number(code)).toBe(run.code);
});
