import fs from 'node:fs';
import path from 'node:path';
import type { FrameLocator, Locator, Page } from 'playwright-core';

/** The kinds of colour themes: their setting, and the classes that tell them. */
export const THEMES = [
  {
    name: 'light',
    setting: 'Default Light Modern',
    windowClass: 'vs',
    pageClass: 'vscode-light',
  },
  {
    name: 'high-contrast',
    setting: 'Default High Contrast',
    windowClass: 'hc-black',
    pageClass: 'vscode-high-contrast',
  },
  {
    name: 'dark',
    setting: 'Default Dark Modern',
    windowClass: 'vs-dark',
    pageClass: 'vscode-dark',
  },
] as const;

/** How long one press of a key is given before it is pressed again, in ms. */
const KEY_PATIENCE = 3000;
const KEY_TRIES = 6;

/** Drives one VS Code window as a user does. Selectors hold for VS Code 1.100 to 1.139. */
export class Workbench {
  /** @param folder absolute path of the folder the window has open */
  constructor(
    readonly page: Page,
    readonly folder: string,
  ) {}

  /** The text box of the quick-input widget; its other inputs are hidden checkboxes. */
  get quickInput(): Locator {
    return this.page.locator('.quick-input-widget input.input');
  }

  /** Opens a file by name, as Ctrl+P does, and waits for its text. */
  async openFile(name: string): Promise<void> {
    await this.ask('Control+P', name);
    await this.quickRow(name).waitFor(); // Enter before the row is there opens nothing
    await this.page.keyboard.press('Enter');
    const base = name.slice(name.lastIndexOf('/') + 1);
    await this.page.locator('.tab.active', { hasText: base }).waitFor();
    await this.page.locator('.editor-instance .view-line').first().waitFor();
  }

  /** Runs a command from the palette. @param title with its category, as the palette shows it */
  async command(title: string): Promise<void> {
    await this.ask('F1', `>${title}`);
    await this.quickRow(title).waitFor();
    await this.page.keyboard.press('Enter');
  }

  /** Moves the cursor. @param line @param column both from 1 */
  async goTo(line: number, column: number): Promise<void> {
    await this.ask('Control+G', `:${line}:${column}`);
    await this.page.keyboard.press('Enter');
    await this.at(line, column);
  }

  /** Waits until the cursor is there; both from 1. */
  async at(line: number, column: number): Promise<void> {
    const place = new RegExp(`Ln ${line}, Col ${column}(?!\\d)`);
    await this.page.locator('#status\\.editor\\.selection', { hasText: place }).waitFor();
  }

  /** Waits until the cursor is on a line, counted from 1. */
  async onLine(line: number): Promise<void> {
    const place = new RegExp(`Ln ${line},`);
    await this.page.locator('#status\\.editor\\.selection', { hasText: place }).waitFor();
  }

  /** Whether the line, counted from 1 and in view, has a squiggle of any kind. */
  async underlined(line: number): Promise<boolean> {
    const number = this.page.locator('.editor-instance .margin .line-numbers', {
      hasText: new RegExp(`^${line}$`),
    });
    const at = await number.boundingBox();
    if (at === null) return false;
    const boxes = await Promise.all(
      (await this.anySquiggle().all()).map((each) => each.boundingBox()),
    );
    return boxes.some((box) => box !== null && box.y >= at.y && box.y < at.y + at.height);
  }

  /** Underlines in the text, of any severity. */
  anySquiggle(): Locator {
    return this.page.locator('.editor-instance .view-overlays [class*="squiggly-"]');
  }

  /** Shows the Problems panel. */
  async showProblems(): Promise<void> {
    await this.command('View: Focus Problems');
    await this.page.locator('.markers-panel-container').waitFor();
  }

