import fs from 'node:fs';
import path from 'node:path';
import type { Browser } from 'playwright-core';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { launchBrowser, openFolder } from '../host/host';
import { picture, pictureOnFailure, readmePicture } from '../host/pictures';
import { copySample, npmRun } from '../host/sample';
import { type Service, startService } from '../host/service';
import { THEMES, type Workbench } from '../host/workbench';

let browser: Browser;
let folder: string;
let service: Service;
let workbench: Workbench;

beforeAll(async () => {
  folder = copySample('timings');
  service = await startService(folder);
  browser = await launchBrowser();
  workbench = await openFolder(browser, folder);
  await workbench.page.setViewportSize({ width: 1280, height: 800 });
  await workbench.command('View: Toggle Primary Side Bar Visibility');
});

afterAll(async () => {
  await browser?.close();
  await service?.stop();
});

beforeEach(() => pictureOnFailure(workbench.page));

describe('the timing panel beside the running service', () => {
  it('shows what the service logs, while it logs it', async () => {
    await load(25);
    await workbench.command('Slowpath: Open Timings');
    await expect.poll(async () => (await shown()).get('load_config')?.count).toBeGreaterThan(0);
    const early = (await shown()).get('load_config')?.count;
    await load(400);
    await expect
      .poll(async () => (await shown()).get('load_config')?.count)
      .toBeGreaterThan(early!);
  });

  it('charts one operation with its threshold', async () => {
    const panel = workbench.webview();
    await panel.locator('table.operations button.name', { hasText: 'workflow.run' }).click();
    await panel.locator('.chart-heading', { hasText: 'workflow.run' }).waitFor();
    await panel.locator('canvas').first().waitFor();
  });

  it.each(THEMES)('follows the theme: $name', async (theme) => {
    await workbench.useTheme(theme);
    const page = workbench.webview().locator('body');
    await expect.poll(() => page.getAttribute('class')).toContain(theme.pageClass);
    await picture(workbench.page, `timings-${theme.name}`);
    if (theme.name === 'dark') await readmePicture(workbench.page, 'timings');
  });

  it('shows the percentiles that the log itself gives', async () => {
    await service.stop(); // which writes what is still held back
    const logged = readLog(folder);
    expect(logged.size).toBeGreaterThan(5);
    const counts = (rows: Map<string, { count: number }>) =>
      Object.fromEntries([...rows].map(([op, { count }]) => [op, count]).sort());
    await expect.poll(async () => counts(await shown())).toEqual(counts(logged));

    const rows = await shown();
    for (const [op, durations] of logged) {
      const row = rows.get(op)!;
      expect([op, row.p50]).toEqual([op, rounded(durations.at(50), row.p50)]);
      expect([op, row.p95]).toEqual([op, rounded(durations.at(95), row.p95)]);
      expect([op, row.p99]).toEqual([op, rounded(durations.at(99), row.p99)]);
      expect([op, row.max]).toEqual([op, rounded(durations.at(100), row.max)]);
    }
  });

  it('leads from an operation to the line that times it', async () => {
    const row = workbench
      .webview()
      .locator('table.operations tbody tr', { hasText: 'history.save' });
    await row.locator('button.source').click();
    const file = path.join(folder, 'src/agent/runner.ts');
    const lines = fs.readFileSync(file, 'utf8').split('\n');
    const line = lines.findIndex((text) => text.includes("'history.save'")) + 1;
    await workbench.page.locator('.tab.active', { hasText: 'runner.ts' }).waitFor();
    await workbench.onLine(line);
  });
});

/** Drives load through the running service with the sample's own script. */
async function load(requests: number): Promise<void> {
  await npmRun(folder, 'load', '--url', service.url, '--requests', String(requests));
}

interface Row {
  count: number;
  p50: string;
  p95: string;
  p99: string;
  max: string;
}

/** The operations table as it is on the screen. */
async function shown(): Promise<Map<string, Row>> {
  const rows = await workbench
    .webview()
    .locator('table.operations tbody tr')
    .evaluateAll((all) =>
      all.map((row) => ({
        op: row.querySelector('.name')?.textContent ?? '',
        cells: [...row.querySelectorAll('td.figure')].map((cell) => cell.textContent ?? ''),
      })),
    );
  return new Map(
    rows.map(({ op, cells: [count = '', , p50 = '', p95 = '', p99 = '', max = ''] }) => [
      op,
      { count: Number(count.replaceAll(',', '')), p50, p95, p99, max },
    ]),
  );
}

/** The durations of one operation, in ms. */
class Durations {
  private readonly sorted: Float64Array;

  constructor(durations: readonly number[]) {
    this.sorted = Float64Array.from(durations).sort();
  }

  get count(): number {
    return this.sorted.length;
  }

  /** Nearest rank: the smallest duration that at least this share of all do not exceed. */
  at(percent: number): number {
    return this.sorted[Math.ceil((percent / 100) * this.count) - 1]!;
  }
}

/** Reads the one log of a folder by itself, without any code of Slowpath. */
function readLog(of: string): Map<string, Durations> {
  const logs = path.join(of, '.slowpath/timings');
  const files = fs.readdirSync(logs);
  expect(files).toHaveLength(1);
  const byOperation = new Map<string, number[]>();
  for (const line of fs.readFileSync(path.join(logs, files[0]!), 'utf8').trim().split('\n')) {
    const { op, ms } = JSON.parse(line) as { op?: string; ms: number };
    if (op !== undefined) byOperation.set(op, [...(byOperation.get(op) ?? []), ms]);
  }
  return new Map([...byOperation].map(([op, durations]) => [op, new Durations(durations)]));
}

/** @returns a duration in ms as text, with as many decimals as the text beside it */
function rounded(ms: number, like: string): string {
  const decimals = /\.(\d+)/.exec(like)?.[1]?.length ?? 0;
  const options = { minimumFractionDigits: decimals, maximumFractionDigits: decimals };
  return `${ms.toLocaleString('en', options)} ms`;
}
