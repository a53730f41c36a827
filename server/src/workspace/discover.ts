import { type Dirent, readdirSync } from 'node:fs';
import { realpath, stat } from 'node:fs/promises';
import { posix, resolve, sep } from 'node:path';
import { setImmediate } from 'node:timers/promises';
import { ignoring } from '../linter/ignores';
import { describeFailure } from './failure';
import {
  contextOf,
  type FolderContext,
  type IgnoreLayer,
  isIgnored,
  withGitignore,
} from './ignoreRules';

const SOURCE = /\.(?:[cm]?ts|tsx|[cm]?js|jsx)$/;
const DECLARATION = /\.d\.[cm]?ts$|\.d\.[^./]+\.ts$/;

/** Never holds a project's own source: dependencies, version control, tool caches, framework output. */
const NEVER = new Set(
  `node_modules bower_components jspm_packages .git .hg .svn .jj .yarn .pnpm-store .next .nuxt
  .output .svelte-kit .astro .angular .docusaurus .turbo .nx .parcel-cache .cache .nyc_output
  .vscode-test .serverless .aws-sam cdk.out`.split(/\s+/),
);

/**
 * Build output by convention, when beside a package.json (`src/out/` is source). `build` is not
 * among them in a git work tree: there, ignored output is skipped by git's rules, and a committed
 * `build/` is hand-written scripts (as VS Code's own is). A committed `dist/` is a bundle.
 */
const OUTPUT_BESIDE_PACKAGE = new Set(['dist', 'out', 'coverage']);

export interface DiscoverOptions {
  /** Globs of paths to leave out, relative to `ignoreRoot`. A match of a folder leaves out all of it. */
  ignores?: readonly string[];
  /** Absolute folder that `ignores` are relative to; each root by itself when absent. */
  ignoreRoot?: string;
  signal?: AbortSignal;
  /** Called with the absolute path and a sentence for the user where something cannot be listed. */
  onProblem?(path: string, problem: string): void;
}

/** Whether the name is one Slowpath analyses: TypeScript or JavaScript, and not a declaration file. */
export function isSourceFile(path: string): boolean {
  return SOURCE.test(path) && !DECLARATION.test(path);
}

/**
 * Finds the source files below the given roots, folder by folder in name order; every file once.
 *
 * Skipped are what git ignores (nested `.gitignore`, `.git/info/exclude`), dependencies and
 * build output. A root itself is scanned even if a rule ignores it, because the user named it.
 * Symbolic links are not followed unless they are roots: a target inside the root is found by its
 * own path, and one outside is not ours to read or fix. Folders that vanish meanwhile are skipped.
 *
 * @param roots absolute paths, or paths relative to the working folder, of files or folders
 * @returns absolute, `/`-separated paths, below their root as it was given
 */
export async function* discoverFiles(
  roots: readonly string[],
  options: DiscoverOptions = {},
): AsyncGenerator<string, void, void> {
  const seen = new Set<string>();
  for (const given of roots) {
    const root = toSlashes(resolve(given));
    const entry = await stat(root).catch((error: unknown) => {
      options.onProblem?.(root, describeFailure(error));
      return null;
    });
    if (entry === null) continue;
    if (entry.isDirectory()) {
      yield* walk(root, seen, options);
    } else if (!isSourceFile(root)) {
      options.onProblem?.(root, 'is not a TypeScript or JavaScript source file.');
    } else if (isNew(seen, toSlashes(await realpath(root).catch(() => root)))) {
      yield root;
    }
  }
}

/**
 * Whether `discoverFiles([root])` would yield a file, for files that appear while a root is watched.
 * @param root absolute, `/`-separated folder
 * @param file absolute, `/`-separated path; need not exist
 */
export async function isDiscoverable(
  root: string,
  file: string,
  options: Pick<DiscoverOptions, 'ignores' | 'ignoreRoot'> = {},
): Promise<boolean> {
  if (!isSourceFile(file) || !file.startsWith(root === '/' ? root : `${root}/`)) return false;
  const left = leftOut(root, options);
  const { layer: outer, inGit } = await rootContext(root);
  let layer: IgnoreLayer | null = outer;
  let folder = root;
  for (const name of file.slice(root === '/' ? 1 : root.length + 1).split('/')) {
    const path = posix.join(folder, name);
    const isFolder = path !== file;
    layer = await withGitignore(folder, layer);
    if (isFolder && NEVER.has(name)) return false;
    if (isFolder && isOutputName(name, inGit) && (await isPackage(folder))) return false;
    if (left(path) || isIgnored(layer, path, isFolder)) return false;
    folder = path;
  }
  return true;
}

