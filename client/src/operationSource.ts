import { basename, dirname, isAbsolute, resolve } from 'node:path';
import * as vscode from 'vscode';

/** Files searched at most for an operation whose position was not recorded. */
const MAX_FILES = 3000;
const SOURCE_FILES = '**/*.{ts,tsx,mts,cts,js,jsx,mjs,cjs,py}';
const NOT_SOURCES =
  '**/{node_modules,dist,build,out,.git,.venv,venv,__pycache__,site-packages,coverage}/**';
/** The helpers' functions that take an operation's name. */
const HELPER = String.raw`\b(?:timed_?[oO]peration|time_?[oO]peration|profile_?[fF]unction)`;
/** Type arguments, the parenthesis and another first argument may stand before the name. */
const CALL = String.raw`${HELPER}\s*(?:<[^>()]*>)?\s*\(\s*(?:[\w.$]+\s*,\s*)?`;

interface OperationPlace {
  /** Absolute path of the log. */
  file: string;
  op: string;
  /** `path:line` or `path:line:column` as recorded, lines and columns from 1. */
  src: string | null;
}

/**
 * Shows where an operation is timed: the recorded position where its file exists, else the first
 * call in the workspace that gives one of the helper's functions this name. Says so when neither
 * is found.
 */
export async function revealOperation({ file, op, src }: OperationPlace): Promise<void> {
  const place = (await recordedPlace(file, src)) ?? (await searchWithProgress(op));
  if (place === null) {
    const message = vscode.l10n.t(
      'The log does not say where “{0}” is timed, and no timedOperation call with this name was found in the workspace.',
      op.slice(0, 200),
    );
    void vscode.window.showInformationMessage(message);
    return;
  }
  if (place === 'cancelled') return;
  const options = { selection: place.range, preview: true };
  await vscode.window.showTextDocument(place.uri, options);
}

async function recordedPlace(log: string, src: string | null): Promise<vscode.Location | null> {
  const match = src === null ? null : /^(.+?):(\d+)(?::(\d+))?$/.exec(src);
  if (match === null) return null;
  const [, path = '', line = '1', column = '1'] = match;
  const position = new vscode.Position(Math.max(0, Number(line) - 1), Math.max(0, +column - 1));
  for (const uri of candidates(path, log)) {
    try {
      const { type } = await vscode.workspace.fs.stat(uri);
      if (type & vscode.FileType.File) return new vscode.Location(uri, position);
    } catch {
      // Not there; the next folder may have it.
    }
  }
  return null;
}

/** Recorded paths are relative to the folder the program ran in, which holds its log folder. */
function candidates(path: string, log: string): vscode.Uri[] {
  if (path.startsWith('file:')) return [vscode.Uri.parse(path)];
  if (isAbsolute(path)) return [vscode.Uri.file(path)];
  const folders = (vscode.workspace.workspaceFolders ?? []).map(({ uri }) => uri.fsPath);
  const inLogFolder = basename(dirname(dirname(log))) === '.slowpath';
  const ranIn = inLogFolder ? [dirname(dirname(dirname(log)))] : [];
  return [...ranIn, ...folders].map((folder) => vscode.Uri.file(resolve(folder, path)));
}

async function searchWithProgress(op: string): Promise<vscode.Location | 'cancelled' | null> {
  const title = vscode.l10n.t('Looking for the source of “{0}”', op.slice(0, 80));
  const location = vscode.ProgressLocation.Notification;
  return vscode.window.withProgress({ location, title, cancellable: true }, (_, token) =>
    search(op, token),
  );
}

async function search(
  op: string,
  token: vscode.CancellationToken,
): Promise<vscode.Location | 'cancelled' | null> {
  const files = await vscode.workspace.findFiles(SOURCE_FILES, NOT_SOURCES, MAX_FILES, token);
  const name = op.replace(/[.*+?^${}()|[\]\\]/g, '\\$&');
  const quoted = `${CALL}(?:\\{[^}]*?\\bname\\s*:\\s*)?(["'\`])(${name})\\1`;
  // profileFunction names an operation after the function it is given.
  const call = new RegExp(
    `${quoted}|${CALL}(?:async\\s+)?(?:function\\s+)?(${name})(?=[\\s,()])`,
    'd',
  );
  for (const uri of files.sort((a, b) => (a.path < b.path ? -1 : 1))) {
    if (token.isCancellationRequested) return 'cancelled';
    const place = await findIn(uri, op, call);
    if (place !== null) return place;
  }
  return token.isCancellationRequested ? 'cancelled' : null;
}

async function findIn(uri: vscode.Uri, op: string, call: RegExp): Promise<vscode.Location | null> {
  let bytes: Uint8Array;
  try {
    bytes = await vscode.workspace.fs.readFile(uri);
  } catch {
    // The file went away since it was listed.
    return null;
  }
  const text = Buffer.from(bytes).toString('utf8');
  if (!text.includes(op)) return null;
  const indices = call.exec(text)?.indices;
  const span = indices?.[2] ?? indices?.[3];
  if (span === undefined) return null;
  const at = (offset: number): vscode.Position => {
    const before = text.slice(0, offset);
    const lineStart = before.lastIndexOf('\n') + 1;
    return new vscode.Position(before.split('\n').length - 1, offset - lineStart);
  };
  return new vscode.Location(uri, new vscode.Range(at(span[0]), at(span[1])));
}
