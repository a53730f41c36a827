import { readFileSync } from 'node:fs';
import { cpus } from 'node:os';
import { dirname, join, resolve } from 'node:path';
import { performance } from 'node:perf_hooks';
import { formatHeader } from './format';

/**
 * The header line of a log: which run this is and what it ran on.
 *
 * @param run the run's name.
 */
export function runHeader(run: string): string {
  const processors = cpus();
  const model = processors[0]?.model.trim();
  return formatHeader({
    run,
    pid: process.pid,
    t: Math.round(performance.timeOrigin * 1000) / 1000,
    runtime: `node ${process.version}`,
    cpu: model ? `${model} x ${processors.length}` : undefined,
    commit: currentCommit(process.cwd()),
  });
}

function readText(path: string): string | undefined {
  try {
    return readFileSync(path, 'utf8');
  } catch {
    return undefined;
  }
}

/** The commit checked out in the repository that holds `folder`, read without starting git. */
function currentCommit(folder: string): string | undefined {
  for (let current = folder; ; current = dirname(current)) {
    const head = readText(join(current, '.git/HEAD'));
    if (head !== undefined) return resolveHead(head, join(current, '.git'), join(current, '.git'));
    // In a linked worktree `.git` is a file that names the folder.
    const link = readText(join(current, '.git'))?.match(/^gitdir: (.+)/)?.[1];
    if (link !== undefined) {
      const gitFolder = resolve(current, link.trim());
      const common = readText(join(gitFolder, 'commondir'))?.trim() ?? '.';
      const linkedHead = readText(join(gitFolder, 'HEAD'));
      return linkedHead && resolveHead(linkedHead, gitFolder, resolve(gitFolder, common));
    }
    if (dirname(current) === current) return undefined;
  }
}

function resolveHead(head: string, gitFolder: string, common: string): string | undefined {
  const ref = /^ref: (refs\/\S+)/.exec(head)?.[1];
  if (ref === undefined) return asCommit(head);
  const loose = readText(join(gitFolder, ref)) ?? readText(join(common, ref));
  if (loose !== undefined) return asCommit(loose);
  const packed = readText(join(common, 'packed-refs'))?.split('\n') ?? [];
  return asCommit(packed.find((line) => line.endsWith(` ${ref}`)) ?? '');
}

function asCommit(text: string): string | undefined {
  return /^[0-9a-f]{40,64}\b/.exec(text)?.[0];
}
