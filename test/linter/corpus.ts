import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import picomatch from 'picomatch';
import { parse } from '../../server/src/linter/inspect';
import { loadFixtures, ROOT } from '../rules/fixture';

const HERE = join(import.meta.dirname, '../..');

export interface Source {
  file: string;
  text: string;
}

/** Every file of the rules' fixtures. */
export function fixtureSources(): Source[] {
  return readdirSync(join(HERE, 'test/fixtures')).flatMap((folder) =>
    loadFixtures(join(HERE, 'test/fixtures', folder)).flatMap((fixture) =>
      [...fixture.files].map(([file, text]) => ({ file, text })),
    ),
  );
}

/** Folders of sources people wrote: the sample service, this linter, packages that ship theirs. */
const FOLDERS = ['samples/agent-service/src', 'server/src', 'profiling/src', 'client/src'];
const PACKAGES = ['node_modules/zod/src', 'node_modules/ignore', 'node_modules/vitest/dist/chunks'];

export function realSources(): Source[] {
  const isSource = picomatch('**/!(*.d).{ts,tsx,js,mjs,cjs,mts,cts}');
  return [...FOLDERS, ...PACKAGES].flatMap((folder) =>
    readdirSync(join(HERE, folder), { recursive: true, encoding: 'utf8' })
      .filter((path) => isSource(path))
      .sort()
      .slice(0, 60)
      .map((path) => ({
        file: `${ROOT}/src/${folder.replace(/\W*(node_modules|samples)\//, '')}/${path}`,
        text: readFileSync(join(HERE, folder, path), 'utf8'),
      })),
  );
}

/** @returns the number of syntax errors of a text. */
export function syntaxErrors({ file, text }: Source): number {
  return (parse(file, text) as unknown as { parseDiagnostics: unknown[] }).parseDiagnostics.length;
}
