import { webcrypto } from 'node:crypto';

/** SHA-256 of a task with white space normalised, in hex: equal tasks have equal fingerprints. */
export async function fingerprint(task: string): Promise<string> {
  const bytes = Buffer.from(task.trim().replace(/\s+/g, ' '));
  const digest = await webcrypto.subtle.digest('SHA-256', bytes);
  return Buffer.from(digest).toString('hex');
}
