import fs from 'node:fs';
import path from 'node:path';
import type { Browser } from 'playwright-core';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { launchBrowser, openFolder } from '../host/host';
import { picture, pictureOnFailure, readmePicture } from '../host/pictures';

import { copySample, npmRun } from '../host/sample';
import { THEMES, type Workbench } from '../host/workbench';

/** One finding of each rule in the sample: where it starts, and the fix that is taken. */
const CASES = [
  {
    rule: 'sync-io-in-async',
    file: 'src/store/history-store.ts',
    start: 'appendFileSync(this.historyFile',
    fix: 'Await `appendFile` instead of `appendFileSync`',
    fixed: /await appendFile\(this\.historyFile/,
  },
  {
    rule: 'uncached-config-load',
    file: 'src/config/load-config.ts',
    start: 'readFileSync(configPath',
    fix: 'Keep the result until the file changes',
    fixed: /mtimeMs/,
  },
  {
    rule: 'fixed-interval-polling',
    file: 'src/client/wait-for-run.ts',
    start: 'await sleep(this.pollInterval)',
    fix: 'Grow the wait between questions (exponential backoff)',
    fixed: /1\.5/,
  },
] as const;

let browser: Browser;

beforeAll(async () => {
  browser = await launchBrowser();
});

afterAll(() => browser?.close());

describe('in the sample service, one by one', () => {
  let folder: string;
  let workbench: Workbench;

  beforeAll(async () => {
    folder = copySample('warnings');
    workbench = await openFolder(browser, folder);
  });

  beforeEach(() => pictureOnFailure(workbench.page));

  it.each(CASES)('$rule: underlined, listed, and fixed by keyboard', async (finding) => {
    const file = path.join(folder, finding.file);
    const at = position(fs.readFileSync(file, 'utf8'), finding.start);
    await workbench.openFile(finding.file);
    await workbench.showProblems();
    await workbench.filterProblems(`**/${path.basename(finding.file)}`);

    const row = workbench
      .problem(finding.rule)
      .filter({ hasText: `[Ln ${at.line}, Col ${at.column}]` });
    await row.waitFor();
    const link = row.locator('a.monaco-link');
    expect(await link.textContent()).toBe(finding.rule);
    expect(await link.getAttribute('href')).toMatch(
      new RegExp(`/docs/rules/${finding.rule}\\.md$`),
    );

    await workbench.openProblem(row);
    await workbench.goTo(at.line, at.column);
    await expect.poll(() => workbench.underlined(at.line)).toBe(true);

    await workbench.focusEditor();
    await workbench.applyQuickFix(finding.fix);
    await row.waitFor({ state: 'detached' });
    await workbench.save();
    await expect.poll(() => fs.readFileSync(file, 'utf8')).toMatch(finding.fixed);
  });

  it('leaves a service that type-checks and passes its own tests', async () => {
    await npmRun(folder, 'typecheck');
    await npmRun(folder, 'test');
  });
});

describe('in every theme', () => {
  const [, finding] = CASES;
  let workbench: Workbench;

  beforeAll(async () => {
    workbench = await openFolder(browser, copySample('themes'));
    await workbench.page.setViewportSize({ width: 1280, height: 800 });
    await workbench.command('View: Toggle Primary Side Bar Visibility');
    await workbench.openFile(finding.file);
    await workbench.showProblems();
    await workbench.filterProblems(`**/${path.basename(finding.file)}`);
    const row = workbench.problem(finding.rule);
    await workbench.openProblem(row);
    await row.locator('.monaco-tl-twistie').click(); // unfolds the callers
    await workbench.problem('called from').first().waitFor();
    const text = fs.readFileSync(path.join(workbench.folder, finding.file), 'utf8');
    const { line, column } = position(text, finding.start);
    await workbench.goTo(line, column);
  });

  beforeEach(() => pictureOnFailure(workbench.page));

  it.each(THEMES)('$name shows squiggles and the quick fix', async (theme) => {
    await workbench.useTheme(theme);
    await workbench.quickFix(finding.fix);
    expect(await workbench.anySquiggle().count()).toBeGreaterThan(0);
    await picture(workbench.page, `warnings-${theme.name}`);
    if (theme.name === 'dark') await readmePicture(workbench.page, 'warnings');
    await workbench.page.keyboard.press('Escape');
  });
});

describe('in the sample service, all at once', () => {
  let folder: string;
  let workbench: Workbench;

  beforeAll(async () => {
    folder = copySample('fix-all');
    workbench = await openFolder(browser, folder);
  });

  beforeEach(() => pictureOnFailure(workbench.page));

  it('repairs a file with "Fix All Safe Problems in File"', async () => {
    const name = 'src/store/history-store.ts';
    const file = path.join(folder, name);
    await workbench.openFile(name);
    await workbench.showProblems();
    await workbench.filterProblems('**/history-store.ts');
    await workbench.problem('sync-io-in-async').first().waitFor();
    await workbench.focusEditor();
    await workbench.command('Slowpath: Fix All Safe Problems in File');
    await workbench.page.locator('.tab.active.dirty').waitFor();
    await workbench.save();
    await expect.poll(() => fs.readFileSync(file, 'utf8')).toMatch(/await readFile\(/);
    // Awaiting a write lets others in between: a reader has to agree, so it is left alone.
    expect(fs.readFileSync(file, 'utf8')).toContain('appendFileSync(this.historyFile');
    await npmRun(folder, 'typecheck');
    await npmRun(folder, 'test');
  });
});

/** @returns line and column, from 1, of the only occurrence of a piece of text */
function position(text: string, piece: string): { line: number; column: number } {
  const offset = text.indexOf(piece);
  expect([offset >= 0, text.indexOf(piece, offset + 1)]).toEqual([true, -1]);
  const lines = text.slice(0, offset).split('\n');
  return { line: lines.length, column: (lines.at(-1) ?? '').length + 1 };
}
