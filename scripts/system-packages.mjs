// Programs from outside the npm registry: looked for on the PATH, and installed with apt where that
// is possible without asking.
import fs from 'node:fs';
import path from 'node:path';
import { run, SetupError } from './setup.mjs';

/**
 * @param {readonly string[]} packages Debian packages
 * @param {string} purpose completes "needed …" in the error message
 * @throws {SetupError} when this is not root on a Debian-like system, or apt fails
 */
export function aptInstall(packages, purpose) {
  const command = `apt-get install -y --no-install-recommends ${packages.join(' ')}`;
  if (process.getuid?.() !== 0 || !findOnPath('apt-get')) {
    throw new SetupError(
      `${packages.join(', ')} are needed ${purpose}. On Debian or Ubuntu: sudo ${command}`,
    );
  }
  console.log(`Installing ${packages.join(', ')} …`);
  const env = { ...process.env, DEBIAN_FRONTEND: 'noninteractive' };
  const [program, ...args] = command.split(' ');
  if (run('apt-get', ['update', '-qq'], { env }) && run(program, ['-qq', ...args], { env })) return;
  throw new SetupError(`“${command}” failed; see above. It is needed ${purpose}.`);
}

/** @returns {string | undefined} the absolute path of a program, if the PATH has it */
export function findOnPath(name) {
  return (process.env.PATH ?? '')
    .split(path.delimiter)
    .map((folder) => path.join(folder, name))
    .find((file) => {
      try {
        fs.accessSync(file, fs.constants.X_OK);
        return fs.statSync(file).isFile();
      } catch {
        return false;
      }
    });
}

/**
 * Finds Chromium ($CHROMIUM, then the PATH), or installs Debian's when this is root.
 * @returns {string} absolute path of the browser
 * @throws {SetupError} when there is none and it cannot be installed
 */
export function ensureChromium() {
  const names = ['chromium', 'chromium-browser', 'google-chrome', 'google-chrome-stable'];
  const find = () => names.map(findOnPath).find((file) => file !== undefined);
  const chosen = process.env.CHROMIUM;
  if (chosen) {
    if (fs.existsSync(chosen)) return chosen;
    throw new SetupError(`CHROMIUM is set to ${chosen}, which does not exist.`);
  }
  const found = find();
  if (found) return found;
  aptInstall(
    ['chromium', 'fonts-dejavu-core'],
    'for the tests in a real VS Code (or set CHROMIUM)',
  );
  const installed = find();
  if (installed) return installed;
  throw new SetupError('Chromium was installed but is not on the PATH. Set CHROMIUM to its path.');
}
