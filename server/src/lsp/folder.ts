import type { SlowpathSettings } from '../../../shared/settings';
import type { Project, ProjectHost } from '../linter/project';
import { CLOSED } from './diagnostics';
import type { Documents } from './documents';
import type { FaultLog } from './faults';
import { type FolderConfig, loadConfig, mergeConfig, NO_CONFIG } from './folderConfig';
import { messages } from './messages';
import { describe } from './runSafe';
import type { Engine, Runtime } from './runtime';
import type { Settings } from './settings';

/**
 * `workspace`: a folder the client has open, scanned as a whole. `loose`: the folder of an open
 * file outside of those; only open files of it are looked at. `untitled`: one unsaved document.
 */
export type FolderKind = 'workspace' | 'loose' | 'untitled';

export interface FolderDeps {
  engine: Engine;
  runtime: Runtime;
  documents: Documents;
  settings: Settings;
  faults: FaultLog;
  /** Called with files that show something else, but not because they were analysed. */
  onChanged(files: string[]): Promise<void>;
}

/** One folder with the linter's project of it, and the configuration that holds in it. */
export class Folder {
  readonly root: string;
  readonly kind: FolderKind;
  /** Source files found on disk. */
  readonly files = new Set<string>();
  readonly project: Project;
  settings: SlowpathSettings;
  config: FolderConfig;
  /** Resolves when the last change of the configuration has been taken in. */
  settled: Promise<unknown> = Promise.resolve();
  readonly #deps: FolderDeps;
  readonly #scope: string | undefined;
  readonly #analysed = new Map<string, number>();
  readonly #accepted = new Map<string, Promise<boolean>>();
  readonly #gone = new AbortController();
  /** When each file was last analysed or removed, in steps of `#step`. */
  readonly #stamps = new Map<string, number>();
  #step = 0;
  #effective: string;
  #reloads = 0;
  #held = 0;
  #linkWanted = false;
  #linking: Promise<void> | null = null;

