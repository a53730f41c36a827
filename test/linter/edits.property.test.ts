import fc from 'fast-check';
import { expect, it } from 'vitest';
import { DEFAULT_CONFIG } from '../../server/src/linter/config';
import { Project } from '../../server/src/linter/project';
import { rules } from '../../server/src/rules';
import { ROOT } from '../rules/fixture';

const LOAD = "JSON.parse(readFileSync('config.json', 'utf8'))";

/** What each file of a workspace may say, in turn. */
const VERSIONS: Record<string, string[]> = {
  'src/loader.ts': [
    `import { readFileSync } from 'fs';\nexport function load() { return ${LOAD}; }`,
    `import { readFileSync } from 'fs';\n\nfunction read() { return ${LOAD}; }\nexport { read as load, read as default };`,
    `import { readFileSync } from 'fs';\nlet kept: any;\nexport function load() { return (kept ??= ${LOAD}); }`,
    `import { readFileSync } from 'fs';\nexport const load = async () => ${LOAD};\nexport * from './waits';`,
    'export const load = (;',
  ],
  'src/barrel.ts': [
    "export * from './loader';",
    "export { load as other } from './loader';",
    "export * from './barrel';",
    "export * from './waits';\nexport * from './loader';",
    '',
  ],
  'src/one.ts': [
    "import { load } from './loader';\nexport async function a() { load(); load(); }",
    "import { load } from './barrel';\nexport async function a(list: any[]) { for (const it of list) it.x = load(); }",
    "import { sleep } from './waits';\nexport async function a(ask: any) { while (!(await ask())) await sleep(5); }",
    'export const a = 1;',
  ],
  'src/two.ts': [
    "import load from './loader';\nimport { other } from './barrel';\nexport async function b() { load(); other(); }",
    "import { sleep } from './barrel';\nexport async function b(ask: any) { while (!(await ask())) await sleep(1); }",
    "import * as all from './barrel';\nexport async function b() { all.load(); all.other(); }",
    '// slowpath-disable-next-line sync-io-in-async\nexport const b = 1;',
  ],
  'src/waits.ts': [
    'export const sleep = (ms: number) => new Promise((r) => setTimeout(r, ms));',
    'export const sleep = (s: number) => new Promise((r) => setTimeout(r, s * 1000));',
    'export const sleep = (x: number) => Promise.resolve(x);',
    "export * from './barrel';",
  ],
  'src/barrel/index.ts': ["export { load } from '../loader';", 'export {};'],
};

const paths = Object.keys(VERSIONS);

type Step =
  | { kind: 'write'; path: string; version: number }
  | { kind: 'remove'; path: string }
  | { kind: 'link' };

const step: fc.Arbitrary<Step> = fc.oneof(
  {
    weight: 6,
    arbitrary: fc
      .tuple(fc.constantFrom(...paths), fc.nat(4))
      .map(([path, version]) => ({ kind: 'write' as const, path, version })),
  },
  {
    weight: 2,
    arbitrary: fc.constantFrom(...paths).map((path) => ({ kind: 'remove' as const, path })),
  },
  { weight: 2, arbitrary: fc.constant({ kind: 'link' as const }) },
);

function projectOver(files: Map<string, string>): Project {
  const host = {
    files: () => files.keys(),
    read: async (file: string) => files.get(file),
    now: () => 0,
  };
  return new Project(host, rules, { ...DEFAULT_CONFIG, root: ROOT });
}

const everyReport = (project: Project) =>
  Object.fromEntries(paths.map((path) => [path, project.report(`${ROOT}/${path}`)]));

it('knows after any edits what a new project knows', async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(step, { minLength: 1, maxLength: 25 }), async (steps) => {
      const files = new Map<string, string>();
      const project = projectOver(files);
      const told = new Map<string, string>();
      const link = async () => {
        for (const file of await project.link())
          told.set(file, JSON.stringify(project.report(file)));
      };
      for (const it of steps) {
        if (it.kind === 'link') {
          await link();
          continue;
        }
        const file = `${ROOT}/${it.path}`;
        if (it.kind === 'remove') {
          files.delete(file);
          project.remove(file);
          told.delete(file);
        } else {
          const versions = VERSIONS[it.path] ?? [];
          const text = versions[it.version % versions.length] ?? '';
          files.set(file, text);
          project.analyse(file, text);
        }
      }
      await link();
      const fresh = projectOver(files);
      for (const [file, text] of files) fresh.analyse(file, text);
      await fresh.link();
      expect(everyReport(project)).toEqual(everyReport(fresh));
      expect(project.reported()).toEqual(fresh.reported());
      // `link` names every file whose report is not what it last told.
      for (const file of project.reported())
        expect(told.get(file)).toBe(JSON.stringify(project.report(file)));
    }),
    { numRuns: 300 },
  );
}, 120_000);
