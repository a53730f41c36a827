import fs from 'node:fs';
import path from 'node:path';

const SOURCE = /\.(?:[cm]?ts|tsx|[cm]?js|jsx)$/;
const LEFT_OUT = /\.d\.[cm]?ts$|\.min\.[cm]?js$/;

/** Larger files are bundles, which no project has in its sources. */
const MAX_BYTES = 300_000;

/**
 * Copies the sources of installed packages, without type declarations and bundles, to a folder in
 * which nothing marks them as dependencies or build output.
 * @param {string} nodeModules
 * @param {string} target made if it does not exist
 */
export function copyPackageSources(nodeModules, target) {
  fs.mkdirSync(target, { recursive: true });
  const pending = [''];
  for (let folder = pending.pop(); folder !== undefined; folder = pending.pop()) {
    for (const entry of fs.readdirSync(path.join(nodeModules, folder), { withFileTypes: true })) {
      const relative = path.join(folder, entry.name);
      if (entry.isDirectory()) {
        pending.push(relative);
      } else if (entry.isFile() && SOURCE.test(entry.name) && !LEFT_OUT.test(entry.name)) {
        if (fs.statSync(path.join(nodeModules, relative)).size > MAX_BYTES) continue;
        const copy = path.join(target, relative.replaceAll('node_modules', 'packages'));
        fs.mkdirSync(path.dirname(copy), { recursive: true });
        fs.copyFileSync(path.join(nodeModules, relative), copy);
      }
    }
  }
}