  private constructor(
    place: { root: string; kind: FolderKind; scope: string | undefined },
    deps: FolderDeps,
    settings: SlowpathSettings,
    config: FolderConfig,
  ) {
    this.root = place.root;
    this.kind = place.kind;
    this.#scope = place.scope;
    this.#deps = deps;
    this.settings = settings;
    this.config = config;
    this.#effective = this.#effect();
    this.project = new deps.engine.Project(this.#host(), deps.engine.rules, this.#merged());
  }

  /** @param place.scope URI the settings are asked for; `undefined` for documents of no folder */
  static async open(
    place: { root: string; kind: FolderKind; scope: string | undefined },
    deps: FolderDeps,
  ): Promise<Folder> {
    const settings = await deps.settings.get(place.scope);
    const config =
      place.kind === 'untitled' ? NO_CONFIG : await loadConfig(place.root, NO_CONFIG, deps);
    return new Folder(place, deps, settings, config);
  }

  /** Aborted when the folder is closed. */
  get gone(): AbortSignal {
    return this.#gone.signal;
  }

  /** Options that make the discovery skip what the configuration ignores. */
  get ignoring(): { ignores: readonly string[]; ignoreRoot: string } {
    const { ignores, root } = this.#merged();
    return { ignores, ignoreRoot: root };
  }

  /** Number of files analysed. */
  get size(): number {
    return this.#analysed.size;
  }

  /** Version of the text a file was last analysed with, `CLOSED` for the one on disk. */
  versionOf(file: string): number | undefined {
    return this.#analysed.get(file);
  }

  /**
   * Takes in the settings and the configuration file as they are now.
   * @returns whether every file has to be analysed again
   */
  reload(): Promise<boolean> {
    const reloaded = this.#reload();
    this.settled = reloaded.catch(() => undefined);
    return reloaded;
  }

  async #reload(): Promise<boolean> {
    const turn = ++this.#reloads;
    const settings = await this.#deps.settings.get(this.#scope);
    const config =
      this.kind === 'untitled' ? NO_CONFIG : await loadConfig(this.root, this.config, this.#deps);
    if (turn !== this.#reloads || this.gone.aborted) return false;
    this.settings = settings;
    this.config = config;
    const effective = this.#effect();
    if (effective === this.#effective) return false;
    this.#effective = effective;
    this.project.configure(this.#merged());
    this.#analysed.clear();
    this.#accepted.clear();
    return true;
  }

  /** Whether a file is one to analyse: not ignored, not a dependency, not build output. */
  accepts(file: string): Promise<boolean> {
    let accepted = this.#accepted.get(file);
    if (accepted === undefined) {
      const { runtime } = this.#deps;
      accepted =
        this.kind === 'workspace'
          ? runtime.isDiscoverable(this.root, file, this.ignoring)
          : Promise.resolve(runtime.isSourceFile(file));
      this.#accepted.set(file, accepted);
    }
    return accepted;
  }

  /** Makes `accepts` look at the ignore files again. */
  forgetAccepted(): void {
    this.#accepted.clear();
  }

  /** @returns a mark of the present, to be taken before a file is read from disk */
  mark(): number {
    return this.#step;
  }

  /** Whether a file was analysed or removed after a mark, so that a text read then is outdated. */
  isNewer(file: string, mark: number): boolean {
    return (this.#stamps.get(file) ?? 0) > mark;
  }

  /** @param version of the open document, or `CLOSED` for the text on disk */
  analyse(file: string, text: string, version: number): void {
    this.#stamps.set(file, ++this.#step);
    this.#analysed.set(file, version);
    this.#linkWanted = true;
    try {
      this.project.analyse(file, text, version !== CLOSED);
    } catch (error) {
      this.#deps.faults.report([{ file, message: describe(error) }]);
    }
  }

  /** Forgets a file. @returns whether anything was known of it */
  remove(file: string): boolean {
    this.#stamps.set(file, ++this.#step);
    this.files.delete(file);
    if (!this.#analysed.delete(file)) return false;
    this.project.remove(file);
    this.#linkWanted = true;
    return true;
  }

  /** Puts links off until `resume`: while files stream in, each link would be out of date at once. */
  hold(): void {
    this.#held++;
  }

  resume(): void {
    this.#held--;
  }

  /** Completes the findings that depend on other files. Resolves at once while links are put off. */
  link(): Promise<void> {
    if (this.#linking === null) this.#linking = this.#link();
    return this.#linking;
  }

  async #link(): Promise<void> {
    // The loop below must not finish before its promise is stored.
    await Promise.resolve();
    try {
      while (this.#linkWanted && this.#held === 0 && !this.gone.aborted) {
        this.#linkWanted = false;
        const { breathe } = this.#deps.runtime;
        const changed = await this.project.link({ signal: this.gone, breathe });
        await this.#deps.onChanged(changed);
      }
    } catch (error) {
      if (!this.gone.aborted) this.#deps.faults.report([{ message: describe(error) }]);
    } finally {
      this.#linking = null;
    }
  }

  close(): void {
    this.#gone.abort();
  }

  #merged() {
    return mergeConfig(this.root, this.settings, this.config, this.#deps.engine.DEFAULT_CONFIG);
  }

  #effect(): string {
    return JSON.stringify([this.#merged(), this.settings]);
  }

  #host(): ProjectHost {
    const { documents, runtime, faults } = this.#deps;
    const analysed = this.#analysed;
    const { files } = this;
    return {
      *files() {
        yield* files;
        for (const file of analysed.keys()) if (!files.has(file)) yield file;
      },
      read: async (file) => {
        const open = documents.get(file);
        if (open !== undefined) return open.getText();
        const result = await runtime.read(file);
        if ('text' in result) return result.text;
        faults.once(messages.fileSkipped(file, result.problem));
        return undefined;
      },
      now: runtime.now,
    };
  }
}
