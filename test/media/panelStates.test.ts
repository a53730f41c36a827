import { appendFile, mkdir, mkdtemp, rm, utimes, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Browser } from 'playwright-core';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { toLog } from './panelLog';
import { buildPanel, launchChromium, openPanel, type PanelPage } from './panelPage';
import { startTimingServer, type TimingServer } from './timingServer';

/** Where screenshots go when they are wanted. */
const SHOTS = process.env.SLOWPATH_SHOTS;

let browser: Browser;
let built: Awaited<ReturnType<typeof buildPanel>>;
let folder: string;
let log: string;
let server: TimingServer;
let panel: PanelPage;

beforeAll(async () => {
  [browser, built] = await Promise.all([launchChromium(), buildPanel()]);
});

afterAll(async () => {
  await browser.close();
  await built.remove();
});

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'slowpath-panel-'));
  await mkdir(join(folder, '.slowpath', 'timings'), { recursive: true });
  log = join(folder, '.slowpath', 'timings', 'run.ndjson');
  server = startTimingServer([folder]);
});

afterEach(async () => {
  await panel.page.close();
  await server.close();
  await rm(folder, { recursive: true, force: true });
});

const names = () => panel.page.locator('.operations tbody .name');
const row = (op: string) =>
  panel.page.locator('.operations tbody tr', {
    has: panel.page.getByRole('button', { name: op, exact: true }),
  });
const figures = (op: string) => row(op).locator('.figure').allTextContents();

async function shoot(name: string): Promise<void> {
  if (SHOTS !== undefined) await panel.page.screenshot({ path: join(SHOTS, `${name}.png`) });
}

describe('timing panel between states', () => {
  it('guides when there is nothing to show, and picks a log up once it exists', async () => {
    panel = await openPanel(browser, built.folder, server);
    await panel.page.getByText('No timing logs yet').waitFor();
    await panel.page.getByRole('button', { name: 'Open Log…' }).click();
    await expect.poll(() => panel.sent).toContainEqual({ type: 'pickFile' });
    await shoot('panel-empty');
    await writeFile(log, '');
    await panel.page.getByText('No timing records in this log yet').waitFor();
    await appendFile(log, toLog([{ op: 'a', ms: 10 }]));
    await expect.poll(() => names().allTextContents()).toEqual(['a']);
  });

  it('shows an error with a way out when the server fails', async () => {
    await writeFile(log, toLog([{ op: 'a', ms: 10 }]));
    panel = await openPanel(browser, built.folder, server);
    await names().first().waitFor();
    await panel.tell({ type: 'show', file: 'relative.ndjson' });
    await panel.page
      .getByText('Expected the absolute path of a timing log, found relative.ndjson.')
      .waitFor();
    await panel.tell({ type: 'show', file: log });
    await expect.poll(() => names().allTextContents()).toEqual(['a']);
  });

  it('opens the log, filter and order of its saved state', async () => {
    const other = join(folder, '.slowpath', 'timings', 'other.ndjson');
    await writeFile(
      other,
      toLog([
        { op: 'old a', ms: 10 },
        { op: 'old b', ms: 20 },
        { op: 'new', ms: 3 },
      ]),
    );
    await writeFile(log, toLog([{ op: 'x', ms: 10 }]));
    const sort = { column: 'op', descending: true } as const;
    panel = await openPanel(browser, built.folder, server, {
      state: { file: other, filter: 'old', sort },
    });
    await expect.poll(() => names().allTextContents()).toEqual(['old b', 'old a']);
  });

  it('chooses another log in the picker, by keyboard', async () => {
    const other = join(folder, '.slowpath', 'timings', 'other.ndjson');
    await writeFile(other, toLog([{ op: 'other', ms: 10 }]));
    await utimes(other, 1000, 1000);
    await writeFile(log, toLog([{ op: 'newest', ms: 10 }]));
    panel = await openPanel(browser, built.folder, server);
    await expect.poll(() => names().allTextContents()).toEqual(['newest']);
    await panel.page.getByRole('combobox', { name: 'Timing log' }).focus();
    await panel.page.keyboard.press('Enter');
    await panel.page.getByRole('option', { name: /^other\.ndjson/ }).waitFor();
    await panel.page.keyboard.press('ArrowDown');
    await panel.page.keyboard.press('Enter');
    await expect.poll(() => names().allTextContents()).toEqual(['other']);
  });

  it('shows the runs of one file together and apart', async () => {
    const second = toLog([{ op: 'a', ms: 30 }]).replace('"r1"', '"r2"');
    await writeFile(log, toLog([{ op: 'a', ms: 10 }]) + second);
    panel = await openPanel(browser, built.folder, server);
    await expect.poll(async () => (await figures('a'))[0]).toBe('2');
    await panel.page.getByRole('combobox', { name: 'Run', exact: true }).click();
    await panel.page.getByRole('option', { name: 'r2' }).click();
    await expect.poll(async () => (await figures('a')).slice(0, 2)).toEqual(['1', '30.0 ms']);
    await shoot('panel-runs');
  });

  it('goes on after the server was restarted', async () => {
    await writeFile(log, toLog([{ op: 'a', ms: 10 }]));
    panel = await openPanel(browser, built.folder, server);
    await expect.poll(async () => (await figures('a'))[0]).toBe('1');
    await server.service.dispose();
    await appendFile(log, toLog([{ op: 'a', ms: 20 }]));
    await panel.page.getByRole('button', { name: 'p95', exact: true }).click();
    await expect.poll(async () => (await figures('a'))[0]).toBe('2');
  });
});
