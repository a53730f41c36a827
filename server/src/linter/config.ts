import type { Position, Severity, Span, Tier } from '../../../shared/finding';

/** The documented `performance:` keys (mission, "Configuration Recommendations"). */
export interface PerformanceValues {
  history_index_size: number;
  history_max_entries: number;
  config_cache_enabled: boolean;
  module_cache_enabled: boolean;
  use_async_file_io: boolean;
  batch_write_size: number;
  /** Seconds. */
  foundry_poll_interval: number;
  /** Seconds. */
  foundry_poll_max_interval: number;
  foundry_poll_backoff_factor: number;
}

export interface LinterConfig {
  /** Severity per rule id; a rule that is absent has the default of its finding's tier. */
  rules: Readonly<Record<string, Severity | 'off'>>;
  /** Globs of paths, relative to `root`, in which nothing is reported. */
  ignores: readonly string[];
  performance: Readonly<PerformanceValues>;
  /** Least certain tier that is reported. */
  minTier: Exclude<Tier, 'run-once'>;
  /** Folder that `ignores` are relative to; absolute, `/`-separated. */
  root: string;
}

/** A mistake in a configuration file. */
export interface ConfigProblem extends Span {
  from: Position;
  to: Position;
  severity: 'error' | 'warning';
  message: string;
}

export interface ParsedConfig {
  /** `null` when the file cannot be used at all (broken YAML): keep the last good one. */
  config: Pick<LinterConfig, 'rules' | 'ignores' | 'performance'> | null;
  problems: ConfigProblem[];
}

/**
 * Reads `slowpath.yaml`.
 * @param text the file's text
 * @param ruleIds rules that exist, for "did you mean"
 */
export declare function parseConfig(text: string, ruleIds: readonly string[]): ParsedConfig;

export declare const DEFAULT_CONFIG: Omit<LinterConfig, 'root'>;