interface Folder {
  path: string;
  layer: IgnoreLayer | null;
}

/** Longest time the walk keeps the event loop, in ms. */
const SLICE_MS = 10;

/**
 * Lists folders with synchronous calls and gives way between them: 10,000 folders take 80 ms
 * that way, and 120 to 450 ms through callbacks or promises.
 */
async function* walk(
  root: string,
  seen: Set<string>,
  options: DiscoverOptions,
): AsyncGenerator<string, void, void> {
  const { layer, inGit } = await rootContext(root);
  const realRoot = toSlashes(await realpath(root).catch(() => root));
  const left = leftOut(root, options);
  const pending: Folder[] = [{ path: root, layer }];
  let sliceStart = performance.now();
  for (let folder = pending.pop(); folder !== undefined; folder = pending.pop()) {
    if (performance.now() - sliceStart > SLICE_MS) {
      await setImmediate();
      sliceStart = performance.now();
    }
    if (options.signal?.aborted) return;
    const { files, folders } = await expand(folder, inGit, left, options);
    for (const file of files) {
      if (isNew(seen, realRoot + file.slice(root.length))) yield file;
    }
    pending.push(...folders.reverse());
  }
}

/** @returns what a folder holds that is not left out, in name order */
async function expand(
  { path, layer: outer }: Folder,
  inGit: boolean,
  left: (path: string) => boolean,
  options: DiscoverOptions,
): Promise<{ files: string[]; folders: Folder[] }> {
  const entries = list(path, options);
  const has = (name: string) => entries.some((entry) => entry.name === name);
  const layer = has('.gitignore') ? await withGitignore(path, outer) : outer;
  const isPackageFolder = has('package.json');
  const files: string[] = [];
  const folders: Folder[] = [];
  for (const entry of entries) {
    const inner = path === '/' ? `/${entry.name}` : `${path}/${entry.name}`;
    if (entry.isDirectory()) {
      if (NEVER.has(entry.name) || (isPackageFolder && isOutputName(entry.name, inGit))) continue;
      if (!left(inner) && !isIgnored(layer, inner, true)) folders.push({ path: inner, layer });
    } else if (entry.isFile() && isSourceFile(entry.name)) {
      if (!left(inner) && !isIgnored(layer, inner, false)) files.push(inner);
    }
  }
  return { files, folders };
}

function list(folder: string, options: DiscoverOptions): Dirent[] {
  try {
    // slowpath-disable-next-line sync-io-in-async -- faster so, in slices (see walk)
    const entries = readdirSync(folder, { withFileTypes: true });
    return entries.sort((a, b) => (a.name < b.name ? -1 : 1));
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ENOENT') {
      options.onProblem?.(folder, describeFailure(error));
    }
    return [];
  }
}

/** The rules above a root; none of them when they ignore the root, which the user asked for. */
async function rootContext(root: string): Promise<FolderContext> {
  const context = await contextOf(root);
  for (let at = root; posix.dirname(at) !== at; at = posix.dirname(at)) {
    const above = layersAbove(context.layer, at);
    if (above !== null && isIgnored(above, at, true)) return { ...context, layer: null };
  }
  return context;
}

function layersAbove(layer: IgnoreLayer | null, path: string): IgnoreLayer | null {
  let at = layer;
  while (at !== null && !path.startsWith(at.base === '/' ? '/' : `${at.base}/`)) at = at.parent;
  return at;
}

function isOutputName(name: string, inGit: boolean): boolean {
  return OUTPUT_BESIDE_PACKAGE.has(name) || (name === 'build' && !inGit);
}

async function isPackage(folder: string): Promise<boolean> {
  return (await stat(posix.join(folder, 'package.json')).catch(() => null)) !== null;
}

function leftOut(root: string, options: DiscoverOptions): (path: string) => boolean {
  const base = options.ignoreRoot ?? root;
  const prefix = base === '/' ? '/' : `${base}/`;
  const matches = ignoring(options.ignores ?? []);
  return (path) => path.startsWith(prefix) && matches(path.slice(prefix.length));
}

function isNew(seen: Set<string>, path: string): boolean {
  if (seen.has(path)) return false;
  seen.add(path);
  return true;
}

function toSlashes(path: string): string {
  return sep === '/' ? path : path.replaceAll(sep, '/');
}
