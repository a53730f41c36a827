import type { Fault, Finding } from '../../../shared/finding';
import type { FixAllOptions, Project } from '../linter/project';
import { readSource } from '../workspace/read';
import { writeSource } from '../workspace/write';

export interface FixResult {
  files: number;
  fixes: number;
  faults: Fault[];
}

/**
 * Fixes what can be fixed, file by file, each written whole or not at all; then analyses the new
 * texts, so that the project reports the rest.
 */
export async function fixFiles(
  project: Project,
  files: ReadonlySet<string>,
  upTo: FixAllOptions['upTo'],
): Promise<FixResult> {
  const result: FixResult = { files: 0, fixes: 0, faults: [] };
  const fixable = (file: string) => project.report(file).findings.filter(isFixable(upTo)).length;
  const before = new Map<string, number>();
  for (const file of project.reported()) {
    if (!files.has(file) || fixable(file) === 0) continue;
    const source = await readSource(file);
    const problem = 'problem' in source ? `was not fixed: it ${source.problem}` : null;
    const fixed = 'text' in source ? project.fixAll(file, source.text, { upTo }) : '';
    if ('text' in source && fixed === source.text) continue;
    const refusal = 'text' in source ? await writeSource(file, source, fixed) : problem;
    if (refusal !== null) {
      result.faults.push({ file, message: `The file ${refusal}` });
      continue;
    }
    before.set(file, fixable(file));
    project.analyse(file, fixed);
  }
  await project.link();
  for (const [file, count] of before) {
    result.files++;
    result.fixes += count - fixable(file);
  }
  return result;
}

function isFixable(upTo: FixAllOptions['upTo']): (finding: Finding) => boolean {
  return ({ fix }) => fix !== null && (fix.safety === 'safe' || upTo === 'suggestion');
}
