// Packs dist/ into dist/slowpath.vsix.
// usage: node scripts/package.mjs     after scripts/build.mjs
import fs from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { createVSIX } from '@vscode/vsce';
import { ROOT, runMain } from './setup.mjs';

/**
 * @returns {Promise<string>} absolute path of the package
 * @throws when a file the manifest names is missing
 */
export async function packageExtension() {
  const target = path.join(ROOT, 'dist/slowpath.vsix');
  await createVSIX({
    cwd: ROOT,
    packagePath: target,
    dependencies: false, // everything is bundled
    allowMissingRepository: true,
    rewriteRelativeLinks: false,
  });
  return target;
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  await runMain(async () => {
    const { size } = fs.statSync(await packageExtension());
    console.log(`${(size / 1024 / 1024).toFixed(2)} MB`);
  });
}
