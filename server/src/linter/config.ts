import {
  type Document,
  isAlias,
  isMap,
  isScalar,
  LineCounter,
  type Node,
  type Pair,
  parseDocument,
  type YAMLMap,
} from 'yaml';
import {
  type Position,
  SEVERITIES,
  type Severity,
  type Span,
  type Tier,
} from '../../../shared/finding';
import { closest } from './closest';

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

/** The mission's figures. */
export const DEFAULT_PERFORMANCE: Readonly<PerformanceValues> = {
  history_index_size: 1000,
  history_max_entries: 10000,
  config_cache_enabled: true,
  module_cache_enabled: true,
  use_async_file_io: true,
  batch_write_size: 10,
  foundry_poll_interval: 0.5,
  foundry_poll_max_interval: 5,
  foundry_poll_backoff_factor: 1.5,
};

export const DEFAULT_CONFIG: Omit<LinterConfig, 'root'> = {
  rules: {},
  ignores: [],
  performance: DEFAULT_PERFORMANCE,
  minTier: 'cold',
};

const SECTIONS = ['rules', 'ignores', 'performance'];
const LEVELS: readonly string[] = [...SEVERITIES, 'off'];

/**
 * Reads `slowpath.yaml`.
 * @param text the file's text
 * @param ruleIds rules that exist, for "did you mean"
 */
export function parseConfig(text: string, ruleIds: readonly string[]): ParsedConfig {
  const lines = new LineCounter();
  const document = parseDocument(text, { lineCounter: lines, prettyErrors: false });
  const reader = new Reader(document, lines, text.length);
  for (const error of document.errors) {
    reader.add(error.pos[0], error.pos[1], 'error', `This YAML cannot be read: ${error.message}`);
  }
  if (document.errors.length > 0) return { config: null, problems: reader.problems };
  const root = document.contents;
  const config = { rules: {}, ignores: [] as string[], performance: DEFAULT_PERFORMANCE };
  const isEmpty = root === null || (isScalar(root) && root.value === null);
  if (isEmpty) return { config, problems: [] };
  if (!isMap(root)) {
    reader.at(root, 'error', 'Expected a mapping with `rules`, `ignores` or `performance`.');
    return { config: null, problems: reader.problems };
  }
  reader.knownKeys(root, SECTIONS);
  return {
    config: {
      rules: reader.rules(root, ruleIds),
      ignores: reader.ignores(root),
      performance: reader.performance(root),
    },
    problems: reader.problems,
  };
}

/** Reads the sections of a configuration and collects what is wrong with them. */
class Reader {
  readonly problems: ConfigProblem[] = [];

  constructor(
    private readonly document: Document,
    private readonly lines: LineCounter,
    private readonly length: number,
  ) {}

  rules(root: YAMLMap, ruleIds: readonly string[]): Record<string, Severity | 'off'> {
    const levels: Record<string, Severity | 'off'> = {};
    const map = this.section(root, 'rules');
    if (!map) return levels;
    this.knownKeys(map, ruleIds);
    for (const { key, value } of map.items) {
      const level = this.scalar(value);
      if (typeof level === 'string' && LEVELS.includes(level)) {
        levels[String(key)] = level as Severity;
      } else {
        const found = level === undefined ? 'something else' : `\`${String(level)}\``;
        const message = `Expected ${LEVELS.join(', ')}; found ${found}.`;
        this.at((value ?? key) as Node, 'error', message);
      }
    }
    return levels;
  }

  ignores(root: YAMLMap): string[] {
    const node = root.get('ignores', true) as Node | undefined;
    if (node === undefined) return [];
    let value: unknown;
    try {
      value = node.toJS(this.document);
    } catch {
      // An alias of nothing, or aliases that multiply without end.
    }
    if (value === null) return [];
    if (Array.isArray(value) && value.every((it) => typeof it === 'string')) return value;
    this.at(node, 'error', 'Expected a list of globs, such as `- "**/generated/**"`.');
    return [];
  }

  performance(root: YAMLMap): PerformanceValues {
    const map = this.section(root, 'performance');
    if (!map) return DEFAULT_PERFORMANCE;
    this.knownKeys(map, Object.keys(DEFAULT_PERFORMANCE));
    const values: Record<string, unknown> = { ...DEFAULT_PERFORMANCE };
    for (const { key, value } of map.items) {
      const name = String(key);
      const expected = values[name];
      if (expected === undefined) continue;
      const given = this.scalar(value);
      const isNumber = typeof given === 'number' && Number.isFinite(given) && given >= 0;
      const isValid = typeof given === typeof expected && (typeof given !== 'number' || isNumber);
      if (isValid) values[name] = given;
      else this.at((value ?? key) as Node, 'error', expectation(expected));
    }
    return values as unknown as PerformanceValues;
  }

  knownKeys(map: YAMLMap, known: readonly string[]): void {
    for (const { key } of map.items as Pair<Node>[]) {
      const name = String(key);
      if (known.includes(name)) continue;
      const meant = closest(name, known);
      this.at(
        key,
        'warning',
        `Unknown key \`${name}\`${meant ? `; did you mean \`${meant}\`` : ''}.`,
      );
    }
  }

  at(node: Node, severity: ConfigProblem['severity'], message: string): void {
    const [start, end] = node.range ?? [0, 0];
    this.add(start, end, severity, message);
  }

  add(start: number, end: number, severity: ConfigProblem['severity'], message: string): void {
    const last = Math.min(Math.max(end, start), this.length);
    const first = Math.min(start, last);
    const [from, to] = [this.position(first), this.position(last)];
    this.problems.push({ start: first, end: last, from, to, severity, message });
  }

  private section(root: YAMLMap, name: string): YAMLMap | null {
    const given = root.get(name, true) as Node | undefined;
    const node = isAlias(given) ? (given.resolve(this.document) ?? given) : given;
    if (node === undefined || (isScalar(node) && node.value === null)) return null;
    if (isMap(node)) return node;
    this.at(node, 'error', `Expected a mapping below \`${name}\`.`);
    return null;
  }

  /** @returns the plain value of a node, aliases followed; `undefined` when it has none. */
  private scalar(node: unknown): unknown {
    const target = isAlias(node) ? node.resolve(this.document) : node;
    return isScalar(target) ? target.value : undefined;
  }

  private position(offset: number): Position {
    const { line, col } = this.lines.linePos(offset);
    return { line: Math.max(0, line - 1), character: Math.max(0, col - 1) };
  }
}

function expectation(value: unknown): string {
  return typeof value === 'boolean'
    ? 'Expected `true` or `false`.'
    : 'Expected a number that is not negative.';
}
