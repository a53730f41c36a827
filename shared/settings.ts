import type { Severity, Tier } from './finding';

/**
 * The extension's settings, typed once. `test/architecture.test.ts` holds package.json, the nls
 * keys, the README table and this list to each other.
 */
export interface SlowpathSettings {
  /** Whether workspace code is analysed at all. */
  enable: boolean;
  /** When an open file is analysed. */
  run: 'onType' | 'onSave';
  /** Least certain tier that is shown. */
  minTier: Exclude<Tier, 'run-once'>;
  /** Severity per rule id; `off` silences the rule. `slowpath.yaml` wins over it. */
  rules: Record<string, Severity | 'off'>;
  /** Whether every file of the workspace is scanned, or only open ones. */
  scanWorkspace: boolean;
}

export const SETTINGS_SECTION = 'slowpath';

export const DEFAULT_SETTINGS: Readonly<SlowpathSettings> = {
  enable: true,
  run: 'onType',
  minTier: 'cold',
  rules: {},
  scanWorkspace: true,
};
