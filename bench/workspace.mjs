import path from 'node:path';
import { pathToFileURL } from 'node:url';
import esbuild from 'esbuild';

/**
 * Loads the discovery and reading that the command line uses, from their TypeScript sources.
 * @param {string} root the repository
 * @param {string} scratch folder for the bundle
 */
export async function loadWorkspace(root, scratch) {
  const outfile = path.join(scratch, 'workspace.cjs');
  await esbuild.build({
    stdin: {
      contents: `export { discoverFiles } from './discover';
        export { readSourceSync } from './read';`,
      resolveDir: path.join(root, 'server/src/workspace'),
      loader: 'ts',
    },
    bundle: true,
    platform: 'node',
    format: 'cjs',
    target: 'node20',
    outfile,
  });
  return (await import(pathToFileURL(outfile).href)).default;
}
