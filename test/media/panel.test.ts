import { appendFile, mkdir, mkdtemp, rename, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Browser } from 'playwright-core';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { expectedRow, samples, toLog } from './panelLog';
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

describe('timing panel', () => {
  it('shows the figures of the log, under its content policy', async () => {
    const list = samples();
    await writeFile(log, toLog(list));
    panel = await openPanel(browser, built.folder, server);
    await names().nth(2).waitFor();
    for (const op of ['load_config', 'GET /history/:id', 'db: query']) {
      await expect.poll(() => figures(op)).toEqual(expectedRow(list, op));
    }
    const status = panel.page.locator('.status');
    await expect.poll(() => status.textContent()).toBe('Records: 3,000 · Operations: 3');
    await expect.poll(() => panel.page.locator('.chart canvas').count()).toBe(1);
    expect(panel.problems).toEqual([]);
  });

  it('enforces its content policy', async () => {
    await writeFile(log, toLog(samples()));
    panel = await openPanel(browser, built.folder, server);
    await names().first().waitFor();
    await panel.page.evaluate(() => {
      const script = document.createElement('script');
      script.textContent = 'window.injected = true';
      const style = document.createElement('style');
      style.textContent = 'body { opacity: 0 }';
      const image = document.createElement('img');
      image.src = 'https://panel.test/spy.png';
      document.body.append(script, style, image);
      fetch('https://panel.test/data').catch(() => undefined);
    });
    for (const directive of ['inline script', 'inline style', 'connect-src', 'img-src']) {
      await expect.poll(() => panel.problems.join('\n')).toContain(directive);
    }
    const state = await panel.page.evaluate(() => ({
      injected: 'injected' in window,
      opacity: getComputedStyle(document.body).opacity,
    }));
    expect(state).toEqual({ injected: false, opacity: '1' });
  });

  it('sorts by click and by keyboard', async () => {
    const list = [
      { op: 'a', ms: 5 },
      { op: 'b', ms: 50 },
      { op: 'b', ms: 1 },
      { op: 'c', ms: 20 },
    ];
    await writeFile(log, toLog(list));
    panel = await openPanel(browser, built.folder, server);
    await expect.poll(() => names().allTextContents()).toEqual(['b', 'c', 'a']);
    const heading = (name: string) => panel.page.getByRole('button', { name, exact: true });
    await heading('Operation').click();
    await expect.poll(() => names().allTextContents()).toEqual(['a', 'b', 'c']);
    expect(await panel.page.locator('th[data-column="op"]').getAttribute('aria-sort')).toBe(
      'ascending',
    );
    await heading('p50').focus();
    await panel.page.keyboard.press('Enter');
    await expect.poll(() => names().allTextContents()).toEqual(['c', 'a', 'b']);
    await panel.page.keyboard.press('Space');
    await expect.poll(() => names().allTextContents()).toEqual(['b', 'a', 'c']);
  });

  it('filters by name and says when nothing matches', async () => {
    await writeFile(log, toLog(samples()));
    panel = await openPanel(browser, built.folder, server);
    await names().nth(2).waitFor();
    const field = panel.page.getByRole('searchbox', { name: 'Filter operations by name' });
    await field.fill('HIST');
    await expect.poll(() => names().allTextContents()).toEqual(['GET /history/:id']);
    await field.fill('nothing');
    await panel.page.getByText('No operation matches “nothing”.').waitFor();
    await field.fill('');
    await expect.poll(() => names().count()).toBe(3);
  });

  it('charts the chosen operation, with a table twin, by keyboard alone', async () => {
    const list = samples();
    await writeFile(log, toLog(list));
    panel = await openPanel(browser, built.folder, server);
    await names().nth(2).waitFor();
    await names().first().focus();
    await panel.page.keyboard.press('ArrowDown');
    const op = await panel.page.evaluate(() => document.activeElement!.textContent);
    await panel.page.keyboard.press('Enter');
    await panel.page.getByRole('heading', { name: `Latency of ${op}` }).waitFor();
    expect(await panel.page.locator('.name[aria-pressed="true"]').textContent()).toBe(op);
    const own = list.filter((one) => one.op === op).map(({ ms }) => ms);
    const summary = await panel.page.locator('.chart-summary').textContent();
    expect(summary).toContain('Records: 1,000.');
    expect(summary).toContain(`Highest: ${Math.max(...own).toFixed(1)} ms. Threshold: 100.0 ms.`);
    await panel.page.locator('.twin summary').focus();
    await panel.page.keyboard.press('Enter');
    const counts = await panel.page.locator('.twin tbody td:nth-child(2)').allTextContents();
    expect(counts.reduce((sum, count) => sum + Number(count), 0)).toBe(1000);
    await shoot('panel-operation');
  });

  it('asks for the source of an operation', async () => {
    await writeFile(log, toLog([{ op: 'a', ms: 1 }], { src: 'src/a.ts:12' }));
    panel = await openPanel(browser, built.folder, server);
    await panel.page.getByRole('button', { name: 'Go to source of a' }).click();
    await expect
      .poll(() => panel.sent)
      .toContainEqual({ type: 'reveal', file: log, op: 'a', src: 'src/a.ts:12' });
  });

  it('follows the log live, holds still when frozen, and catches up', async () => {
    await writeFile(log, toLog([{ op: 'a', ms: 10 }]));
    panel = await openPanel(browser, built.folder, server);
    await expect.poll(() => figures('a')).toContain('10.0 ms');
    await names().first().focus();
    await appendFile(log, toLog([{ op: 'a', ms: 30 }]));
    await expect.poll(async () => (await figures('a'))[0]).toBe('2');
    expect(await panel.page.evaluate(() => document.activeElement!.textContent)).toBe('a');
    const follow = panel.page.getByRole('checkbox', { name: 'Follow live' });
    await follow.focus();
    await panel.page.keyboard.press('Space');
    await appendFile(
      log,
      toLog([
        { op: 'a', ms: 50 },
        { op: 'b', ms: 1 },
      ]),
    );
    await panel.page.getByText('New records are waiting.').waitFor();
    expect((await figures('a'))[0]).toBe('2');
    expect(await names().count()).toBe(1);
    await follow.focus();
    await panel.page.keyboard.press('Space');
    await expect.poll(async () => (await figures('a'))[0]).toBe('3');
    expect(await names().allTextContents()).toEqual(['a', 'b']);
    await rename(log, `${log}.1`);
    await writeFile(log, toLog([{ op: 'b', ms: 2 }]));
    await expect.poll(async () => (await figures('b'))[0]).toBe('2');
  });

  it('shows hostile names as text, within the page', async () => {
    const attack =
      '<img src=x onerror="window.injected=true"><script>window.injected=true</script>';
    const hostile = [
      attack,
      'x'.repeat(100_000),
      'a\u202eb\u0000c\u001b[2J',
      '{{1+1}}',

      '__proto__',
    ];
    await writeFile(
      log,
      `${toLog(hostile.map((op) => ({ op, ms: 3 })))}{"v":1,"op":"x","ms":-1}\n`,
    );
    panel = await openPanel(browser, built.folder, server);
    await names().nth(4).waitFor();
    const shown = await names().allTextContents();
    expect(shown).toContain(attack);
    expect(shown).toContain('a\\u{202e}b\\u{0}c\\u{1b}[2J');
    expect(shown).toContain('__proto__');
    await panel.page.getByRole('button', { name: attack, exact: true }).click();
    await panel.page.locator('.chart-heading', { hasText: 'onerror' }).waitFor();
    const state = await panel.page.evaluate(() => ({
      injected: 'injected' in window,
      images: document.images.length,
      overflow: document.documentElement.scrollWidth - document.documentElement.clientWidth,
    }));
    expect(state).toEqual({ injected: false, images: 0, overflow: 0 });
    await panel.page.getByText('Rejected lines: 1 (1 with a negative duration).').waitFor();
    expect(panel.problems).toEqual([]);
    await shoot('panel-hostile');
  });

  it('says that a log holds slow calls only', async () => {
    const file = join(folder, 'python.log');
    await writeFile(
      file,
      '2025-12-13 10:00:00,123 WARNING fleet.profiling: Slow operation: load a/b took 120.0ms (threshold: 100.0ms)\n',
    );
    panel = await openPanel(browser, built.folder, server);
    await panel.page.getByText('No timing logs yet').waitFor();
    await panel.tell({ type: 'show', file });
    await panel.page.getByText('This log holds only the slow calls').waitFor();
    expect(await figures('load a/b')).toEqual([
      '1',
      '120.0 ms',
      '–',
      '–',
      '–',
      '120.0 ms',
      '–',
      '–',
    ]);
  });

  it('fits a narrow column', async () => {
    await writeFile(log, toLog(samples()));
    panel = await openPanel(browser, built.folder, server);
    await names().nth(2).waitFor();
    await panel.page.setViewportSize({ width: 420, height: 860 });
    const beyond = () =>
      panel.page.evaluate(() => {
        const { scrollWidth, clientWidth } = document.documentElement;
        const canvas = document.querySelector<HTMLElement>('.chart canvas')!;
        return Math.max(scrollWidth - clientWidth, canvas.offsetWidth - clientWidth);
      });
    await expect.poll(beyond).toBeLessThanOrEqual(0);
    await shoot('panel-narrow');
  });

  it('takes the theme’s colours as it changes', async () => {
    await writeFile(log, toLog(samples()));
    panel = await openPanel(browser, built.folder, server, { theme: 'dark' });
    await names().nth(2).waitFor();
    for (const [theme, background, median] of [
      ['dark', 'rgb(31, 31, 31)', 'rgb(89, 164, 249)'],
      ['light', 'rgb(255, 255, 255)', 'rgb(26, 133, 255)'],
      ['highContrast', 'rgb(0, 0, 0)', 'rgb(89, 164, 249)'],
    ] as const) {
      await panel.setTheme(theme);
      await expect.poll(() => legendColor('Median')).toBe(median);
      expect(await canvasHas(median)).toBe(true);
      const seen = await panel.page.evaluate(() => getComputedStyle(document.body).backgroundColor);
      expect(seen).toBe(background);
      await shoot(`panel-${theme}`);
    }
  });
});

function legendColor(label: string): Promise<string> {
  return panel.page
    .locator('.u-series', { hasText: label })
    .locator('.u-marker')
    .evaluate((marker) => getComputedStyle(marker).borderTopColor);
}

/** Whether the chart has pixels of the colour. */
function canvasHas(color: string): Promise<boolean> {
  return panel.page.locator('.chart canvas').evaluate((node, wanted) => {
    const canvas = node as HTMLCanvasElement;
    const { data } = canvas.getContext('2d')!.getImageData(0, 0, canvas.width, canvas.height);
    const [r, g, b] = wanted.match(/\d+/g)!.map(Number);
    for (let i = 0; i < data.length; i += 4) {
      if (data[i] === r && data[i + 1] === g && data[i + 2] === b && data[i + 3] === 255)
        return true;
    }
    return false;
  }, color);
}
