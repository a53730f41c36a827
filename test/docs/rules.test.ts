import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { DEFAULT_PERFORMANCE, parseConfig } from '../../server/src/linter/config';
import { rules } from '../../server/src/rules';
import { type Finding, TIERS } from '../../shared/finding';
import { projectOf, ROOT } from '../rules/fixture';
import { newTypeErrors } from '../rules/types';
import { type Block, blocksOf } from './blocks';

const PAGES = join(import.meta.dirname, '../../docs/rules');
const page = (name: string) => readFileSync(join(PAGES, name), 'utf8');
const ids = rules.map(({ meta }) => meta.id);

async function analyse(block: Block) {
  const file = `${ROOT}/src/example.${block.language}`;
  const files = new Map([[file, block.text]]);
  const project = await projectOf(files);
  const { findings, faults, skipped } = project.report(file);
  expect({ faults, skipped }).toEqual({ faults: [], skipped: null });
  const fixed = (rule: string) => project.fixAll(file, block.text, { rule, upTo: 'suggestion' });
  return { file, findings, fixed };
}

const brief = (findings: readonly Finding[]) =>
  findings.map((it) => `${it.rule} ${it.tier} in line ${it.from.line + 1}: ${it.message}`);

it('every rule has a page, and every page a rule', () => {
  const pages = readdirSync(PAGES).filter((name) => name !== 'README.md');
  expect(pages.sort()).toEqual(ids.map((id) => `${id}.md`).sort());
});

describe.each(ids)('%s', (id) => {
  const blocks = blocksOf(page(`${id}.md`));
  const examples = blocks.filter(({ language }) => /^[jt]sx?$/.test(language));
  const of = (role: string) => examples.filter((block) => block.role === role);

  it('shows what is found and what is left alone', () => {
    expect(examples.filter(({ role }) => !['finds', 'fixed', 'quiet'].includes(role))).toEqual([]);
    expect(of('finds').length).toBeGreaterThan(0);
    expect(of('quiet').length).toBeGreaterThan(0);
  });

  it.each(of('finds').map((it) => [it.line, it] as const))('finds: line %i', async (_, block) => {
    const { file, findings: all, fixed } = await analyse(block);
    const findings = all.filter(({ rule }) => rule === id);
    expect(block.words.length).toBeGreaterThan(0);
    expect(findings.map(({ tier }) => tier)).toEqual(block.words);
    // What follows is the fixed text exactly where something can be fixed.
    const next = examples[examples.indexOf(block) + 1];
    const shown = next?.role === 'fixed' ? next.text : block.text;
    const result = fixed(id);
    expect(result).toBe(shown);
    expect(findings.some(({ fix }) => fix !== null)).toBe(next?.role === 'fixed');
    expect(newTypeErrors(new Map([[file, block.text]]), new Map([[file, result]]))).toEqual([]);
  });

  it.each([...of('quiet'), ...of('fixed')].map((it) => [it.line, it] as const))(
    'leaves alone: line %i',
    async (_, block) => {
      expect(brief((await analyse(block)).findings)).toEqual([]);
    },
  );
});

describe('the page about all rules', () => {
  const blocks = blocksOf(page('README.md'));

  it('shows suppressions that suppress, and an unused one', async () => {
    const examples = blocks.filter(({ language }) => language === 'ts');
    expect(examples.map(({ role }) => role)).toEqual(['quiet', 'finds']);
    for (const block of examples) {
      const { findings } = await analyse(block);
      expect(findings.map(({ rule }) => rule)).toEqual(block.words);
    }
  });

  it('shows a configuration without mistakes that has every key at its default', () => {
    const [yaml, ...more] = blocks.filter(({ language }) => language === 'yaml');
    expect(more).toEqual([]);
    const { config, problems } = parseConfig(yaml?.text ?? '', ids);
    expect(problems).toEqual([]);
    expect(config?.performance).toEqual(DEFAULT_PERFORMANCE);
    for (const key of Object.keys(DEFAULT_PERFORMANCE)) expect(yaml?.text).toContain(`${key}:`);
    expect(Object.keys(config?.rules ?? {}).length).toBeGreaterThan(0);
    expect(config?.ignores.length).toBeGreaterThan(0);
  });

  it('explains every tier with the severity that a rule’s page gives it', () => {
    const rows = [...page('README.md').matchAll(/^\| `(\w+)` \|.*\| (\w+) \|$/gm)];
    expect(rows.map(([, tier]) => tier)).toEqual(TIERS.toReversed());
    const severities = rows.map(([, , severity]) => severity).join(' | ');
    for (const { meta } of rules.filter((rule) => !rule.meta.severity)) {
      expect(page(`${meta.id}.md`)).toContain(`| Severity | ${severities} |`);
    }
  });
});
