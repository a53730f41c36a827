import type { Connection, WorkDoneProgressServerReporter } from 'vscode-languageserver/node';
import { CLOSED } from './diagnostics';
import type { Documents } from './documents';
import type { FaultLog } from './faults';
import type { Folder } from './folder';
import type { Folders } from './folders';
import { messages } from './messages';
import { describe } from './runSafe';
import type { Runtime } from './runtime';
import { Slices } from './slices';
import { isInside, normaliseDrive } from './uri';
import type { Validator } from './validator';

/** Files read ahead of the one that is analysed. */
const READ_AHEAD = 16;

/** Time between two reports of progress, and between two showings of first findings, in ms. */
const REPORT_MS = 150;

export interface ScannerDeps {
  connection: Connection;
  runtime: Runtime;
  documents: Documents;
  folders: Folders;
  validator: Validator;
  faults: FaultLog;
  /** Whether the client shows progress. */
  showsProgress: boolean;
  /** Called when a scan starts, gets on or ends. */
  onStatus(): void;
}

/** Analyses all files of the workspace's folders, one scan at a time. */
export class Scanner {
  readonly #deps: ScannerDeps;
  readonly #wanted = new Set<Folder>();
  /** Folders the user asked for although their settings leave closed files alone. */
  readonly #forced = new Set<Folder>();
  #running: { folder: Folder | null; controller: AbortController } | null = null;
  #done: Promise<void> | null = null;
  /** Duration of the last scan that was finished, in ms. */
  lastMs: number | null = null;

  constructor(deps: ScannerDeps) {
    this.#deps = deps;
  }

  get busy(): boolean {
    return this.#done !== null;
  }

  /** Resolves when no scan is wanted any more. */
  idle(): Promise<void> {
    return this.#done ?? Promise.resolve();
  }

  /**
   * Scans folders from the start; a scan of one of them that is under way is given up.
   * @param options.force scan even if the settings ask for open files only
   */
  start(folders: readonly Folder[], options: { force?: boolean } = {}): Promise<void> {
    for (const folder of folders) {
      if (folder.kind !== 'workspace') continue;
      this.#wanted.add(folder);
      if (options.force) this.#forced.add(folder);
      if (this.#running?.folder === folder) this.#running.controller.abort();
    }
    if (this.#wanted.size > 0) this.#done ??= this.#run();
    return this.idle();
  }

  async #run(): Promise<void> {
    // The promise of this run must be stored before it can end.
    await Promise.resolve();
    const started = this.#deps.runtime.now();
    const progress = new Progress(this.#deps);
    let finished = true;
    try {
      this.#deps.onStatus();
      while (this.#wanted.size > 0 && !progress.cancelled) {
        const [folder] = this.#wanted;
        if (folder === undefined) break;
        const controller = new AbortController();
        this.#running = { folder, controller };
        progress.onCancel = () => controller.abort();
        if (progress.cancelled) break;
        await this.#scan(folder, AbortSignal.any([controller.signal, folder.gone]), progress);
        if (!controller.signal.aborted) this.#wanted.delete(folder);
      }
      finished = !progress.cancelled;
    } catch (error) {
      finished = false;
      this.#deps.faults.report([{ message: describe(error) }]);
    } finally {
      this.#wanted.clear();
      this.#running = null;
      this.#done = null;
      if (finished) this.lastMs = this.#deps.runtime.now() - started;
      progress.end();
      this.#deps.onStatus();
    }
  }

  async #scan(folder: Folder, signal: AbortSignal, progress: Progress): Promise<void> {
    const { documents, validator } = this.#deps;
    const scans = folder.settings.scanWorkspace || this.#forced.has(folder);
    const found =
      scans && folder.settings.enable ? await this.#list(folder, signal) : new Set<string>();
    if (signal.aborted) return;
    const gone = [...folder.files].filter((file) => !found.has(file));
    for (const file of gone) {
      if (documents.get(file) === undefined) folder.remove(file);
      else folder.files.delete(file);
    }
    const first = folder.size === 0;
    for (const file of found) folder.files.add(file);
    const shown = validator.files().filter((file) => isInside(folder.root, file));
    await validator.changedInSlices([
      ...new Set([...gone, ...shown.filter((file) => !found.has(file))]),
    ]);
    folder.hold();
    const analysed = new Set<string>();
    try {
      await this.#analyse(folder, [...found], { signal, progress, first, analysed });
    } finally {
      folder.resume();
    }
    if (!signal.aborted) await folder.link();
    await validator.changedInSlices([...analysed]);
  }

  async #list(folder: Folder, signal: AbortSignal): Promise<Set<string>> {
    const { folders, runtime, faults } = this.#deps;
    const found = new Set<string>();
    const slices = new Slices(runtime);
    const listed = runtime.discover(folder.root, {
      ...folder.ignoring,
      signal,
      onProblem: (path, problem) => faults.once(messages.fileSkipped(path, problem)),
    });
    for await (const path of listed) {
      const file = normaliseDrive(path);
      // A workspace folder inside this one has its own configuration.
      if (folders.peek(file) === folder) found.add(file);
      await slices.rest();
    }
    return found;
  }