  /** Narrows the Problems panel, whose list has only the rows in view, to the files of a glob. */
  async filterProblems(glob: string): Promise<void> {
    await this.page.getByPlaceholder(/^Filter \(e\.g\. text/).fill(glob);
  }

  /** A row of the Problems panel. */
  problem(text: string | RegExp): Locator {
    return this.page.locator('.markers-panel-container .monaco-list-row', { hasText: text });
  }

  /** Opens the place of a row of the Problems panel in the editor. */
  async openProblem(row: Locator): Promise<void> {
    await row.dblclick();
    await this.page.mouse.move(0, 0); // else the row's tooltip covers what is behind it
    await this.page.locator('.editor-instance .monaco-editor.focused').waitFor();
  }

  /** Puts the keyboard into the text of the active editor. */
  async focusEditor(): Promise<void> {
    await this.command('View: Focus Active Editor Group');
    await this.page.locator('.editor-instance .monaco-editor.focused').waitFor();
  }

  /**
   * Opens the quick-fix menu with Ctrl+. until it offers a title. VS Code drops the key while its
   * own TypeScript support starts, and shows the menu before slower providers have answered.
   * @returns the menu's entry
   */
  async quickFix(title: string | RegExp): Promise<Locator> {
    await this.typeScriptIdle();
    const entry = this.page.locator('.action-widget .monaco-list-row.action', { hasText: title });
    for (let attempt = 1; ; attempt++) {
      await this.page.keyboard.press('Control+.');
      try {
        await entry.first().waitFor({ state: 'visible', timeout: KEY_PATIENCE });
        return entry.first();
      } catch (error) {
        if (attempt === KEY_TRIES) throw error;
        await this.page.keyboard.press('Escape');
      }
    }
  }

  /** Applies an entry of the quick-fix menu with the arrow keys and Enter. */
  async applyQuickFix(title: string | RegExp): Promise<void> {
    const entry = await this.quickFix(title);
    const rows = this.page.locator('.action-widget .monaco-list-row.action');
    const count = await rows.count();
    for (let moves = 0; moves < count; moves++) {
      if (await entry.evaluate((row) => row.classList.contains('focused'))) break;
      await this.page.keyboard.press('ArrowDown');
    }
    await this.page.keyboard.press('Enter');
    await rows.first().waitFor({ state: 'detached' });
  }

  /** Saves the active editor; the file on disk may follow a moment later. */
  async save(): Promise<void> {
    await this.page.keyboard.press('Control+S');
    await this.page.locator('.tab.active.dirty').waitFor({ state: 'detached' });
  }

  /** The text of Slowpath's part of the language status, which shows while the mouse is on `{ }`. */
  async languageStatus(): Promise<string> {
    await this.page.mouse.move(700, 300);
    await this.page.locator('#status\\.languageStatus').hover();
    const parts = this.page.locator('.hover-language-status');
    await parts.first().waitFor();
    const texts = await parts.allInnerTexts();
    return texts.find((text) => text.includes('Slowpath')) ?? '';
  }

  /** How many lines of the Output panel in view have a text. */
  outputLines(text: string): Promise<number> {
    // The editor draws spaces as no-break spaces.
    const pattern = new RegExp(text.replaceAll(' ', '\\s'));
    return this.page.locator('.panel .view-line', { hasText: pattern }).count();
  }

  /** Changes the colour theme of the window, by its folder's settings, and waits until it is there. */
  async useTheme({ setting, windowClass }: (typeof THEMES)[number]): Promise<void> {
    const file = path.join(this.folder, '.vscode/settings.json');
    fs.mkdirSync(path.dirname(file), { recursive: true });
    fs.writeFileSync(file, JSON.stringify({ 'workbench.colorTheme': setting }));
    await this.page.locator(`.monaco-workbench.${windowClass}`).waitFor();
  }

  /** Waits until VS Code's own TypeScript support has read the project. */
  async typeScriptIdle(): Promise<void> {
    await this.page
      .locator('.statusbar-item', { hasText: /Analyzing|Initializing/ })
      .waitFor({ state: 'detached' });
  }

  /** The document of a webview: two nested frames around the extension's page. */
  webview(): FrameLocator {
    return this.page.frameLocator('iframe.webview.ready').frameLocator('iframe#active-frame');
  }

  /** Opens the quick-input widget and fills it; whatever takes the focus meanwhile closes it. */
  private async ask(key: string, text: string): Promise<void> {
    for (let attempt = 1; ; attempt++) {
      await this.page.keyboard.press(key);
      try {
        await this.quickInput.fill(text, { timeout: KEY_PATIENCE });
        return;
      } catch (error) {
        if (attempt === KEY_TRIES) throw error;
      }
    }
  }

  private quickRow(text: string): Locator {
    const base = text.slice(text.lastIndexOf('/') + 1);
    return this.page.locator('.quick-input-list .monaco-list-row', { hasText: base }).first();
  }
}
