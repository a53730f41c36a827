import type { Tier } from '../../../shared/finding';

/** How often code of a tier runs, as the end of "Runs …". */
const TIER_TEXTS: Readonly<Record<Tier, string>> = {
  measured: 'in an operation that was measured to be slow',
  hot: 'often: per request, event, message, render or loop turn',
  async: 'in asynchronous code, which it holds up',
  cold: 'as part of ordinary code; nothing shows that it runs often',
  'run-once': 'once',
};

/** Every text the server shows, in one place, so that a translation replaces one object. */
export const messages = {
  scanTitle: 'Slowpath: scanning',
  scanProgress: (done: number, all: number) => `${done} of ${all} files`,
  fixRule: (rule: string) => `Fix all ${rule} findings in this file`,
  fixAllSafe: 'Fix all safe Slowpath findings in this file',
  disableLine: (rule: string) => `Disable ${rule} for this line`,
  disableFile: (rule: string) => `Disable ${rule} for this file`,
  showRule: (rule: string) => `Show documentation of ${rule}`,
  tier: (tier: Tier) => `Runs ${TIER_TEXTS[tier]}.`,
  evidenceTitle: 'Evidence',
  documentation: 'Documentation',
  staleEdit: 'The document has changed since this action was offered. Ask for code actions again.',
  fixGone: 'The finding is no longer there, or its fix no longer applies.',
  cancelled: 'The request was cancelled.',
  edited: 'The document was edited while it was analysed.',
  handlerFailed: (what: string, error: string) => `${what} failed: ${error}`,
  engineFailed: (error: string) => `The linter could not be loaded: ${error}`,
  configBroken: (file: string) =>
    `${file} cannot be read as configuration; the last good one stays in force.`,
  fileSkipped: (file: string, problem: string) => `${file} ${problem}`,
  fault: (file: string | undefined, rule: string | undefined, message: string) =>
    `${rule === undefined ? 'Analysis' : `Rule ${rule}`} failed${file === undefined ? '' : ` in ${file}`}: ${message}`,
} as const;
