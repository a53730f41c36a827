import type { InitializeParams, WorkspaceFoldersChangeEvent } from 'vscode-languageserver/node';
import type { Folder } from './folder';
import { validateOpen } from './openDocuments';
import { runSafe } from './runSafe';
import type { Session } from './session';
import { isInside, pathToUri, uriToPath } from './uri';

/** @returns URIs of the folders the client has open when it starts */
export function initialFolders(params: InitializeParams): string[] {
  if (params.workspaceFolders) return params.workspaceFolders.map(({ uri }) => uri);
  // Clients of before version 3.6 of the protocol have one folder.
  if (params.rootUri) return [params.rootUri];
  return params.rootPath ? [pathToUri(params.rootPath.replaceAll('\\', '/'))] : [];
}

/** Opens folders, then analyses open documents first and the rest of the folders after them. */
export async function openFolders(session: Session, uris: readonly string[]): Promise<Folder[]> {
  const opened = uris.flatMap((uri) => {
    const root = uriToPath(uri);
    return root === undefined ? [] : [session.folders.add(root, uri)];
  });
  return Promise.all(opened);
}

/** Follows folders that are added to and removed from the workspace. */
export async function changeFolders(
  session: Session,
  { added, removed }: WorkspaceFoldersChangeEvent,
): Promise<void> {
  const { connection, documents, folders, scanner, validator } = session;
  await runSafe(connection.console, 'workspace/didChangeWorkspaceFolders', undefined, async () => {
    const shown = validator.files();
    const gone = removed.flatMap(({ uri }) => uriToPath(uri) ?? []);
    for (const root of gone) folders.remove(root);
    const opened = await openFolders(
      session,
      added.map(({ uri }) => uri),
    );
    const roots = [...gone, ...opened.map(({ root }) => root)];
    folders.closeUnused(documents.files());
    const inside = shown.filter((file) => roots.some((root) => isInside(root, file)));
    await validator.changedInSlices(inside);
    await validateOpen(session);
    // A folder around one that came or went has lost or gained its files.
    const around = folders.all().filter(({ root }) => roots.some((one) => isInside(root, one)));
    await scanner.start([...new Set([...opened, ...around])]);
  });
}
