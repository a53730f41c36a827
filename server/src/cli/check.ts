import { stat } from 'node:fs/promises';
import { posix, resolve, sep } from 'node:path';
import type { Fault, Finding, Tier } from '../../../shared/finding';
import type { Project } from '../linter/project';
import { type Format, reporters } from '../reporters';
import { rules } from '../rules/index';
import { describeFailure } from '../workspace/failure';
import { loadConfig } from './config';
import { UsageError } from './errors';
import { fixFiles } from './fix';
import { wantsColour } from './output';
import { type ScanOptions, scan } from './scan';
import { describeStats } from './stats';

export interface CheckOptions {
  paths: string[];
  format: Format;
  fix?: true;
  fixSuggestions?: true;
  rule?: string[];
  minTier: Exclude<Tier, 'run-once'>;
  config?: string;
  cwd?: string;
  stats?: true;
  maxWarnings?: number;
}

/**
 * Runs `slowpath check` and prints its report.
 * @returns the exit code, 0 or 1
 * @throws UsageError for paths that do not exist and mistakes in the configuration
 */
export async function check(options: CheckOptions): Promise<number> {
  const start = performance.now();
  const cwd = slashed(resolve(options.cwd ?? '.'));
  await kindOf(cwd, 'folder');
  const { only, paths } = await splitRules(cwd, options);
  const { minTier, config: file } = options;
  const config = await loadConfig({ cwd, file, only, minTier });
  const roots: ScanOptions['roots'] = await Promise.all(
    (paths.length === 0 ? ['.'] : paths).map(async (given) => {
      const path = slashed(resolve(cwd, given));
      return { path, kind: await kindOf(path) };
    }),
  );

  const { project, files, faults, bytes } = await scan({ cwd, roots, config });
  const upTo = options.fixSuggestions ? 'suggestion' : options.fix ? 'safe' : null;
  const fixed = upTo === null ? null : await fixFiles(project, files, upTo);
  if (fixed !== null) faults.push(...fixed.faults);

  const { findings, faults: failed } = collect(project, files);
  const stats = project.stats();
  const ms = performance.now() - start;
  const report = {
    cwd,
    findings,
    faults: [...faults, ...failed],
    stats: { files: files.size, parsed: stats.parsed, bytes, ms, rules: stats.ruleMs },
    fixed,
  };
  const output = { colour: wantsColour(process.stdout), width: process.stdout.columns ?? null };
  process.stdout.write(reporters[options.format](report, output));
  if (options.stats)
    process.stderr.write(describeStats({ ...stats, files: files.size }, bytes, ms));
  return exitCode(findings, options.maxWarnings);
}

/** @returns findings sorted by file, then position; and what failed */
function collect(
  project: Project,
  files: ReadonlySet<string>,
): { findings: Finding[]; faults: Fault[] } {
  const findings: Finding[] = [];
  const faults: Fault[] = [];
  for (const file of project.reported()) {
    if (!files.has(file)) continue;
    const report = project.report(file);
    findings.push(...report.findings);
    faults.push(...report.faults);
  }
  return { findings, faults };
}

function exitCode(findings: readonly Finding[], maxWarnings: number | undefined): 0 | 1 {
  const count = (severity: string) =>
    findings.filter((finding) => finding.severity === severity).length;
  return count('error') > 0 || count('warning') > (maxWarnings ?? 0) ? 1 : 0;
}

/**
 * `--rule` takes every word up to the next option, so paths may be among its values: those that
 * are no rule, but exist, after one that is.
 */
async function splitRules(
  cwd: string,
  { rule, paths }: CheckOptions,
): Promise<{ only: string[] | undefined; paths: string[] }> {
  if (rule === undefined) return { only: undefined, paths };
  const ids = rules.map(({ meta }) => meta.id);
  const only: string[] = [];
  const more: string[] = [];
  for (const word of rule) {
    const isPath = !ids.includes(word) && only.length > 0;
    if (isPath && (await exists(resolve(cwd, word)))) more.push(word);
    else only.push(word);
  }
  return { only, paths: [...paths, ...more] };
}

async function exists(path: string): Promise<boolean> {
  return (await stat(path).catch(() => null)) !== null;
}

/** @throws UsageError when the path does not exist or is not what was asked for */
async function kindOf(path: string, wanted?: 'folder'): Promise<'file' | 'folder'> {
  const entry = await stat(path).catch((error: unknown) => {
    throw new UsageError(`"${path}" ${describeFailure(error)}`);
  });
  const kind = entry.isDirectory() ? 'folder' : 'file';
  if (wanted !== undefined && kind !== wanted) {
    throw new UsageError(`"${path}" is a ${kind}; a ${wanted} was expected.`);
  }
  return kind;
}

function slashed(path: string): string {
  return path.split(sep).join(posix.sep);
}
