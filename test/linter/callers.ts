import type { Finding } from '../../shared/finding';
import { projectOf, ROOT } from '../rules/fixture';

export const LOAD = "JSON.parse(readFileSync('config.json', 'utf8'))";
export const LOADER = `import { readFileSync } from 'node:fs';\nexport function loadConfig() { return ${LOAD}; }\n`;

/** Files by path, as a workspace. */
export const workspace = (files: Record<string, string>) =>
  new Map(Object.entries(files).map(([path, text]) => [`${ROOT}/${path}`, text]));

/** Where the loader's finding says it is called from, as `path:line`. */
export async function callersOf(files: Record<string, string>): Promise<string[]> {
  const project = await projectOf(workspace(files));
  const findings = Object.keys(files)
    .flatMap((path) => project.report(`${ROOT}/${path}`).findings)
    .filter((it) => it.rule === 'uncached-config-load');
  return findings.flatMap(evidence).filter((it) => !it.startsWith('src/loader'));
}

const evidence = (finding: Finding) =>
  finding.evidence.map((it) => `${it.file.slice(ROOT.length + 1)}:${it.from.line + 1}`);

/** A file that calls `name` twice, in async functions. */
export const uses = (load: string, name: string) =>
  `${load}\nexport async function one() { return ${name}(); }\nexport async function two() { return ${name}(); }\n`;
