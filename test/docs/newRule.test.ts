import { describe, expect, it } from 'vitest';
import { Copy } from './copy';

/** One test of vitest's JSON report. */
interface Result {
  title: string;
  status: string;
}

describe('scripts/new-rule.mjs', () => {
  it('creates a rule that type-checks, is formatted, documented, and passes its tests', () => {
    const copy = new Copy();
    const { code, stdout } = copy.script('new-rule.mjs', 'unread-answer');
    expect(stdout.split('\n').filter((line) => line.startsWith('Created'))).toEqual([
      'Created: server/src/rules/unread-answer.ts',
      'Created: docs/rules/unread-answer.md',
      'Created: test/fixtures/unread-answer/calls.ts',
      'Created: test/fixtures/unread-answer/quiet.ts',
    ]);
    expect(code).toBe(0);
    expect(copy.read('docs/rules/unread-answer.md')).toContain('# `unread-answer`');
    expect(copy.read('README.md')).toContain('(docs/rules/unread-answer.md)');

    const passed = { code: 0, stderr: '' };
    expect(copy.tool('typescript/bin/tsc', '-b', 'server')).toMatchObject({ code: 0, stdout: '' });
    const rules = 'server/src/rules';
    expect(copy.tool('@biomejs/biome/bin/biome', 'ci', rules)).toMatchObject(passed);
    expect(copy.script('generate-docs.mjs', '--check')).toMatchObject(passed);
    const names = ['-t', 'unread-answer|every rule has a page', '--update'];
    const files = ['test/rules', 'test/docs/rules.test.ts'];
    const run = copy.tool('vitest/vitest.mjs', 'run', ...files, ...names, '--reporter=json');
    const report = JSON.parse(run.stdout) as { testResults: { assertionResults: Result[] }[] };
    const results = report.testResults.flatMap(({ assertionResults }) => assertionResults);
    const ran = results.filter(({ status }) => status !== 'skipped');
    expect(ran.filter(({ status }) => status !== 'passed')).toEqual([]);
    expect(ran.map(({ title }) => title.replace(/\d+/, 'N')).sort()).toEqual([
      'calls.ts',
      'claims the fixes its fixtures show',
      'every rule has a page, and every page a rule',
      'finds: line N',
      'has fixtures that find something, fixtures that stay quiet, and no two alike',
      'leaves alone: line N',
      'quiet.ts',
      'shows what is found and what is left alone',
    ]);
    expect(run.code).toBe(0);
  }, 120_000);

  it.each([
    [[], 'Expected one id'],
    [['unread-answer', 'two'], 'Expected one id'],
    [['Unbatched-Write'], 'is no rule id'],
    [['unbatched'], 'is no rule id'],
    [['unbatched-'], 'is no rule id'],
    [['../unread-answer'], 'is no rule id'],
    [['unbatched_write'], 'is no rule id'],
    [['unused-suppression'], 'is the code of another finding'],
    [['sync-io-in-async'], 'is taken'],
  ])('refuses %j and creates nothing', (args, message) => {
    const copy = new Copy();
    const before = copy.contents();
    const { code, stderr } = copy.script('new-rule.mjs', ...args);
    expect(code).toBe(1);
    expect(stderr).toContain(message);
    expect(copy.contents()).toEqual(before);
  });
});
