import path from 'node:path';
import type { Page } from 'playwright-core';
import { onTestFailed } from 'vitest';

const ROOT = path.resolve(import.meta.dirname, '../..');

/** Keeps a picture of the window in test-results/, which git ignores. */
export async function picture(page: Page, name: string): Promise<void> {
  await page.screenshot({ path: path.join(ROOT, 'test-results', `${name}.png`) });
}

/** Renews a picture of the README, when UPDATE_SCREENSHOTS=1 asks for it. */
export async function readmePicture(page: Page, name: string): Promise<void> {
  if (process.env.UPDATE_SCREENSHOTS !== '1') return;
  await page.screenshot({ path: path.join(ROOT, 'docs/images', `${name}.png`) });
}

/** Keeps a picture of the window when the running test fails. */
export function pictureOnFailure(page: Page): void {
  onTestFailed(({ task }) => picture(page, `failed-${task.name.replace(/[^\w]+/g, '-')}`));
}
