import type { Fault, Finding } from '../../../shared/finding';

/** What one run of `slowpath check` found, in the shape every reporter reads. */
export interface Report {
  /** Folder that paths are shown relative to; absolute, `/`-separated. */
  cwd: string;
  /** Sorted by file, then position. */
  findings: readonly Finding[];
  /** Files that were not analysed and rules that failed. */
  faults: readonly Fault[];
  stats: ReportStats;
  /** What `--fix` wrote; `null` when no fix was asked for. */
  fixed: { files: number; fixes: number } | null;
}

export interface ReportStats {
  files: number;
  /** Files that had to be parsed. */
  parsed: number;
  /** Size of all files read, in bytes. */
  bytes: number;
  /** Duration of the run, in ms. */
  ms: number;
  /** Time per rule, in ms. */
  rules: Readonly<Record<string, number>>;
}

export interface ReporterOptions {
  /** Whether the output may hold ANSI colour sequences. */
  colour: boolean;
  /** Columns of the terminal that shows the output, to wrap at; `null` when none does. */
  width: number | null;
}

/** @returns the whole output, with its last line end */
export type Reporter = (report: Report, options: ReporterOptions) => string;

/**
 * @param file absolute, `/`-separated path
 * @returns the path from `cwd`, with `..` where the file lies outside of it
 */
export function relativePath(cwd: string, file: string): string {
  const from = cwd.split('/').filter(Boolean);
  const to = file.split('/').filter(Boolean);
  let common = 0;
  while (common < from.length && common < to.length - 1 && from[common] === to[common]) common++;
  return [...from.slice(common).map(() => '..'), ...to.slice(common)].join('/');
}
