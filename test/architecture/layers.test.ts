import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { rules } from '../../server/src/rules';
import { filesBelow, type Import, type Module, modulesBelow, REPOSITORY } from './modules';
import { fixtureFolders } from './workspace';

const server = (...folders: string[]) => folders.map((it) => `server/src/${it}`);

/** What each folder may import: folders of the repository, packages, and modules of Node. */
const LAYERS: Record<string, { own: string[]; packages: string[]; node: boolean }> = {
  shared: { own: ['shared'], packages: [], node: false },
  client: { own: ['client', 'shared'], packages: ['vscode', 'vscode-languageclient'], node: true },
  media: {
    own: ['media', 'shared'],
    packages: ['uplot', '@vscode-elements/elements'],
    node: false,
  },
  'profiling/src': { own: ['profiling/src'], packages: [], node: true },
  'server/src/linter': {
    own: [...server('linter'), 'shared'],
    packages: ['@ts-morph/common', 'picomatch', 'yaml'],
    node: false,
  },
  'server/src/rules': { own: [...server('rules', 'linter'), 'shared'], packages: [], node: false },
  'server/src/timings': { own: [...server('timings'), 'shared'], packages: [], node: false },
  'server/src/reporters': { own: [...server('reporters'), 'shared'], packages: [], node: false },
  'server/src/workspace': {
    own: [...server('workspace', 'linter/ignores'), 'shared'],
    packages: ['ignore', 'write-file-atomic'],
    node: true,
  },
  'server/src/lsp': {
    own: [...server('lsp', 'linter', 'rules', 'timings', 'workspace'), 'shared'],
    packages: ['diff', 'vscode-languageserver', 'vscode-languageserver-textdocument', 'vscode-uri'],
    node: true,
  },
  'server/src/cli': {
    // `slowpath lsp` loads the server's entry when it runs.
    own: [
      ...server('cli', 'linter', 'rules', 'timings', 'workspace', 'reporters', 'main'),
      'shared',
    ],
    packages: ['commander'],
    node: true,
  },
};

const all = Object.keys(LAYERS).map((folder) => [folder, modulesBelow(folder)] as const);
const modules = all.flatMap(([, list]) => list);
const imports = (test: (it: Import, module: Module) => boolean, list = modules) =>
  list.flatMap((module) =>
    module.imports
      .filter((it) => test(it, module))
      .map(({ from, names }) => `${module.file}: ${from} (${names.join(', ')})`),
  );

describe('each folder imports only what lies below it', () => {
  it.each(all)('%s', (folder, list) => {
    const { own, packages, node } = LAYERS[folder] ?? { own: [], packages: [], node: false };
    const isAllowed = ({ from }: Import) => {
      if (from.startsWith('node:')) return node;
      if (own.some((it) => from === it || from.startsWith(`${it}/`))) return true;
      return packages.some((it) => from === it || from.startsWith(`${it}/`));
    };
    expect(list.length).toBeGreaterThan(0);
    expect(imports((it) => !isAllowed(it), list)).toEqual([]);
  });

  it('and rules do not import each other', () => {
    const list = modules.filter(({ file }) => /rules\/(?!index\.)/.test(file));
    expect(imports(({ from }) => from.startsWith('server/src/rules'), list)).toEqual([]);
  });
});

describe('7. Slowpath stays on the machine, and in its place', () => {
  it('imports nothing that opens a connection, runs a program, or runs code', () => {
    const reach =
      /^(node:)?(https?|http2|net|tls|dgram|dns|inspector|cluster|child_process|worker_threads|vm|module|repl|wasi)(\/|$)/;
    expect(imports(({ from }) => reach.test(from) || from.includes('(computed)'))).toEqual([]);
  });

  it('uses no global that does', () => {
    const reach = /^(fetch|WebSocket|EventSource|XMLHttpRequest|RTC\w+|navigator|eval|Function)$/;
    const uses = modules.flatMap(({ file, globals }) =>
      [...globals].filter((name) => reach.test(name)).map((name) => `${file}: ${name}`),
    );
    // `require` of a literal is what esbuild makes of an import; none is written by hand.
    const required = modules.filter(({ globals }) => globals.has('require'));
    expect([...uses, ...required.map(({ file }) => `${file}: require`)]).toEqual([]);
  });

  it('writes files in two places: what --fix changes, and the log of the profiling helper', () => {
    const reading =
      /^(stat|fstatSync|statSync|access|readdir|readdirSync|readFile|readFileSync|readSync|realpath|createReadStream|watch|constants|close|closeSync)$/;
    const isFs = ({ from }: Import) => /^(node:fs(\/promises)?|fs|fs-extra)$/.test(from);
    const writers = modules.flatMap(({ file, imports: list }) => {
      const names = list.filter((it) => isFs(it) && !it.typeOnly).flatMap((it) => it.names);
      const atomic = list.some(({ from }) => from === 'write-file-atomic');
      const writing = names.filter((name) => !reading.test(name));
      if (atomic) writing.push('write-file-atomic');
      return writing.length > 0 ? [`${file}: ${writing.sort().join(', ')}`] : [];
    });
    expect(writers).toEqual([
      'profiling/src/log-file.ts: mkdirSync, openSync, write, writeSync',
      // `open` reads here; its flags are in the same two files.
      'server/src/workspace/read.ts: open, openSync',
      'server/src/workspace/tail.ts: open',
      'server/src/workspace/write.ts: write-file-atomic',
    ]);
    const text = ['read', 'tail']
      .map((name) => readFileSync(join(REPOSITORY, `server/src/workspace/${name}.ts`), 'utf8'))
      .join('\n');
    const flags = [...text.matchAll(/\b(?:await open|openSync)\([^,()]+, ([^()]+)\)/g)];
    expect(flags.map(([, flag]) => flag)).toEqual(['READ_FLAGS', 'READ_FLAGS', "'r'"]);
    expect(text).not.toMatch(/\bO_(WRONLY|RDWR|CREAT|TRUNC|APPEND)\b/);
  });
});

describe('a rule’s name opens everything about it', () => {
  const ids = rules.map(({ meta }) => meta.id);

  it('the folder of rules is the list of rules, in order', () => {
    const files = readdirSync(join(REPOSITORY, 'server/src/rules')).filter(
      (name) => name !== 'index.ts',
    );
    expect(ids).toEqual(files.sort().map((name) => name.replace(/\.ts$/, '')));
  });

  it('every rule has fixtures, and every folder of fixtures a rule', () => {
    expect(fixtureFolders()).toEqual(ids);
  });

  it('is a noun phrase in lower case', () => {
    expect(ids.filter((id) => !/^[a-z]+(-[a-z]+)+$/.test(id))).toEqual([]);
  });
});

describe('a file is read in one sitting', () => {
  const folders = [
    ...['bench', 'client', 'media', 'profiling', 'samples', 'scripts', 'server', 'shared', 'test'],
  ];
  const files = folders.flatMap((folder) =>
    filesBelow(folder, (file) => /\.([cm]?[jt]s|tsx|css|lua)$/.test(file)),
  );
  const lines = (file: string) =>
    readFileSync(join(REPOSITORY, file), 'utf8').split('\n').length - 1;
  const longer = (most: number, test = /./) =>
    files
      .filter((file) => test.test(file) && lines(file) > most)
      .map((file) => `${file}: ${lines(file)} lines`);

  it('no file is longer than 300 lines', () => {
    expect(files.length).toBeGreaterThan(100);
    expect(longer(300)).toEqual([]);
  });

  it('no rule is longer than 250', () => {
    expect(longer(250, /^server\/src\/rules\//)).toEqual([]);
  });
});
