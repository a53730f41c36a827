import type { Dirent } from 'node:fs';
import { readdir, stat } from 'node:fs/promises';
import { isAbsolute, join, relative } from 'node:path';
import type { Connection } from 'vscode-languageserver';
import {
  type RunFile,
  TIMINGS_CHANGED,
  type TimingsChanged,
  type TimingsQuery,
  type TimingsRequest,
  type TimingsRequestType,
  type TimingsResults,
  timingsMethod,
} from '../../../shared/timings';
import { TimingSession } from './timingSession';

const LOG_FOLDER = ['.slowpath', 'timings'];
const LOG_EXTENSION = '.ndjson';
const MAX_LISTED = 200;
const NOTIFY_INTERVAL_MS = 300;

export interface TimingsHost {
  /** Absolute paths of the workspace folders as they are now. */
  workspaceFolders(): string[];
}

/** What the timing requests of a server hold open. */
export interface TimingsService {
  /** Closes every log. */
  dispose(): Promise<void>;
}

type Parameters<T extends TimingsRequestType> = Omit<Extract<TimingsRequest, { type: T }>, 'type'>;

/**
 * Answers the timing panel's requests (`shared/timings.ts`) on a connection. A log stays open, and
 * is followed, until the client closes it; opening it again meanwhile gives the same session.
 */
export function registerTimings(connection: Connection, host: TimingsHost): TimingsService {
  const sessions = new Map<number, TimingSession>();
  let lastSession = 0;

  const on = <T extends TimingsRequestType>(
    type: T,
    handle: (params: Parameters<T>) => TimingsResults[T] | Promise<TimingsResults[T]>,
  ): void => {
    connection.onRequest(timingsMethod(type), async (params: unknown): Promise<unknown> => {
      return handle(params as Parameters<T>);
    });
  };

  on('list', async () => ({ runs: await listRuns(host.workspaceFolders()) }));
  on('open', ({ file }) => {
    if (typeof file !== 'string' || !isAbsolute(file)) {
      throw new Error(`Expected the absolute path of a timing log, found ${String(file)}.`);
    }
    for (const [id, session] of sessions) {
      if (session.file === file) return { session: id, file };
    }
    const id = ++lastSession;
    const changed = (): void => {
      const params: TimingsChanged = { session: id };
      void connection.sendNotification(TIMINGS_CHANGED, params);
    };
    sessions.set(id, new TimingSession(id, file, NOTIFY_INTERVAL_MS, changed));
    return { session: id, file };
  });
  on('query', (query: TimingsQuery) => sessions.get(query.session)?.view(query) ?? null);
  on('subscribe', ({ session }) => {
    sessions.get(session)?.subscribe();
    return null;
  });
  on('close', async ({ session }) => {
    const open = sessions.get(session);
    sessions.delete(session);
    await open?.close();
    return null;
  });

  return {
    async dispose() {
      const open = [...sessions.values()];
      sessions.clear();
      await Promise.all(open.map((session) => session.close()));
    },
  };
}

/** The logs below the workspace folders, newest first. Unreadable ones are left out. */
async function listRuns(folders: readonly string[]): Promise<RunFile[]> {
  const found = await Promise.all(folders.map(listFolder));
  const runs = found.flat().sort((a, b) => b.modified - a.modified);
  return runs.slice(0, MAX_LISTED);
}

async function listFolder(folder: string): Promise<RunFile[]> {
  const directory = join(folder, ...LOG_FOLDER);
  let entries: Dirent[];
  try {
    entries = await readdir(directory, { withFileTypes: true });
  } catch {
    // Most workspaces have no logs yet; the panel explains how to make some.
    return [];
  }
  const runs = await Promise.all(
    entries
      .filter((entry) => !entry.isDirectory() && entry.name.endsWith(LOG_EXTENSION))
      .map((entry) => describe(join(directory, entry.name), folder)),
  );
  return runs.filter((run) => run !== null);
}

async function describe(file: string, folder: string): Promise<RunFile | null> {
  try {
    const { size, mtimeMs } = await stat(file);
    const label = relative(folder, file).replaceAll('\\', '/');
    return { file, label, bytes: size, modified: mtimeMs };
  } catch {
    return null;
  }
}
