import { stat } from 'node:fs/promises';
import { dirname, join, sep } from 'node:path';

/** Names of the configuration file; the first wins where a folder has both. */
export const CONFIG_NAMES = ['slowpath.yaml', 'slowpath.yml'] as const;

/**
 * Finds the configuration that holds for a folder: the nearest one in it or above it.
 * @param folder absolute path
 * @returns absolute, `/`-separated path, or `null`
 */
export async function findConfig(folder: string): Promise<string | null> {
  for (let at = folder; ; at = dirname(at)) {
    for (const name of CONFIG_NAMES) {
      const path = join(at, name);
      const entry = await stat(path).catch(() => null);
      if (entry?.isFile()) return sep === '/' ? path : path.replaceAll(sep, '/');
    }
    if (dirname(at) === at) return null;
  }
}
