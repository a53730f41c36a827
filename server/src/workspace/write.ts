import { constants } from 'node:fs';
import { access, readFile, stat } from 'node:fs/promises';
import writeFileAtomic from 'write-file-atomic';
import { describeFailure } from './failure';
import { encode, readSource, type SourceText } from './read';

/**
 * Replaces the text of a file whole or not at all, keeping its encoding, byte order mark, mode and
 * owner; of a symbolic link, the target's. Refuses when that would lose anything: the file changed
 * since it was read, is read-only, or holds bytes that its text cannot give back.
 * @param file absolute path
 * @param before what `readSource` answered, which `text` was made from
 * @returns why nothing was written (the rest of a sentence that starts with the path), or `null`
 */
export async function writeSource(
  file: string,
  before: SourceText,
  text: string,
): Promise<string | null> {
  const refusal = await whyNot(file, before);
  if (refusal !== null) return refusal;
  try {
    await writeFileAtomic(file, encode(text, before.encoding));
    return null;
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    return `was not fixed: it cannot be written (${reason}).`;
  }
}

async function whyNot(file: string, before: SourceText): Promise<string | null> {
  try {
    // The file is replaced by a rename, which asks for the folder's permission only; and the
    // superuser passes `access`. So the mode decides too.
    const { mode } = await stat(file);
    if ((mode & 0o222) === 0) return 'was not fixed: it is read-only.';
    await access(file, constants.W_OK);
    const bytes = await readFile(file);
    if (bytes.equals(encode(before.text, before.encoding))) return null;
    const now = await readSource(file);
    return 'text' in now && now.text === before.text && now.encoding === before.encoding
      ? 'was not fixed: it holds bytes that are no text in its encoding, and writing it would lose them.'
      : 'was not fixed: it changed while it was analysed. Run the command again.';
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EACCES'
      ? 'was not fixed: it is read-only.'
      : `was not fixed: it ${describeFailure(error)}`;
  }
}
