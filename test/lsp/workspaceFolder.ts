import type { ChildProcess } from 'node:child_process';
import { mkdirSync, mkdtempSync, realpathSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { onTestFinished } from 'vitest';
import { URI } from 'vscode-uri';

export function exitOf(child: ChildProcess): Promise<number | null> {
  if (child.exitCode !== null) return Promise.resolve(child.exitCode);
  return new Promise((resolve) => child.once('exit', (code) => resolve(code)));
}

export function toUri(file: string): string {
  return URI.file(file).toString();
}

/** Waits until a condition holds; the test's own time limit ends it otherwise. */
export async function until<T>(probe: () => T | Promise<T>): Promise<NonNullable<T>> {
  for (;;) {
    const value = await probe();
    if (value) return value;
    await new Promise((resolve) => setTimeout(resolve, 15));
  }
}

/** A temporary folder with files that is deleted when the test ends. */
export class Workspace {
  readonly root = realpathSync(mkdtempSync(join(tmpdir(), 'slowpath-lsp-')));

  constructor(files: Readonly<Record<string, string>> = {}) {
    for (const [name, text] of Object.entries(files)) this.write(name, text);
    onTestFinished(() => rmSync(this.root, { recursive: true, force: true }));
  }

  path(name: string): string {
    return join(this.root, name);
  }

  uri(name: string): string {
    return toUri(this.path(name));
  }

  write(name: string, text: string): string {
    const path = this.path(name);
    mkdirSync(dirname(path), { recursive: true });
    writeFileSync(path, text);
    return path;
  }

  remove(name: string): string {
    rmSync(this.path(name), { recursive: true });
    return this.path(name);
  }
}

/** A function whose one finding is `sync-io-in-async`, in the line after its head. */
export function slow(name: string): string {
  return `export async function ${name}(path: string) {
  const text = readFileSync(path, 'utf8');
  return text.length;
}
`;
}

export const SLOW = `import { readFileSync } from 'node:fs';\n\n${slow('load')}`;
