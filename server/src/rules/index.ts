import type { Rule } from '../linter/rule';
import blockingComputeInAsync from './blocking-compute-in-async';
import fixedIntervalPolling from './fixed-interval-polling';
import handRolledTiming from './hand-rolled-timing';
import jsonInHotPath from './json-in-hot-path';
import linearIdLookup from './linear-id-lookup';
import redundantKeyConstruction from './redundant-key-construction';
import syncIoInAsync from './sync-io-in-async';
import unbatchedWrite from './unbatched-write';
import uncachedConfigLoad from './uncached-config-load';
import wholeFileRewrite from './whole-file-rewrite';

/** Every rule, by id. A test holds this list to the folder's files. */
export const rules: readonly Rule[] = [
  blockingComputeInAsync,
  fixedIntervalPolling,
  handRolledTiming,
  jsonInHotPath,
  linearIdLookup,
  redundantKeyConstruction,
  syncIoInAsync,
  unbatchedWrite,
  uncachedConfigLoad,
  wholeFileRewrite,
];
