import { runSafe } from './runSafe';
import type { Session } from './session';
import type { Reason } from './validator';

/** Keeps what is known of open documents up to date, whoever asks for it. */
export function registerOpenDocuments(session: Session): void {
  const { connection, documents, folders, validator } = session;
  const log = connection.console;
  const wanted = new Map<string, Reason>();
  const want = (file: string, reason: Reason) => {
    if (wanted.size === 0) setImmediate(drain);
    if (wanted.get(file) !== 'save') wanted.set(file, reason);
  };
  // Edits that arrive together are one validation.
  const drain = () => {
    const batch = [...wanted];
    wanted.clear();
    for (const [file, reason] of batch) {
      void runSafe(log, 'validation', undefined, () => validator.validate(file, reason));
    }
  };
  documents.onDidChange((file) => want(file, 'change'));
  documents.onDidSave((file) => want(file, 'save'));
  documents.onDidClose((file) => {
    void runSafe(log, 'textDocument/didClose', undefined, async () => {
      await validator.readAgain(file);
      folders.closeUnused(documents.files());
    });
  });
}

/** Validates every open document. */
export async function validateOpen({ documents, validator }: Session): Promise<void> {
  for (const file of [...documents.files()]) await validator.validate(file, 'pull');
}
