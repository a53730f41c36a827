import { basename, dirname } from 'node:path/posix';
import type { SlowpathSettings } from '../../../shared/settings';
import type { ConfigProblem, LinterConfig, ParsedConfig } from '../linter/config';
import type { Documents } from './documents';
import type { Engine, Runtime } from './runtime';
import { normaliseDrive } from './uri';

/** What a folder's configuration file says at present. */
export interface FolderConfig {
  /** Path of the configuration file, or `null` when the folder has none. */
  file: string | null;
  problems: ConfigProblem[];
  /** Whether the file cannot be used, so that an earlier one is still in force. */
  broken: boolean;
  /** The last good content of the file; `null` when there never was one. */
  good: ParsedConfig['config'];
}

export const NO_CONFIG: FolderConfig = { file: null, problems: [], broken: false, good: null };

/**
 * Reads the configuration that holds for a folder: the open document's text, if it is open.
 * @param root absolute folder
 * @param previous what was in force; kept when the file cannot be used
 */
export async function loadConfig(
  root: string,
  previous: FolderConfig,
  deps: { engine: Engine; runtime: Runtime; documents: Documents },
): Promise<FolderConfig> {
  const { engine, runtime, documents } = deps;
  const file = await findFile(root, runtime, documents);
  if (file === null) return NO_CONFIG;
  const open = documents.get(file);
  const read = open === undefined ? await runtime.read(file) : { text: open.getText() };
  const last = previous.file === file ? previous.good : null;
  if ('problem' in read) return { file, problems: [], broken: true, good: last };
  const { config, problems } = engine.parseConfig(
    read.text,
    engine.rules.map((rule) => rule.meta.id),
  );
  return { file, problems, broken: config === null, good: config ?? last };
}

/** @returns what the linter is to use: the file's word before the settings', these before defaults */
export function mergeConfig(
  root: string,
  settings: SlowpathSettings,
  { file, good }: FolderConfig,
  defaults: Engine['DEFAULT_CONFIG'],
): LinterConfig {
  return {
    ...defaults,
    ...good,
    rules: { ...defaults.rules, ...settings.rules, ...good?.rules },
    minTier: settings.minTier,
    root: file === null ? root : dirname(file),
  };
}

async function findFile(
  root: string,
  runtime: Runtime,
  documents: Documents,
): Promise<string | null> {
  // A configuration that is being written is not on disk yet.
  for (const file of documents.files()) {
    if (runtime.configNames.includes(basename(file)) && dirname(file) === root) return file;
  }
  const found = await runtime.findConfig(root);
  return found === null ? null : normaliseDrive(found);
}
