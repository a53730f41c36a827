import type { DiscoverOptions } from '../workspace/discover';
import type * as engine from './engine';

/** The linter with its rules, loaded apart from the server because it brings the compiler. */
export type Engine = typeof engine;

/** What the server needs of its host, so that one server runs under Node and elsewhere. */
export interface Runtime {
  /** Loads the linter. Called once, after the client has had its answer to `initialize`. */
  loadEngine(): Promise<Engine>;
  /** Lists the source files below an absolute folder. */
  discover(root: string, options: DiscoverOptions): AsyncIterable<string>;
  /** Whether `discover` would list a file. */
  isDiscoverable(
    root: string,
    file: string,
    options: Pick<DiscoverOptions, 'ignores' | 'ignoreRoot'>,
  ): Promise<boolean>;
  /** Whether a file is one Slowpath analyses, going by its name. */
  isSourceFile(file: string): boolean;
  /** Reads a file; never throws. */
  read(file: string): Promise<{ text: string } | { problem: string }>;
  /** @returns absolute path of the configuration file that holds for a folder, or `null` */
  findConfig(folder: string): Promise<string | null>;
  /** Names a configuration file may have. */
  configNames: readonly string[];
  /** A monotonic clock in ms. */
  now(): number;
  /** Lets waiting input in: resolves in a later turn of the event loop. */
  breathe(): Promise<void>;
}
