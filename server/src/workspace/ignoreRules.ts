import { readFile, stat } from 'node:fs/promises';
import { join, posix, resolve } from 'node:path';
import ignore, { type Ignore } from 'ignore';

/** Git's own default: names match case-insensitively where the file system does. */
const IGNORE_CASE = process.platform === 'darwin' || process.platform === 'win32';

/** The rules of one ignore file, and those of the folders above it. */
export interface IgnoreLayer {
  /** Absolute folder the patterns are relative to; no trailing `/`. */
  base: string;
  rules: Ignore;
  parent: IgnoreLayer | null;
}

/** What is known about ignoring at one folder, before its own `.gitignore` is read. */
export interface FolderContext {
  layer: IgnoreLayer | null;
  /** Whether the folder lies in a git work tree. */
  inGit: boolean;
}

/**
 * @param folder absolute path of the folder
 * @returns the layer of the folder's own `.gitignore` above `parent`; `parent` when there is none
 */
export async function withGitignore(
  folder: string,
  parent: IgnoreLayer | null,
): Promise<IgnoreLayer | null> {
  return withIgnoreFile(folder, posix.join(folder, '.gitignore'), parent);
}

/**
 * Collects the rules that hold at a folder: those of its git work tree's `info/exclude` and of every
 * `.gitignore` between the top of the work tree and the folder, without the folder's own. The
 * user's global excludes file is left out, so that every machine finds the same files.
 * @param folder absolute, `/`-separated path
 */
export async function contextOf(folder: string): Promise<FolderContext> {
  const above: string[] = [];
  for (let at = folder; ; at = posix.dirname(at)) {
    const exclude = await excludeFile(at);
    if (exclude !== null) {
      let layer = await withIgnoreFile(at, exclude, null);
      for (const ancestor of above.reverse()) layer = await withGitignore(ancestor, layer);
      return { layer, inGit: true };
    }
    if (posix.dirname(at) === at) return { layer: null, inGit: false };
    above.push(posix.dirname(at));
  }
}

/**
 * Answers as `git check-ignore` does for a path whose parent folders are not ignored: the deepest
 * ignore file with a matching pattern decides.
 * @param path absolute, `/`-separated path below every layer's base
 */
export function isIgnored(layer: IgnoreLayer | null, path: string, isFolder: boolean): boolean {
  for (let at = layer; at !== null; at = at.parent) {
    const relative = path.slice(at.base === '/' ? 1 : at.base.length + 1);
    const result = at.rules.test(isFolder ? `${relative}/` : relative);
    if (result.ignored) return true;
    if (result.unignored) return false;
  }
  return false;
}

async function withIgnoreFile(
  base: string,
  file: string,
  parent: IgnoreLayer | null,
): Promise<IgnoreLayer | null> {
  const text = await readFile(file, 'utf8').catch(() => null);
  if (text === null || text.trim() === '') return parent;
  const rules = ignore({ ignorecase: IGNORE_CASE }).add(text.replace(/^\uFEFF/, ''));
  return { base, rules, parent };
}

/**
 * @returns the path `info/exclude` has for the work tree whose top is `folder`, whether it exists or
 * not; `null` when no work tree starts there
 */
async function excludeFile(folder: string): Promise<string | null> {
  const dotGit = posix.join(folder, '.git');
  const entry = await stat(dotGit).catch(() => null);
  if (entry === null) return null;
  if (entry.isDirectory()) return posix.join(dotGit, 'info/exclude');
  // Linked work trees and submodules have a file that names the real folder; linked ones share
  // `info/exclude` with the main work tree (gitrepository-layout(5)).
  const text = await readFile(dotGit, 'utf8').catch(() => '');
  const named = /^gitdir: (.+)$/m.exec(text)?.[1];
  if (named === undefined) return null;
  const gitDir = resolve(folder, named.trim());
  const common = await readFile(join(gitDir, 'commondir'), 'utf8').catch(() => '.');
  return join(resolve(gitDir, common.trim()), 'info/exclude');
}
