import fs from 'node:fs';
import path from 'node:path';
import { type Browser, chromium } from 'playwright-core';
import { inject } from 'vitest';
import { Workbench } from './workbench';

/** What test/host/globalSetup.mjs hands to the tests. */
export interface Host {
  /** Address of the VS Code server. */
  url: string;
  /** Path of the browser. */
  chromium: string;
  /** Temporary folder, removed at the end of the run. */
  folder: string;
}

declare module 'vitest' {
  interface ProvidedContext {
    host: Host;
  }
}

/** Starts a browser; the caller closes it. */
export function launchBrowser(): Promise<Browser> {
  const { chromium: executablePath, folder } = inject('host');
  const home = path.join(folder, 'browser');
  fs.mkdirSync(home, { recursive: true });
  return chromium.launch({
    executablePath,
    env: { ...process.env, HOME: home, XDG_CONFIG_HOME: home, XDG_CACHE_HOME: home },
    args: [
      '--no-sandbox', // containers often run as root, which the sandbox refuses
      '--disable-gpu',
      '--no-first-run',
      '--disable-background-networking',
      '--disable-component-update',
      '--disable-sync',
    ],
  });
}

/** Opens a folder in VS Code, in a window of its own. */
export async function openFolder(browser: Browser, folder: string): Promise<Workbench> {
  const context = await browser.newContext({ viewport: { width: 1400, height: 900 } });
  await context.grantPermissions(['clipboard-read', 'clipboard-write']);
  const page = await context.newPage();
  page.setDefaultTimeout(30_000);
  const url = `${inject('host').url}/?folder=${encodeURIComponent(folder)}`;
  await page.goto(url, { waitUntil: 'domcontentloaded' });
  await page.locator('.explorer-folders-view .monaco-list-row').first().waitFor();
  return new Workbench(page, folder);
}
