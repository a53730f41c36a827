import { rules } from '../../server/src/rules';
import type { Finding } from '../../shared/finding';
import { projectOf, ROOT } from '../rules/fixture';

/** Rule ids, as `parseConfig` and directives take them. */
export const RULE_IDS = rules.map((it) => it.meta.id);

/** @returns the findings of one file alone in a workspace. */
export async function findingsIn(text: string, path = 'src/a.ts'): Promise<Finding[]> {
  const file = `${ROOT}/${path}`;
  const report = (await projectOf(new Map([[file, text]]))).report(file);
  if (report.faults.length > 0) throw new Error(JSON.stringify(report.faults));
  return report.findings;
}

/** @returns the tiers of a rule's findings, in order of place. */
export async function tiersIn(
  text: string,
  { rule = 'sync-io-in-async', path = 'src/a.ts' } = {},
): Promise<string[]> {
  const findings = await findingsIn(text, path);
  return findings.filter((it) => it.rule === rule).map((it) => it.tier);
}

/** @returns what all fixes up to a safety make of a file. */
export async function fixedText(
  text: string,
  {
    path = 'src/a.ts',
    upTo = 'suggestion' as 'safe' | 'suggestion',
    rule = undefined as string | undefined,
  } = {},
): Promise<string> {
  const file = `${ROOT}/${path}`;
  const project = await projectOf(new Map([[file, text]]));
  return project.fixAll(file, text, rule === undefined ? { upTo } : { upTo, rule });
}
