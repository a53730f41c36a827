import fs from 'node:fs';
import path from 'node:path';
import type { Browser } from 'playwright-core';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { launchBrowser, openFolder } from '../host/host';
import { pictureOnFailure } from '../host/pictures';
import { copySample } from '../host/sample';
import type { Workbench } from '../host/workbench';

let browser: Browser;
let workbench: Workbench;

beforeAll(async () => {
  browser = await launchBrowser();
  workbench = await openFolder(browser, copySample('client'));
});

afterAll(() => browser?.close());

beforeEach(() => pictureOnFailure(workbench.page));

describe('the extension', () => {
  it('analyses a folder that has a slowpath.yaml before any file is opened', async () => {
    await workbench.showProblems();
    await workbench.problem('uncached-config-load').waitFor();
  });

  it('tells in the language status what was found, in how many files, in what time', async () => {
    await workbench.openFile('src/store/history-store.ts');
    const found = /Slowpath: \d+ findings/;
    await expect.poll(() => workbench.languageStatus()).toMatch(found);
    expect(await workbench.languageStatus()).toMatch(/\d+ files scanned in [\d,]+ ms/);
  });

  it('starts the server again on demand, and finds the same', async () => {
    const before = await workbench.languageStatus();
    const findings = /Slowpath: \d+ findings/.exec(before)?.[0];
    await workbench.command('Slowpath: Show Output');
    await expect.poll(() => workbench.outputLines('is running')).toBe(1);
    await workbench.command('Slowpath: Restart Server');
    await expect.poll(() => workbench.outputLines('is running')).toBe(2);
    await expect.poll(() => workbench.languageStatus()).toContain(findings);
  });

  it('lists findings of a file that was never opened, and forgets them with the file', async () => {
    const file = path.join(workbench.folder, 'src/extra.ts');
    const text = `import { readFileSync } from 'node:fs';
export async function extra(name: string) {
  return readFileSync(name, 'utf8');
}
`;
    await workbench.showProblems();
    await workbench.filterProblems('**/extra.ts');
    fs.writeFileSync(file, text);
    await workbench.problem('[Ln 3, Col 10]').waitFor();
    fs.rmSync(file);
    await workbench.problem('[Ln 3, Col 10]').waitFor({ state: 'detached' });
  });

  it('opens the page of a rule from the quick-fix menu', async () => {
    await workbench.showProblems();
    await workbench.filterProblems('**/history-store.ts');
    await workbench.openProblem(workbench.problem('sync-io-in-async').first());
    await workbench.applyQuickFix('Show documentation of sync-io-in-async');
    await workbench.webview().locator('h1', { hasText: 'sync-io-in-async' }).waitFor();
  });
});
