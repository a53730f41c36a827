import { dirname, posix, resolve, sep } from 'node:path';
import type { Tier } from '../../../shared/finding';
import {
  type ConfigProblem,
  DEFAULT_CONFIG,
  type LinterConfig,
  type ParsedConfig,
  parseConfig,
} from '../linter/config';
import { relativePath } from '../reporters/report';
import { rules } from '../rules/index';
import { findConfig } from '../workspace/config';
import { readSource } from '../workspace/read';
import { UsageError } from './errors';
import { unknownRule } from './explain';

export interface ConfigOptions {
  /** Absolute, `/`-separated. */
  cwd: string;
  /** A configuration file, relative to `cwd`; the nearest one when absent. */
  file: string | undefined;
  /** Ids of the only rules to run; all when absent. */
  only: readonly string[] | undefined;
  minTier: Exclude<Tier, 'run-once'>;
}

/**
 * Finds and reads the configuration. Warnings about it go to standard error.
 * @throws UsageError when there is a mistake in it, or a rule asked for does not exist
 */
export async function loadConfig(options: ConfigOptions): Promise<LinterConfig> {
  const { cwd, only, minTier } = options;
  const file =
    options.file === undefined ? await findConfig(cwd) : slashed(resolve(cwd, options.file));
  const parsed = file === null ? null : await readConfig(cwd, file);
  return {
    ...DEFAULT_CONFIG,
    ...parsed,
    rules: { ...DEFAULT_CONFIG.rules, ...parsed?.rules, ...others(only) },
    minTier,
    root: file === null ? cwd : dirname(file),
  };
}

async function readConfig(cwd: string, file: string): Promise<ParsedConfig['config']> {
  const read = await readSource(file);
  const name = relativePath(cwd, file);
  if ('problem' in read) throw new UsageError(`the configuration ${name} ${read.problem}`);
  const ids = rules.map(({ meta }) => meta.id);
  const { config, problems } = parseConfig(read.text, ids);
  const lines = problems.map((problem) => describe(name, problem));
  if (config === null || problems.some(({ severity }) => severity === 'error')) {
    throw new UsageError(`the configuration has mistakes.\n${lines.join('\n')}`);
  }
  if (lines.length > 0) process.stderr.write(`${lines.join('\n')}\n`);
  return config;
}

function describe(name: string, { from, severity, message }: ConfigProblem): string {
  return `${name}:${from.line + 1}:${from.character + 1}: ${severity}: ${message}`;
}

/** Switches off every rule that was not asked for, so that their suppressions still make sense. */
function others(only: readonly string[] | undefined): LinterConfig['rules'] {
  if (only === undefined) return {};
  const ids = rules.map(({ meta }) => meta.id);
  const unknown = only.find((id) => !ids.includes(id));
  if (unknown !== undefined) throw unknownRule(unknown);
  return Object.fromEntries(ids.filter((id) => !only.includes(id)).map((id) => [id, 'off']));
}

function slashed(path: string): string {
  return path.split(sep).join(posix.sep);
}
