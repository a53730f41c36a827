import { spawnSync } from 'node:child_process';
import { mkdirSync, renameSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import {
  type DiscoverOptions,
  discoverFiles,
  isDiscoverable,
  isSourceFile,
} from '../../server/src/workspace/discover';
import { addFiles, temporaryFolder } from './folder';

async function found(
  folder: string,
  options: DiscoverOptions = {},
  roots: string[] = [folder],
): Promise<string[]> {
  const files: string[] = [];
  for await (const file of discoverFiles(roots, options)) files.push(file);
  return files.map((file) =>
    file.startsWith(`${folder}/`) ? file.slice(folder.length + 1) : file,
  );
}

function git(folder: string, ...args: string[]): string {
  const { status, stdout, stderr } = spawnSync('git', args, { cwd: folder, encoding: 'utf8' });
  if (status !== 0) throw new Error(`git ${args.join(' ')}: ${stderr}`);
  return stdout;
}

describe('which names are source files', () => {
  test.each(['a.ts', 'a.tsx', 'a.mts', 'a.cts', 'a.js', 'a.jsx', 'a.mjs', 'a.cjs', 'a.test.ts'])(
    '%s is one',
    (name) => expect(isSourceFile(`/w/${name}`)).toBe(true),
  );
  test.each(['a.d.ts', 'a.d.mts', 'a.d.cts', 'a.d.css.ts', 'a.json', 'ts', 'a.ts.bak', 'a.mtsx'])(
    '%s is none',
    (name) => expect(isSourceFile(`/w/${name}`)).toBe(false),
  );
});

test('folders are walked in name order, each file once', async () => {
  const folder = temporaryFolder({ 'b/x.ts': '', 'a.ts': '', 'c.tsx': '', 'b/a/y.mjs': '' });
  expect(await found(folder)).toEqual(['a.ts', 'c.tsx', 'b/x.ts', 'b/a/y.mjs']);
  const roots = [join(folder, 'b'), folder, join(folder, 'a.ts')];
  expect(await found(folder, {}, roots)).toEqual(['b/x.ts', 'b/a/y.mjs', 'a.ts', 'c.tsx']);
});

test('dependencies, version control and tool caches are left out everywhere', async () => {
  const folder = temporaryFolder({
    'src/a.ts': '',
    'node_modules/p/a.js': '',
    'src/node_modules/p/a.js': '',
    '.git/hooks/a.js': '',
    '.next/server/a.js': '',
    '.storybook/main.ts': '',
  });
  expect(await found(folder)).toEqual(['.storybook/main.ts', 'src/a.ts']);
});

test('dist, out and coverage are output beside a package.json only', async () => {
  const folder = temporaryFolder({
    'package.json': '{}',
    'dist/a.js': '',
    'out/a.js': '',
    'coverage/a.js': '',
    'src/out/a.ts': '',
    'src/dist/a.ts': '',
  });
  expect(await found(folder)).toEqual(['src/dist/a.ts', 'src/out/a.ts']);
});

test('build is source when git has it, and output where there is no git', async () => {
  const folder = temporaryFolder({ 'package.json': '{}', 'build/a.js': '', 'a.ts': '' });
  expect(await found(folder)).toEqual(['a.ts']);
  git(folder, 'init', '-q');
  expect(await found(folder)).toEqual(['a.ts', 'build/a.js']);
  addFiles(folder, { '.gitignore': 'build/' });
  expect(await found(folder)).toEqual(['a.ts']);
});

/** Every kind of pattern: anchored, negated, folder only, nested override, escapes, wildcards. */
const IGNORE_TREE = {
  '.gitignore':
    '\uFEFF# comment\n*.gen.ts\n/top.ts\nlogs/\n!keep.gen.ts\nsp\\ ace.ts\n**/deep/*.js\n',
  'top.ts': '',
  'a.gen.ts': '',
  'keep.gen.ts': '',
  'sp ace.ts': '',
  'x/top.ts': '',
  'x/logs/a.ts': '',
  'x/logs.ts': '',
  'x/deep/a.js': '',
  'x/deep/a.ts': '',
  'y/.gitignore': '!special.gen.ts\nlocal.ts\n',
  'y/special.gen.ts': '',
  'y/other.gen.ts': '',
  'y/local.ts': '',
  'y/z/local.ts': '',
  'excluded/a.ts': '',
  'Excluded/a.ts': '',
};

test('git and the walk agree on what is ignored', async () => {
  const folder = temporaryFolder(IGNORE_TREE);
  git(folder, 'init', '-q');
  addFiles(folder, { '.git/info/exclude': 'excluded/\n' });
  const listed = git(folder, 'ls-files', '--others', '--exclude-standard', '-z');
  const expected = listed.split('\0').filter((name) => isSourceFile(name));
  expect((await found(folder)).sort()).toEqual(expected.sort());
  expect(expected).toContain('y/special.gen.ts');
  expect(expected).not.toContain('excluded/a.ts');
});

test('a single file is discoverable exactly if the walk finds it', async () => {
  const folder = temporaryFolder({ ...IGNORE_TREE, 'package.json': '{}', 'dist/a.js': '' });
  git(folder, 'init', '-q');
  const walked = new Set(await found(folder));
  const names = [...Object.keys(IGNORE_TREE), 'dist/a.js', 'node_modules/a.js'];
  for (const name of names.filter((it) => isSourceFile(it))) {
    expect([name, await isDiscoverable(folder, join(folder, name))]).toEqual([
      name,
      walked.has(name),
    ]);
  }
  expect(await isDiscoverable(folder, '/elsewhere/a.ts')).toBe(false);
});

test('rules above the root hold, up to the top of the work tree', async () => {
  const outer = temporaryFolder({
    '.gitignore': '*.ts\n',
    'repo/.gitignore': 'gone.ts\n',
    'repo/packages/a/gone.ts': '',
    'repo/packages/a/here.ts': '',
  });
  git(join(outer, 'repo'), 'init', '-q');
  expect(await found(join(outer, 'repo/packages/a'))).toEqual(['here.ts']);
});

test('a linked work tree uses the exclude file of the main one', async () => {
  const folder = temporaryFolder({ 'main/a.ts': '', 'main/b.ts': '' });
  const main = join(folder, 'main');
  git(main, 'init', '-q');
  git(main, 'add', '.');
  git(main, '-c', 'user.name=t', '-c', 'user.email=t@example.org', 'commit', '-q', '-m', 'Start');
  git(main, 'worktree', 'add', '-q', join(folder, 'linked'));
  addFiles(main, { '.git/info/exclude': 'b.ts\n' });
  expect(await found(join(folder, 'linked'))).toEqual(['a.ts']);
});

test('a folder or file the user names is scanned although it is ignored', async () => {
  const folder = temporaryFolder({
    '.gitignore': 'vendor/\n',
    'vendor/a.ts': '',
    'vendor/b/c.ts': '',
  });
  git(folder, 'init', '-q');
  expect(await found(folder)).toEqual([]);
  expect(await found(folder, {}, [join(folder, 'vendor')])).toEqual([
    'vendor/a.ts',
    'vendor/b/c.ts',
  ]);
  expect(await found(folder, {}, [join(folder, 'vendor/b')])).toEqual(['vendor/b/c.ts']);
  expect(await found(folder, {}, [join(folder, 'vendor/a.ts')])).toEqual(['vendor/a.ts']);
});

test('globs of the configuration leave out files and whole folders', async () => {
  const folder = temporaryFolder({ 'a/x.ts': '', 'a/b/y.ts': '', 'c/z.test.ts': '', 'c/z.ts': '' });
  expect(await found(folder, { ignores: ['a', '**/*.test.ts'] })).toEqual(['c/z.ts']);
  const options = { ignores: ['a/b/**'], ignoreRoot: folder };
  expect(await found(folder, options, [join(folder, 'a')])).toEqual(['a/x.ts']);
  expect(await isDiscoverable(join(folder, 'a'), join(folder, 'a/b/y.ts'), options)).toBe(false);
});

test('symbolic links are not followed, loops and ways out of the root included', async () => {
  const folder = temporaryFolder({ 'root/a/x.ts': '', 'outside/y.ts': '' });
  const root = join(folder, 'root');
  symlinkSync('..', join(root, 'a/loop'));
  symlinkSync(root, join(root, 'a/self'));
  symlinkSync(join(folder, 'outside'), join(root, 'way-out'));
  symlinkSync(join(folder, 'outside/y.ts'), join(root, 'y.ts'));
  symlinkSync('nowhere', join(root, 'broken.ts'));
  symlinkSync('circle.ts', join(root, 'circle.ts'));
  expect(await found(root)).toEqual(['a/x.ts']);
});

test('a root may be a symbolic link, and is the same root as its target', async () => {
  const folder = temporaryFolder({ 'real/a.ts': '' });
  symlinkSync('real', join(folder, 'link'));
  const roots = [join(folder, 'link'), join(folder, 'real')];
  expect(await found(folder, {}, roots)).toEqual(['link/a.ts']);
});

test('problems name the path and the rest goes on', async () => {
  const folder = temporaryFolder({ 'a.ts': '', 'notes.txt': '' });
  symlinkSync('circle', join(folder, 'circle'));
  const problems: string[] = [];
  const roots = ['gone', 'notes.txt', 'circle', 'a.ts'].map((name) => join(folder, name));
  const onProblem = (path: string, problem: string) =>
    problems.push(`${path.slice(folder.length + 1)} ${problem}`);
  expect(await found(folder, { onProblem }, roots)).toEqual(['a.ts']);
  expect(problems).toEqual([
    'gone does not exist.',
    'notes.txt is not a TypeScript or JavaScript source file.',
    'circle cannot be read: its symbolic links form a loop.',
  ]);
});

test('a folder that cannot be listed is a problem, one that vanished is not', async () => {
  const folder = temporaryFolder({ 'a.ts': '', 'b/x.ts': '', 'c/x.ts': '', 'd/x.ts': '' });
  const problems: string[] = [];
  const files: string[] = [];
  const onProblem = (path: string, problem: string) =>
    problems.push(`${path.slice(folder.length + 1)} ${problem}`);
  for await (const file of discoverFiles([folder], { onProblem })) {
    files.push(file.slice(folder.length + 1));
    if (!file.endsWith('/a.ts')) continue;
    // The folders are known by now and listed later. A file in the place of a folder cannot be
    // listed even by the superuser, whom permissions do not stop.
    rmSync(join(folder, 'b'), { recursive: true });
    renameSync(join(folder, 'c'), join(folder, 'e'));
    writeFileSync(join(folder, 'c'), '');
  }
  expect(files).toEqual(['a.ts', 'd/x.ts']);
  expect(problems).toEqual(['c does not exist: a part of its path is not a folder.']);
});

test('an aborted walk ends early', async () => {
  const folder = temporaryFolder({ 'a.ts': '', 'b/x.ts': '' });
  const controller = new AbortController();
  const files: string[] = [];
  for await (const file of discoverFiles([folder], { signal: controller.signal })) {
    files.push(file);
    controller.abort();
  }
  expect(files).toEqual([join(folder, 'a.ts')]);
});

test('unusual names are found as they are', async () => {
  const names = [
    'a b.ts',
    'ünï.ts',
    'new\nline.ts',
    'quote\'".ts',
    '[x].ts',
    '🐌.ts',
    '#a.ts',
    '!b.ts',
  ];
  const folder = temporaryFolder(Object.fromEntries(names.map((name) => [`d ir/${name}`, ''])));
  mkdirSync(join(folder, 'folder.ts'));
  expect((await found(folder)).sort()).toEqual(names.map((name) => `d ir/${name}`).sort());
});
