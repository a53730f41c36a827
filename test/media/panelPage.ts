import { existsSync } from 'node:fs';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { build } from 'esbuild';
import { type Browser, chromium, type Page } from 'playwright-core';
import { timingPage } from '../../shared/timingPage';
import { PANEL_STRINGS } from '../../shared/timingStrings';
import {
  type HostMessage,
  type PageMessage,
  type PanelState,
  TIMINGS_CHANGED,
  timingsMethod,
} from '../../shared/timings';
import { THEMES, type ThemeName } from './themes';
import type { TimingServer } from './timingServer';

const ORIGIN = 'https://panel.test';
const ROOT = join(import.meta.dirname, '../..');

/** Builds the page as the extension ships it and gives the folder of its files. */
export async function buildPanel(): Promise<{ folder: string; remove(): Promise<void> }> {
  const folder = await mkdtemp(join(tmpdir(), 'slowpath-panel-'));
  const shared = { bundle: true, platform: 'browser', target: 'chrome124' } as const;
  await build({
    ...shared,
    entryPoints: [join(ROOT, 'media/panel/main.ts')],
    format: 'iife',
    outfile: join(folder, 'panel.js'),
  });
  await build({
    ...shared,
    entryPoints: [join(ROOT, 'media/panel/panel.css')],
    outfile: join(folder, 'panel.css'),
  });
  return { folder, remove: () => rm(folder, { recursive: true }) };
}

/** @throws Error when this machine has no Chromium. */
export async function launchChromium(): Promise<Browser> {
  const executablePath = [process.env.CHROMIUM, '/usr/bin/chromium'].find(
    (path) => path !== undefined && existsSync(path),
  );
  if (executablePath === undefined) {
    throw new Error('Expected Chromium at $CHROMIUM or /usr/bin/chromium, found none. Install it.');
  }
  const args = ['--no-sandbox', '--disable-gpu', '--disable-quic', '--no-first-run'];
  return chromium.launch({ executablePath, args: [...args, '--disable-background-networking'] });
}

export interface PanelPage {
  page: Page;
  /** Messages the page sent that are not requests. */
  sent: PageMessage[];
  /** Content security violations and uncaught errors, as they happened. */
  problems: string[];
  tell(message: HostMessage): Promise<void>;
  setTheme(theme: ThemeName): Promise<void>;
}

/** Opens the built page against a timing server, under the content policy that ships. */
export async function openPanel(
  browser: Browser,
  folder: string,
  server: TimingServer,
  options: { theme?: ThemeName; state?: PanelState } = {},
): Promise<PanelPage> {
  const page = await browser.newPage({ viewport: { width: 1200, height: 860 } });
  const problems: string[] = [];
  const sent: PageMessage[] = [];
  page.on('pageerror', (error) => problems.push(`error: ${error.message}`));
  page.on('console', (message) => {
    if (message.type() === 'error') problems.push(`console: ${message.text()}`);
  });
  await serve(page, folder);
  const tell = (message: HostMessage): Promise<void> =>
    page.evaluate((data) => void window.postMessage(data, '*'), message);
  await page.exposeFunction('hostReceive', (message: PageMessage) =>
    receive(message, server, tell, sent),
  );
  await page.addInitScript(shim, options.state);
  const subscription = server.client.onNotification(TIMINGS_CHANGED, ({ session }) => {
    // The page may be closing while the server still has news for it.
    tell({ type: 'changed', session }).catch(() => undefined);
  });
  page.once('close', () => subscription.dispose());
  await page.goto(`${ORIGIN}/`);
  const setTheme = (theme: ThemeName): Promise<void> => page.evaluate(applyTheme, THEMES[theme]);
  await setTheme(options.theme ?? 'dark');
  return { page, sent, problems, tell, setTheme };
}

async function serve(page: Page, folder: string): Promise<void> {
  const html = timingPage({
    scriptUri: `${ORIGIN}/panel.js`,
    styleUri: `${ORIGIN}/panel.css`,
    cspSource: ORIGIN,
    nonce: 'dGVzdA==',
    language: 'en',
    title: PANEL_STRINGS.title,
  });
  await page.route(`${ORIGIN}/**`, async (route) => {
    const name = new URL(route.request().url()).pathname;
    if (name === '/') return route.fulfill({ contentType: 'text/html', body: html });
    if (name !== '/panel.js' && name !== '/panel.css') return route.fulfill({ status: 404 });
    const contentType = name.endsWith('.js') ? 'text/javascript' : 'text/css';
    return route.fulfill({ contentType, body: await readFile(join(folder, name)) });
  });
}

async function receive(
  message: PageMessage,
  server: TimingServer,
  tell: (message: HostMessage) => Promise<void>,
  sent: PageMessage[],
): Promise<void> {
  if (message.type !== 'request') {
    sent.push(message);
    return;
  }
  const { id, request } = message;
  const { type, ...params } = request;
  try {
    const result = await server.client.sendRequest(timingsMethod(type), params);
    await tell({ type: 'response', id, ok: true, result: result as never });
  } catch (error) {
    await tell({ type: 'response', id, ok: false, message: (error as Error).message });
  }
}

/** Runs in the page before its script, as VS Code's own preload does. */
function shim(state: PanelState | undefined): void {
  const page = window as unknown as {
    hostReceive(message: unknown): void;
    acquireVsCodeApi(): object;
    savedState: unknown;
  };
  page.savedState = state;
  page.acquireVsCodeApi = () => ({
    postMessage: (message: unknown) => page.hostReceive(message),
    getState: () => page.savedState,
    setState: (next: unknown) => {
      page.savedState = next;
    },
  });
}

function applyTheme({
  className,
  tokens,
}: {
  className: string;
  tokens: [string, string][];
}): void {
  for (const [name, value] of tokens) document.documentElement.style.setProperty(name, value);
  document.body.className = className;
}
