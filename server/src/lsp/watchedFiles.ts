import { basename } from 'node:path/posix';
import {
  type Connection,
  DidChangeWatchedFilesNotification,
  FileChangeType,
} from 'vscode-languageserver/node';
import { reload } from './configuration';
import { CLOSED } from './diagnostics';
import type { Folder } from './folder';
import { messages } from './messages';
import { runSafe } from './runSafe';
import type { Session } from './session';
import { Slices } from './slices';
import { isInside, uriToPath } from './uri';

/** New files in one batch from which on listing the folder is cheaper than asking file by file. */
const MANY_NEW_FILES = 100;

/** Follows files that others change: version control, generators, other editors. */
export function registerWatchedFiles(connection: Connection, session: Session): void {
  const batch = new Batch(session);
  connection.onDidChangeWatchedFiles(({ changes }) => {
    for (const { uri, type } of changes) {
      const file = uriToPath(uri);
      if (file !== undefined) batch.add(file, type === FileChangeType.Deleted);
    }
  });
  // A folder that is deleted or moved is one event, and none of its files' watchers sees it.
  connection.workspace.onDidDeleteFiles(({ files }) => {
    for (const { uri } of files) batch.add(uriToPath(uri) ?? '', true);
  });
  connection.workspace.onDidRenameFiles(({ files }) => {
    for (const { oldUri } of files) batch.add(uriToPath(oldUri) ?? '', true);
    void session.scanner.start(session.folders.all());
  });
  if (!session.client.watchFiles) return;
  const names = session.runtime.configNames.join(',');
  const globs = ['**/*.{ts,tsx,mts,cts,js,jsx,mjs,cjs}', `**/{${names}}`, '**/.gitignore'];
  void runSafe(connection.console, 'client/registerCapability', undefined, () =>
    connection.client
      .register(DidChangeWatchedFilesNotification.type, {
        watchers: globs.map((globPattern) => ({ globPattern })),
      })
      .then(() => undefined),
  );
}

/** Collects events, so that thousands of them are one piece of work. */
class Batch {
  readonly #session: Session;
  #events = new Map<string, { deleted: boolean }>();
  #draining = false;

  constructor(session: Session) {
    this.#session = session;
  }

  add(file: string, deleted: boolean): void {
    this.#events.set(file, { deleted });
    if (this.#draining) return;
    this.#draining = true;
    setImmediate(() => void this.#drain());
  }

  async #drain(): Promise<void> {
    const { connection } = this.#session;
    while (this.#events.size > 0) {
      const events = this.#events;
      this.#events = new Map();
      await runSafe(connection.console, 'workspace/didChangeWatchedFiles', undefined, () =>
        this.#handle(events),
      );
    }
    this.#draining = false;
  }

  async #handle(events: ReadonlyMap<string, { deleted: boolean }>): Promise<void> {
    const { folders, scanner, validator } = this.#session;
    const configured = new Set<Folder>();
    const ignoring = new Set<Folder>();
    const sources = new Map<Folder, Map<string, { deleted: boolean }>>();
    for (const [file, event] of events) {
      const folder = folders.peek(file);
      if (validator.isConfig(file)) {
        for (const one of folders.configuredBy(file)) configured.add(one);
      } else if (basename(file) === '.gitignore') {
        for (const one of folders.all()) if (isInside(one.root, file)) ignoring.add(one);
      } else if (folder?.kind === 'workspace') {
        const inFolder = sources.get(folder) ?? new Map<string, { deleted: boolean }>();
        sources.set(folder, inFolder.set(file, event));
      }
    }
    await reload(this.#session, [...configured]);
    for (const folder of ignoring) folder.forgetAccepted();
    if (ignoring.size > 0) void scanner.start([...ignoring]);
    for (const [folder, files] of sources) {
      if (!ignoring.has(folder)) await this.#takeIn(folder, files);
    }
  }

  async #takeIn(folder: Folder, events: ReadonlyMap<string, { deleted: boolean }>): Promise<void> {
    const { documents, folders, scanner, validator, runtime } = this.#session;
    const gone = [...events].filter(([, { deleted }]) => deleted).map(([file]) => file);
    const removed = removeAll(folder, gone, {
      isOpen: (file) => documents.get(file) !== undefined,
      isFile: runtime.isSourceFile,
    });
    if (!folder.settings.scanWorkspace) {
      validator.changed(removed);
      return;
    }
    const written = [...events].filter(([, { deleted }]) => !deleted).map(([file]) => file);
    if (written.filter((file) => !folder.files.has(file)).length > MANY_NEW_FILES) {
      validator.changed(removed);
      void scanner.start([folder]);
      return;
    }
    const changed = new Set(removed);
    const slices = new Slices(runtime);
    folder.hold();
    try {
      for (const file of written) {
        if (folders.peek(file) !== folder || !(await this.#read(folder, file))) continue;
        changed.add(file);
        await slices.rest();
      }
    } finally {
      folder.resume();
    }
    await folder.link();
    await validator.changedInSlices([...changed]);
  }

  /** @returns whether what is known of the file has changed */
  async #read(folder: Folder, file: string): Promise<boolean> {
    const { documents, runtime, faults } = this.#session;
    if (!runtime.isSourceFile(file) || !(await folder.accepts(file))) return false;
    const mark = folder.mark();
    const read = await runtime.read(file);
    if (folder.gone.aborted || folder.isNewer(file, mark)) return false;
    if ('text' in read) folder.files.add(file);
    // An open document's text wins over the disk's.
    if (documents.get(file) !== undefined) return false;
    if ('text' in read) {
      folder.analyse(file, read.text, CLOSED);
      return true;
    }
    faults.once(messages.fileSkipped(file, read.problem));
    return folder.remove(file);
  }
}

/** Removes files, and what lies in them where they are folders. @returns the files removed */
function removeAll(
  folder: Folder,
  gone: readonly string[],
  { isOpen, isFile }: { isOpen(file: string): boolean; isFile(path: string): boolean },
): string[] {
  const removed: string[] = [];
  const remove = (file: string) => {
    if (isOpen(file)) folder.files.delete(file);
    else if (folder.remove(file)) removed.push(file);
  };
  for (const path of gone) {
    if (isFile(path)) remove(path);
    else for (const file of [...folder.files]) if (isInside(path, file)) remove(file);
  }
  return removed;
}
