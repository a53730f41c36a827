const REASONS: Readonly<Record<string, string>> = {
  ENOENT: 'does not exist.',
  EACCES: 'cannot be read: permission denied.',
  EPERM: 'cannot be read: the operation is not permitted.',
  EISDIR: 'is a folder; a file was expected.',
  ENOTDIR: 'does not exist: a part of its path is not a folder.',
  ELOOP: 'cannot be read: its symbolic links form a loop.',
  ENAMETOOLONG: 'cannot be read: its path is too long.',
  EMFILE: 'cannot be read: too many files are open.',
};

/**
 * @param error what a file system call threw
 * @returns the rest of a sentence that starts with the path
 */
export function describeFailure(error: unknown): string {
  const code = (error as NodeJS.ErrnoException).code ?? '';
  return REASONS[code] ?? `cannot be read: ${error instanceof Error ? error.message : error}`;
}
