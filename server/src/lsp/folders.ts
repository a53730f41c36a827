import { dirname } from 'node:path/posix';
import { UNTITLED_FOLDER } from './documents';
import { Folder, type FolderDeps, type FolderKind } from './folder';
import { isInside, pathToUri } from './uri';

/** The folders there are: one per workspace folder, and those of open files outside of them. */
export class Folders {
  readonly #deps: FolderDeps;
  readonly #folders = new Map<string, { opening: Promise<Folder>; folder: Folder | null }>();
  readonly #workspace = new Set<string>();

  constructor(deps: FolderDeps) {
    this.#deps = deps;
  }

  /** Opens a folder of the workspace. @param uri as the client writes it, for its settings */
  async add(root: string, uri: string): Promise<Folder> {
    // The folder may be known from a file that was opened out of it.
    if (!this.#workspace.has(root)) this.remove(root);
    this.#workspace.add(root);
    return this.#open(root, 'workspace', uri);
  }

  /** @returns the closed folder, or `undefined` when there was none */
  remove(root: string): Folder | undefined {
    this.#workspace.delete(root);
    const entry = this.#folders.get(root);
    this.#folders.delete(root);
    entry?.opening.then(
      (folder) => folder.close(),
      () => undefined, // Whoever asked for the folder has the error.
    );
    return entry?.folder ?? undefined;
  }

  /** @returns the folder a file belongs to; opens one for a file outside of the workspace */
  of(file: string): Promise<Folder> {
    const { root, kind } = this.#placeOf(file);
    return this.#open(root, kind, kind === 'loose' ? pathToUri(root) : undefined);
  }

  /** @returns the folder a file belongs to, if that folder is open */
  peek(file: string): Folder | undefined {
    return this.#folders.get(this.#placeOf(file).root)?.folder ?? undefined;
  }

  all(): Folder[] {
    return [...this.#folders.values()].flatMap(({ folder }) => folder ?? []);
  }

  /** @returns the folders a configuration file holds for, or would if it existed */
  configuredBy(file: string): Folder[] {
    return this.all().filter(
      ({ config, root, kind }) =>
        kind !== 'untitled' && (config.file === file || dirname(file) === root),
    );
  }

  /** Closes the folders outside of the workspace in which no file is open any more. */
  closeUnused(open: Iterable<string>): void {
    const used = new Set([...open].map((file) => this.#placeOf(file).root));
    for (const root of [...this.#folders.keys()]) {
      if (this.#workspace.has(root) || used.has(root)) continue;
      const config = this.remove(root)?.config.file ?? null;
      if (config !== null) void this.#deps.onChanged([config]);
    }
  }

  #open(root: string, kind: FolderKind, scope: string | undefined): Promise<Folder> {
    const known = this.#folders.get(root);
    if (known !== undefined) return known.opening;
    const opening = Folder.open({ root, kind, scope }, this.#deps);
    const entry = { opening, folder: null as Folder | null };
    this.#folders.set(root, entry);
    opening.then(
      (folder) => {
        entry.folder = folder;
        if (folder.config.file !== null) void this.#deps.onChanged([folder.config.file]);
      },
      // A folder that could not be opened is tried again for the next file.
      () => {
        if (this.#folders.get(root) === entry) this.#folders.delete(root);
      },
    );
    return opening;
  }

  #placeOf(file: string): { root: string; kind: FolderKind } {
    let root: string | null = null;
    for (const candidate of this.#workspace) {
      if (isInside(candidate, file) && candidate.length > (root?.length ?? -1)) root = candidate;
    }
    if (root !== null) return { root, kind: 'workspace' };
    if (dirname(file) === UNTITLED_FOLDER) return { root: file, kind: 'untitled' };
    return { root: dirname(file), kind: 'loose' };
  }
}
