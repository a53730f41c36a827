/** The invariants of docs/architecture.md; what other tests hold is named there. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { setImmediate } from 'node:timers/promises';
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import esbuild from 'esbuild';
import { beforeAll, describe, expect, it } from 'vitest';
import { ts } from '../server/src/linter/compiler';
import { DEFAULT_CONFIG, DEFAULT_PERFORMANCE } from '../server/src/linter/config';
import { inspect, parse } from '../server/src/linter/inspect';
import { Project } from '../server/src/linter/project';
import { defineRule, type Rule } from '../server/src/linter/rule';
import { rules } from '../server/src/rules';
import { SEVERITIES, TIERS } from '../shared/finding';
import { DEFAULT_SETTINGS } from '../shared/settings';
import { modulesBelow, REPOSITORY } from './architecture/modules';
import { fixtureFiles } from './architecture/workspace';
import { buildServer } from './lsp/build';
import { Client } from './lsp/client';
import { SLOW, Workspace } from './lsp/workspaceFolder';
import { ROOT } from './rules/fixture';

const read = (file: string) => readFileSync(join(REPOSITORY, file), 'utf8');

let server: string;
beforeAll(async () => {
  server = await buildServer();
});

/** A rule that reports nothing and does as it is told with each file. */
function probe(check: Rule['check'], more: Partial<Rule> = {}): Rule {
  const text = { id: 'probe', summary: '', why: '', mission: '' };
  return defineRule({
    meta: { ...text, fix: null, equivalents: [] },
    triggers: ['e'],
    check,
    ...more,
  });
}

async function project(files: ReadonlyMap<string, string>, extra: readonly Rule[] = []) {
  const host = {
    files: () => files.keys(),
    read: async (file: string) => files.get(file),
    now: () => performance.now(),
  };
  const made = new Project(host, [...extra, ...rules], { ...DEFAULT_CONFIG, root: ROOT });
  for (const [file, text] of files) made.analyse(file, text);
  await made.link();
  return made;
}

const reports = (of: Project, files: ReadonlyMap<string, string>) =>
  [...files.keys()].map((file) => of.report(file));

describe('1. the linter knows no editor, file system, process or clock', () => {
  const modules = [...modulesBelow('server/src/linter'), ...modulesBelow('server/src/rules')];

  it('imports nothing but itself, shared/ and three packages', () => {
    const inside = /^(server\/src\/linter|server\/src\/rules|shared)\//;
    const outside = modules.flatMap(({ file, imports }) =>
      imports.filter(({ from }) => !inside.test(from)).map(({ from }) => [from, file] as const),
    );
    const packages = new Set(outside.map(([from]) => from));
    expect([...packages].sort()).toEqual(['@ts-morph/common', 'picomatch', 'yaml']);
    // One compiler for all, behind one file.
    const compiler = outside.filter(([from]) => from === '@ts-morph/common');
    expect(compiler.map(([, file]) => file)).toEqual(['server/src/linter/compiler.ts']);
  });

  it('uses no global that reaches outside', () => {
    const outside =
      /^(process|performance|Date|console|fetch|require|module|globalThis|global|Buffer|__dirname|__filename|set(Timeout|Interval|Immediate)|queueMicrotask|navigator|window|Worker)$/;
    const uses = (file: string, globals: ReadonlySet<string>) =>
      [...globals].filter((name) => outside.test(name)).map((name) => `${file} uses ${name}`);
    expect(modules.flatMap(({ file, globals }) => uses(file, globals))).toEqual([]);
    // The same look finds the clock where the server keeps it.
    const runtime = modulesBelow('server/src/lsp').find((it) => /nodeRuntime/.test(it.file));
    expect(uses('nodeRuntime', runtime?.globals ?? new Set())).toEqual([
      'nodeRuntime uses performance',
    ]);
  });

  it('bundles for a browser, its packages included', async () => {
    const { metafile } = await esbuild.build({
      absWorkingDir: REPOSITORY,
      entryPoints: ['server/src/lsp/engine.ts'],
      bundle: true,
      write: false,
      metafile: true,
      platform: 'browser',
      external: ['@ts-morph/common'],
    });
    const imports = Object.values(metafile.outputs).flatMap((output) => output.imports);
    expect([...new Set(imports.map((it) => it.path))]).toEqual(['@ts-morph/common']);
  });
});

describe('2. the server keeps no state of code actions', () => {
  it('resolves what another server process offered', async () => {
    const workspace = new Workspace({ 'a.ts': SLOW });
    const uri = workspace.uri('a.ts');
    const start = async () => {
      const client = await new Client(server, { folders: [workspace.root] }).start();
      await client.open(uri, SLOW);
      return client;
    };
    const first = await start();
    const diagnostics = await first.pullItems(uri);
    const offered = await first.actions(uri, diagnostics, ['quickfix']);
    const edits = await Promise.all(offered.map((it) => first.resolve(it)));
    expect(await first.stop()).toBe(0);

    const second = await start();
    expect(await second.actions(uri, diagnostics, ['quickfix'])).toEqual(offered);
    const resolved = await Promise.all(offered.map((it) => second.resolve(it)));
    expect(resolved).toEqual(edits);
    expect(second.applied(uri, resolved[0]?.edit)).toContain('await readFile(');
  });
});

