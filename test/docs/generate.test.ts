import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { REPOSITORY } from '../architecture/modules';
import { node } from '../cli/run';
import { Copy } from './copy';

describe('the generated part of the documentation', () => {
  it('is what the code says', () => {
    const run = node(REPOSITORY, ['scripts/generate-docs.mjs', '--check']);
    expect(run).toEqual({ code: 0, stdout: '', stderr: '' });
  });

  it('is found out when it is not, and put right', () => {
    const copy = new Copy();
    const texts = JSON.parse(copy.read('package.nls.json')) as Record<string, string>;
    const changed = { ...texts, 'config.enable': 'Whether to | look.' };
    writeFileSync(join(copy.root, 'package.nls.json'), JSON.stringify(changed));
    const readme = copy.read('README.md');

    const check = copy.script('generate-docs.mjs', '--check');
    expect([check.code, check.stdout]).toEqual([1, '']);
    expect(check.stderr).toContain('+| `slowpath.enable` | `true` | Whether to \\| look. |\n');
    expect(check.stderr).toContain('Run "npm run docs"');
    expect(copy.read('README.md')).toBe(readme);

    expect(copy.script('generate-docs.mjs').stdout).toBe('Written: README.md\n');
    expect(copy.script('generate-docs.mjs', '--check').code).toBe(0);
    expect(copy.read('README.md').length).toBe(
      readme.length - (texts['config.enable']?.length ?? 0) + 'Whether to \\| look.'.length,
    );
  });

  it('says which page or marker is missing', () => {
    const copy = new Copy();
    const text = copy.read('README.md').replace('<!-- end settings -->', '');
    writeFileSync(join(copy.root, 'README.md'), text);
    const { code, stderr } = copy.script('generate-docs.mjs');
    expect(code).toBe(1);
    expect(stderr).toContain('README.md needs the two lines');
    expect(stderr).toContain('"<!-- end settings -->"');
  });
});
