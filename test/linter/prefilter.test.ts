import { describe, expect, it } from 'vitest';
import { DEFAULT_CONFIG } from '../../server/src/linter/config';
import { Project } from '../../server/src/linter/project';
import { rules } from '../../server/src/rules';
import { ROOT } from '../rules/fixture';
import { fixtureSources, realSources, type Source } from './corpus';

/** Rules that ask for every file. */
const everywhere = rules.map((rule) => ({ ...rule, triggers: [''] }));

async function findings(sources: readonly Source[], by: typeof rules) {
  const files = new Map(sources.map(({ file, text }) => [file, text]));
  const host = {
    files: () => files.keys(),
    read: async (file: string) => files.get(file),
    now: () => 0,
  };
  const project = new Project(host, by, { ...DEFAULT_CONFIG, root: ROOT });
  for (const [file, text] of files) project.analyse(file, text);
  await project.link();
  const reports = [...files.keys()].flatMap((file) => project.report(file).findings);
  return { reports, parsed: project.stats().parsed };
}

describe('the lexical prefilter', () => {
  it.each([
    ['fixtures', fixtureSources()],
    ['real sources', realSources()],
  ] as const)('loses no finding in %s', async (_name, sources) => {
    const filtered = await findings(sources, rules);
    const all = await findings(sources, everywhere);
    expect(filtered.reports).toEqual(all.reports);
    expect(all.parsed).toBeGreaterThan(filtered.parsed);
  });

  it.each([
    "import fs from 'fs';\nexport async function f() { fs.readFileSync('a'); }",
    "import * as glob from 'glob';\nexport async function f() { glob.sync('a'); }",
    "import { sync } from 'fast-glob';\nexport async function f() { sync('a'); }",
    "import { globSync as g } from 'tinyglobby';\nexport async function f() { g('a'); }",
    "import delay from 'delay';\nexport async function f(ask: any) { while (!(await ask())) await delay(10); }",
    "import { setTimeout as sleep } from 'timers/promises';\nexport async function f(ask: any) { while (!(await ask())) await sleep(10); }",
    "import { scheduler } from 'timers/promises';\nexport async function f(ask: any) { while (!(await ask())) await scheduler.wait(10); }",
    "import d from 'delay';\nexport async function f(ask: any) { while (!(await ask())) await d(10); }",
    "import { setTimeout as nap } from 'timers/promises';\nexport async function f(ask: any) { while (!(await ask())) { await nap(10); } }",
    "import rest from 'sleep-promise';\nexport async function f(ask: any) { while (!(await ask())) await rest(10); }",
    "import useSWR from 'swr';\nexport function useA() { return useSWR('a', fetch, { refreshInterval: 1000 }); }",
  ])('passes %s', async (text) => {
    const source = { file: `${ROOT}/src/a.ts`, text };
    const filtered = await findings([source], rules);
    expect((await findings([source], everywhere)).reports).toHaveLength(1);
    expect(filtered.reports).toHaveLength(1);
  });
});
