import { readdir } from 'node:fs/promises';
import { setImmediate } from 'node:timers/promises';
import type { Fault } from '../../../shared/finding';
import type { LinterConfig } from '../linter/config';
import { Project } from '../linter/project';
import { rules } from '../rules/index';
import { CONFIG_NAMES } from '../workspace/config';
import { type DiscoverOptions, discoverFiles } from '../workspace/discover';
import { readSourceSync } from '../workspace/read';

export interface ScanOptions {
  /** Working folder; absolute, `/`-separated. */
  cwd: string;
  /** Absolute, `/`-separated paths of folders and files that exist. */
  roots: readonly { path: string; kind: 'file' | 'folder' }[];
  config: LinterConfig;
}

/** A workspace of which some or all files have been analysed. */
export interface Scan {
  project: Project;
  /** The files asked for, without those that could not be read. */
  files: ReadonlySet<string>;
  /** Folders and files that could not be read. */
  faults: Fault[];
  /** Size of the files, in bytes. */
  bytes: number;
}

/** Longest time without a look at signals, in ms. */
const SLICE_MS = 50;

/** Analyses every source file below the roots. Texts and trees are dropped as it goes. */
export async function scan({ cwd, roots, config }: ScanOptions): Promise<Scan> {
  const faults: Fault[] = [];
  const files = new Set<string>();
  const options = { ignores: config.ignores, ignoreRoot: config.root };
  const surroundings = await surroundingFiles(cwd, roots, options);
  const host = {
    files: () => new Set([...surroundings, ...files]),
    read: async (file: string) => {
      const source = readSourceSync(file);
      return 'text' in source ? source.text : undefined;
    },
    now: () => performance.now(),
  };
  const project = new Project(host, rules, config);
  const found = discoverFiles(
    roots.map(({ path }) => path),
    {
      ...options,
      onProblem: (file, problem) => {
        const kind = roots.find(({ path }) => path === file)?.kind ?? 'folder';
        faults.push({ file, message: `The ${kind} ${problem}` });
      },
    },
  );
  let bytes = 0;
  let sliceStart = performance.now();
  for await (const file of found) {
    const source = readSourceSync(file);
    if ('problem' in source) {
      faults.push({ file, message: `The file ${source.problem}` });
      continue;
    }
    files.add(file);
    bytes += source.bytes;
    project.analyse(file, source.text);
    if (performance.now() - sliceStart > SLICE_MS) {
      await setImmediate();
      sliceStart = performance.now();
    }
  }
  await project.link();
  return { project, files, faults, bytes };
}

/**
 * Finds the files that may hold callers of what is checked: those of the working folder, if it is
 * a project's. So one file by itself gets the findings it has in a check of everything.
 */
async function surroundingFiles(
  cwd: string,
  roots: ScanOptions['roots'],
  options: DiscoverOptions,
): Promise<string[]> {
  const marks = ['package.json', 'tsconfig.json', '.git', ...CONFIG_NAMES];
  const names = await readdir(cwd).catch((): string[] => []);
  if (!marks.some((name) => names.includes(name)) || roots.some(({ path }) => path === cwd))
    return [];
  const files: string[] = [];
  for await (const file of discoverFiles([cwd], options)) files.push(file);
  return files;
}
