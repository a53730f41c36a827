import { setImmediate } from 'node:timers/promises';
import { CONFIG_NAMES, findConfig } from '../workspace/config';
import { discoverFiles, isDiscoverable, isSourceFile } from '../workspace/discover';
import { readSource } from '../workspace/read';
import type { Runtime } from './runtime';

/** The runtime of a server in a Node process. */
export const nodeRuntime: Runtime = {
  loadEngine: () => import('./engine'),
  discover: (root, options) => discoverFiles([root], options),
  isDiscoverable,
  isSourceFile,
  read: readSource,
  findConfig,
  configNames: CONFIG_NAMES,
  now: () => performance.now(),
  breathe: () => setImmediate(),
};