describe('4. a rule reports and returns edits', () => {
  const files = fixtureFiles();
  const throws = () => {
    throw new Error('a defect of this rule');
  };

  it('that throws becomes one fault per file, and the others still report', async () => {
    const broken = probe(throws);
    const without = reports(await project(files), files);
    const result = reports(await project(files, [broken]), files);
    expect(result.map(({ findings }) => findings)).toEqual(without.map((it) => it.findings));
    const faults = result.flatMap((it) => it.faults);
    expect(faults.length).toBe(files.size);
    expect(new Set(faults.map(({ rule }) => rule))).toEqual(new Set(['probe']));
    expect(faults[0]?.message).toContain('a defect of this rule');
  });

  it('that throws while concluding becomes a fault as well', async () => {
    const source = 'export function load() {}\n';
    const one = new Map([[`${ROOT}/src/a.ts`, source]]);
    const broken = probe(
      ({ model, reportIf }) => {
        const question = { kind: 'callers', fn: 0 } as const;
        reportIf({ at: model.source, fix: null, question, subject: {} });
      },
      { conclude: throws },
    );
    const [report] = reports(await project(one, [broken]), one);
    expect(report?.faults.map(({ rule }) => rule)).toEqual(['probe']);
  });

  it('leaves the syntax tree as it was parsed, also while it makes edits', () => {
    let fixes = 0;
    for (const [file, text] of files) {
      const source = parse(file, text);
      const before = shape(source);
      const path = file.slice(ROOT.length + 1);
      const inspection = inspect(file, path, source, rules, DEFAULT_PERFORMANCE, () => 0);
      const answer = { kind: 'sleeps', msPerUnit: 1 } as const;
      for (const fix of inspection.fixes.values()) fixes += fix.edits(answer).length;
      expect(shape(source)).toEqual(before);
    }
    expect(fixes).toBeGreaterThan(0);
  });
});

/** Everything of a tree that the parser sets and a reader sees. */
function shape(source: ts.SourceFile): unknown {
  const of = (node: ts.Node): unknown => {
    const children: unknown[] = [];
    ts.forEachChild(node, (child) => void children.push(of(child)));
    const text = 'text' in node ? node.text : null;
    return [node.kind, node.pos, node.end, node.flags, text, children];
  };
  return of(source);
}

describe('5. syntax trees are dropped', () => {
  it('once a file is analysed, fixes and links included', async () => {
    setFlagsFromString('--expose-gc');
    const collect = runInNewContext('gc') as () => void;
    const trees: WeakRef<ts.SourceFile>[] = [];
    const spy = probe(({ model }) => void trees.push(new WeakRef(model.source)));
    const files = fixtureFiles();
    const made = await project(files, [spy]);
    for (const [file, text] of files) made.fixAll(file, text, { upTo: 'suggestion' });
    expect(trees.length).toBeGreaterThan(files.size);
    const alive = () => trees.filter((it) => it.deref() !== undefined).length;
    // A reference that was followed holds its target until the event loop has turned.
    for (let turn = 0; turn < 10 && alive() > 0; turn++) {
      await setImmediate();
      collect();
    }
    expect(alive()).toBe(0);
    expect(made.reported().length).toBeGreaterThan(0);
  });
});

describe('6. settings are typed once', () => {
  const { contributes } = JSON.parse(read('package.json')) as {
    contributes: {
      configuration: { properties: Record<string, { default: unknown; enum?: string[] }> };
    };
  };
  const { properties } = contributes.configuration;

  it('with the same names and defaults in the manifest and in the code', () => {
    const { 'slowpath.trace.server': trace, ...own } = properties;
    const declared = Object.entries(own).map(([name, it]) => [name.slice(9), it.default]);
    expect(Object.fromEntries(declared)).toEqual(DEFAULT_SETTINGS);
    // The language client reads this one by itself.
    expect(trace?.default).toBe('off');
  });

  it('with the same tiers and severities', () => {
    expect(properties['slowpath.minTier']?.enum).toEqual(TIERS);
    const levels = (properties['slowpath.rules'] as unknown as Levels).additionalProperties.enum;
    expect(levels).toEqual(['off', ...SEVERITIES]);
  });

  it('and told in the README', () => {
    const rows = [...read('README.md').matchAll(/^\| `slowpath\.([\w.]+)` \| `(.+?)` \|/gm)];
    expect(rows.map(([, name, value]) => [name, JSON.parse(value ?? '')])).toEqual(
      Object.entries(properties).map(([name, it]) => [name.slice(9), it.default]),
    );
  });
});

interface Levels {
  additionalProperties: { enum: string[] };
}