  async #analyse(
    folder: Folder,
    files: readonly string[],
    state: { signal: AbortSignal; progress: Progress; first: boolean; analysed: Set<string> },
  ): Promise<void> {
    const { documents, runtime, validator, faults } = this.#deps;
    const { signal, progress, first, analysed } = state;
    for (const file of documents.files()) {
      if (isInside(folder.root, file)) await validator.validate(file, 'pull');
    }
    const slices = new Slices(runtime);
    let fresh: string[] = [];
    let done = 0;
    for await (const { file, mark, read } of readAhead(folder, files, runtime.read)) {
      if (signal.aborted) return;
      done++;
      // An open document's text is the one that counts, and a later read than this one.
      if (documents.get(file) === undefined && !folder.isNewer(file, mark)) {
        if ('text' in read) folder.analyse(file, read.text, CLOSED);
        else {
          faults.once(messages.fileSkipped(file, read.problem));
          folder.remove(file);
        }
        analysed.add(file);
        fresh.push(file);
      }
      if (progress.report(done, files.length)) {
        // Later scans show nothing half-known: findings that need other files would vanish.
        if (first) await validator.changedInSlices(fresh);
        fresh = [];
        this.#deps.onStatus();
      }
      await slices.rest();
    }
  }
}

interface FileRead {
  file: string;
  /** The folder's mark when the read began. */
  mark: number;
  read: Awaited<ReturnType<Runtime['read']>>;
}

/** Yields files with their texts in order, some reads ahead. */
async function* readAhead(
  folder: Folder,
  files: readonly string[],
  read: Runtime['read'],
): AsyncGenerator<FileRead> {
  const reads: Promise<FileRead>[] = [];
  for (const file of files) {
    const mark = folder.mark();
    reads.push(read(file).then((result) => ({ file, mark, read: result })));
    const first = reads.length < READ_AHEAD ? undefined : reads.shift();
    if (first !== undefined) yield await first;
  }
  for (const rest of reads) yield await rest;
}

/** The scan's progress in the client, which may be slow to set it up or not show any. */
class Progress {
  readonly #now: () => number;
  #reporter: WorkDoneProgressServerReporter | null = null;
  #ended = false;
  #last = 0;
  cancelled = false;
  onCancel: () => void = () => undefined;

  constructor({ connection, runtime, showsProgress }: ScannerDeps) {
    this.#now = runtime.now;
    this.#last = runtime.now();
    if (showsProgress) {
      connection.window.createWorkDoneProgress().then(
        (reporter) => this.#begin(reporter),
        // A client that refuses to show progress is scanned without.
        () => undefined,
      );
    }
  }

  /** @returns whether enough time has passed since the last report */
  report(done: number, all: number): boolean {
    const now = this.#now();
    if (now - this.#last < REPORT_MS) return false;
    this.#last = now;
    this.#reporter?.report((done / all) * 100, messages.scanProgress(done, all));
    return true;
  }

  end(): void {
    this.#ended = true;
    this.#reporter?.done();
  }

  #begin(reporter: WorkDoneProgressServerReporter): void {
    if (this.#ended) {
      reporter.done();
      return;
    }
    this.#reporter = reporter;
    reporter.begin(messages.scanTitle, 0, undefined, true);
    reporter.token.onCancellationRequested(() => {
      this.cancelled = true;
      this.onCancel();
    });
  }
}
