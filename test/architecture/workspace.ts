import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { rules } from '../../server/src/rules';
import { loadFixtures, ROOT } from '../rules/fixture';
import { REPOSITORY } from './modules';

const FIXTURES = join(REPOSITORY, 'test/fixtures');

/** @returns every fixture of every rule as one workspace: a folder each, so that none meets another */
export function fixtureFiles(): Map<string, string> {
  const files = new Map<string, string>();
  for (const { meta } of rules) {
    for (const fixture of loadFixtures(join(FIXTURES, meta.id))) {
      const folder = `${meta.id}-${fixture.name.replace(/\W/g, '-')}`;
      for (const [file, text] of fixture.files) {
        files.set(`${ROOT}/${folder}${file.slice(ROOT.length)}`, text);
      }
    }
  }
  return files;
}

/** @returns ids of the rules that have a folder of fixtures */
export function fixtureFolders(): string[] {
  return readdirSync(FIXTURES, { withFileTypes: true })
    .filter((entry) => entry.isDirectory())
    .map(({ name }) => name)
    .sort();
}
