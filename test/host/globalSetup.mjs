// Builds and packs the extension and starts the one VS Code that all e2e tests share.
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { build } from '../../scripts/build.mjs';
import { packageExtension } from '../../scripts/package.mjs';
import { ensureChromium } from '../../scripts/system-packages.mjs';
import { ensureHost, startHost } from '../../scripts/vscode-host.mjs';

/** What keeps the pictures and the keyboard of a test free of other features. */
const SETTINGS = {
  'workbench.colorTheme': 'Default Dark Modern',
  'files.autoSave': 'off',
  'files.simpleDialog.enable': true,
  'editor.accessibilitySupport': 'off',
  'editor.minimap.enabled': false,
};

/** @param {import('vitest/node').TestProject} project */
export default async function setup(project) {
  await build({ strict: true });
  const vsix = await packageExtension();
  await ensureHost();
  const chromium = ensureChromium();
  const folder = fs.mkdtempSync(path.join(os.tmpdir(), 'slowpath-e2e-'));
  const host = await startHost({ profile: path.join(folder, 'profile'), vsix, settings: SETTINGS });
  project.provide('host', { url: host.url, chromium, folder });
  return async () => {
    await host.stop();
    fs.rmSync(folder, { recursive: true, force: true });
  };
}
