import { cpSync, mkdirSync, readdirSync, readFileSync, symlinkSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { REPOSITORY } from '../architecture/modules';
import { node, type Run } from '../cli/run';
import { temporaryFolder } from '../workspace/folder';

const COPIED = `package.json package.nls.json tsconfig.base.json biome.json .gitignore README.md
  vitest.config.mts docs/rules scripts server shared test/architecture test/cli test/docs
  test/fixtures test/rules test/workspace`.split(/\s+/);

/** Packages, and what is only read. */
const LINKED = ['node_modules', 'samples', 'dist'];

/** A copy of the parts of the repository that rules and documentation consist of. */
export class Copy {
  readonly root = temporaryFolder();

  constructor() {
    for (const name of COPIED) {
      mkdirSync(dirname(join(this.root, name)), { recursive: true });
      cpSync(join(REPOSITORY, name), join(this.root, name), {
        recursive: true,
        filter: (source) => basename(source) !== 'node_modules',
      });
    }
    for (const name of LINKED) symlinkSync(join(REPOSITORY, name), join(this.root, name), 'dir');
  }

  read(file: string): string {
    return readFileSync(join(this.root, file), 'utf8');
  }

  /** Runs one of the repository's scripts. */
  script(name: string, ...args: string[]): Run {
    return node(this.root, [join(this.root, 'scripts', name), ...args]);
  }

  /** Runs a program of node_modules by its script. */
  tool(script: string, ...args: string[]): Run {
    return node(this.root, [join(this.root, 'node_modules', script), ...args]);
  }

  /** Contents of every file that is not linked, by path. */
  contents(): Record<string, string> {
    const entries = readdirSync(this.root, { recursive: true, withFileTypes: true });
    const files = entries.filter((it) => it.isFile()).map((it) => join(it.parentPath, it.name));
    return Object.fromEntries(files.map((file) => [file, readFileSync(file, 'utf8')]));
  }
}
