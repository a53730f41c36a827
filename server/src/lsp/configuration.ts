import type { Folder } from './folder';
import { runSafe } from './runSafe';
import type { Session } from './session';
import { isInside } from './uri';

/** Follows the configuration files that are open in the editor. */
export function registerConfiguration(session: Session): void {
  const { documents, folders, validator } = session;
  const reloadFor = (file: string) => {
    if (validator.isConfig(file)) void reload(session, folders.configuredBy(file));
  };
  documents.onDidChange(reloadFor);
  documents.onDidClose(reloadFor);
}

/** Takes in what has changed and, where it matters to findings, analyses the folders again. */
export async function reload(session: Session, folders: readonly Folder[]): Promise<void> {
  await runSafe(session.connection.console, 'configuration', undefined, async () => {
    await Promise.all(folders.map((folder) => reloadFolder(session, folder)));
    session.status.update();
  });
}

async function reloadFolder(session: Session, folder: Folder): Promise<void> {
  const { scanner, validator } = session;
  const before = folder.config.file;
  const changed = await folder.reload();
  validator.changed([...new Set([before, folder.config.file])].filter((file) => file !== null));
  if (!changed) return;
  const inside = validator.files().filter((file) => isInside(folder.root, file));
  const scan = scanner.start([folder]);
  if (folder.kind !== 'workspace') await validateOpen(session, folder);
  await scan;
  // What the new settings hide shows no more, whether it was analysed again or not.
  await validator.changedInSlices(inside);
}

async function validateOpen({ documents, validator }: Session, folder: Folder): Promise<void> {
  for (const file of [...documents.files()]) {
    if (isInside(folder.root, file)) await validator.validate(file, 'pull');
  }
}
