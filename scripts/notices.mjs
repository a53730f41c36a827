// Collects the licence texts of the packages that ended up in the bundles.
import fs from 'node:fs';
import path from 'node:path';

/** Code that a package carries inside its own files: licence text to add, by path of the file. */
const VENDORED = {
  'node_modules/@ts-morph/common/dist/typescript.js': {
    title: 'TypeScript (as shipped by @ts-morph/common), Apache-2.0',
    licence: 'node_modules/typescript/LICENSE',
  },
};

/**
 * @param {string} root absolute path of the repository
 * @param {readonly string[]} inputs bundled files, relative to the root, as esbuild's metafile has them
 * @param {string} target file to write
 * @throws {Error} when a bundled package has no licence text
 */
export function writeNotices(root, inputs, target) {
  const packages = new Map();
  for (const input of inputs) {
    const folder = packageFolder(input);
    if (folder && !packages.has(folder)) packages.set(folder, notice(root, folder));
    const vendored = VENDORED[input];
    if (vendored) {
      const text = fs.readFileSync(path.join(root, vendored.licence), 'utf8');
      packages.set(vendored.licence, `${vendored.title}\n\n${text.trim()}`);
    }
  }
  const notices = [...packages.values()].sort((a, b) => (a < b ? -1 : 1));
  const rule = `\n\n${'-'.repeat(80)}\n\n`;
  const heading = 'Slowpath contains code of the following packages, under the licences given.';
  fs.writeFileSync(target, `${[heading, ...notices].join(rule)}\n`);
}

/** @returns {string | undefined} `node_modules/a/node_modules/@b/c` of a file in that package */
function packageFolder(input) {
  return /^(?:.*\/)?node_modules\/(?:@[^/]+\/)?[^/]+/.exec(input)?.[0];
}

function notice(root, folder) {
  const manifest = JSON.parse(fs.readFileSync(path.join(root, folder, 'package.json'), 'utf8'));
  const text = licenceText(path.join(root, folder));
  if (!text) throw new Error(`${manifest.name} is bundled but has no licence text.`);
  return `${manifest.name} ${manifest.version}, ${manifest.license}\n\n${text.trim()}`;
}

/** @returns the licence file, or the README from its licence heading on */
function licenceText(folder) {
  const names = fs.readdirSync(folder);
  const read = (pattern) => {
    const name = names.find((each) => pattern.test(each));
    return name && fs.readFileSync(path.join(folder, name), 'utf8');
  };
  return read(/^licen[cs]e/i) ?? /^#*\s*licen[cs]e\b[\s\S]*/im.exec(read(/^readme/i) ?? '')?.[0];
}
