import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { applyEdits } from '../../server/src/linter/fixer';
import { parse } from '../../server/src/linter/inspect';
import { rules } from '../../server/src/rules';
import type { Finding } from '../../shared/finding';
import { type Fixture, loadFixtures, projectOf, render } from './fixture';
import { newTypeErrors } from './types';

const FIXTURES = join(import.meta.dirname, '../fixtures');

for (const rule of rules) {
  const { id } = rule.meta;
  const folder = join(FIXTURES, id);
  const fixtures = loadFixtures(folder);

  describe(id, () => {
    it('has fixtures that find something, fixtures that stay quiet, and no two alike', () => {
      expect(fixtures.some((it) => it.expected.length > 0)).toBe(true);
      expect(fixtures.some((it) => it.expected.length === 0)).toBe(true);
      const texts = fixtures.map((it) => [...it.files.values()].join('\n').replace(/\s+/g, ' '));
      expect(new Set(texts).size).toBe(texts.length);
    });

    it('claims the fixes its fixtures show', () => {
      const shown = new Set(fixtures.flatMap((it) => it.expected.map((e) => e.fix)));
      shown.delete('-');
      const claimed = { safe: ['safe'], suggestion: ['suggestion'], mixed: ['safe', 'suggestion'] };
      expect([...shown].sort()).toEqual(rule.meta.fix ? claimed[rule.meta.fix] : []);
    });

    it.each(fixtures.map((it) => [it.name, it] as const))('%s', async (_name, fixture) => {
      const findings = await findingsOf(fixture, id);
      expect(findings.map(asExpectation)).toEqual(
        fixture.expected.map((e) => (e.length < 0 ? { ...e, length: expect.any(Number) } : e)),
      );
      if (fixture.expected.length === 0) return;
      const fixed = await checkFixes(fixture, findings);
      const report = `${render(findings, fixture.files)}\n\n${fixed}`;
      await expect(report).toMatchFileSnapshot(join(folder, `${fixture.name}.out`));
    });
  });
}

async function findingsOf(fixture: Fixture, rule: string): Promise<Finding[]> {
  const project = await projectOf(fixture.files);
  const findings = [...fixture.files.keys()].flatMap((file) => {
    const report = project.report(file);
    expect(report.faults).toEqual([]);
    return report.findings;
  });
  return findings.filter((it) => it.rule === rule);
}

function asExpectation(it: Finding) {
  const length = it.to.line === it.from.line ? it.end - it.start : expect.any(Number);
  const { line, character: column } = it.from;
  return { file: it.file, line, column, length, tier: it.tier, fix: it.fix?.safety ?? '-' };
}

/** Every fix by itself, then all at once; returns the files after fixing all. */
async function checkFixes(fixture: Fixture, findings: readonly Finding[]): Promise<string> {
  const project = await projectOf(fixture.files);
  for (const finding of findings.filter((it) => it.fix)) {
    const text = fixture.files.get(finding.file) ?? '';
    const edits = project.fix(finding.file, text, finding);
    expect(edits, `a fix for ${finding.file}:${finding.from.line + 1}`).not.toBeNull();
    const fixed = applyEdits(text, edits ?? []);
    expectSound(finding.file, text, fixed);
    const after = await projectOf(new Map(fixture.files).set(finding.file, fixed));
    const left = after.report(finding.file).findings.filter((it) => it.rule === finding.rule);
    const before = findings.filter((it) => it.file === finding.file);
    expect(left.length, 'findings left after the fix').toBeLessThan(before.length);
  }
  const after = new Map(fixture.files);
  for (const [file, text] of fixture.files) {
    const fixed = project.fixAll(file, text, { upTo: 'suggestion' });
    expect(project.fixAll(file, fixed, { upTo: 'suggestion' })).toBe(fixed);
    if (fixed !== text) expectSound(file, text, fixed);
    after.set(file, fixed);
  }
  expect(newTypeErrors(fixture.files, after)).toEqual([]);
  return [...after]
    .filter(([file, text]) => fixture.files.get(file) !== text)
    .map(([file, text]) => `=== ${file.slice(1)} after all fixes\n${text}`)
    .join('\n');
}

function expectSound(file: string, before: string, after: string): void {
  expect(after).not.toBe(before);
  const errors = (text: string) =>
    (parse(file, text) as unknown as { parseDiagnostics: unknown[] }).parseDiagnostics.length;
  expect(errors(after), `syntax errors in\n${after}`).toBe(errors(before));
  for (const comment of before.match(/\/\/.*|\/\*[\s\S]*?\*\//g) ?? [])
    expect(after).toContain(comment);
}
