import { spawn, spawnSync } from 'node:child_process';
import {
  chmodSync,
  copyFileSync,
  existsSync,
  mkdirSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { rm } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { temporaryFolder } from '../workspace/folder';
import {
  ASYNC_READ,
  CLI,
  checkJson,
  HOT_READ,
  type JsonReport,
  places,
  ROOT,
  slowpath,
} from './run';

describe('syntax errors', () => {
  test.each([
    ['a missing brace at the end', `${ASYNC_READ}\nexport function broken( {\n`],
    ['an unfinished statement', ASYNC_READ.replace('\n\n', '\nconst x = ;\n')],
    ['merge conflict marks', `${ASYNC_READ}<<<<<<< HEAD\nlet a\n=======\nlet b\n>>>>>>> x\n`],
    ['an unfinished template', `${ASYNC_READ}const t = \`abc\n`],
  ])('%s: what can be known is reported', (_, text) => {
    const report = checkJson(temporaryFolder({ 'a.ts': text, 'b.ts': ASYNC_READ }));
    expect(places(report)).toEqual(['a.ts:4:10', 'b.ts:4:10']);
    expect(report.faults).toEqual([]);
  });

  test('text that is no program at all is no finding and no crash', () => {
    const report = checkJson(temporaryFolder({ 'a.ts': 'readFileSync Sync( }{ ))) ]] `${' }));
    expect([report.findings, report.faults, report.stats.files]).toEqual([[], [], 1]);
  });

  test('nesting that overflows the parser is a fault of that file only', () => {
    const deep = `readFileSync;${'['.repeat(200_000)}`;
    const nested = { 'a.ts': deep.replaceAll(/.{1000}/g, '$&\n'), 'b.ts': ASYNC_READ };
    const report = checkJson(temporaryFolder(nested));
    expect(places(report)).toEqual(['b.ts:4:10']);
    expect(report.faults.map(({ file }) => file)).toEqual(['a.ts']);
  });
});

test('every extension is analysed as its language, declarations are not', () => {
  const jsx = `${ASYNC_READ}export const view = <p title="a">{load()}</p>;\n`;
  const script = ASYNC_READ.replace(': Promise<string>', '');
  const names = {
    ...{ 'a.ts': ASYNC_READ, 'a.mts': ASYNC_READ, 'a.cts': ASYNC_READ, 'a.tsx': jsx },
    ...{ 'a.js': script, 'a.mjs': script, 'a.jsx': jsx.replace(': Promise<string>', '') },
    'a.cjs': script.replace(
      "import { readFileSync } from 'node:fs'",
      "const { readFileSync } = require('fs')",
    ),
    ...{ 'a.d.ts': ASYNC_READ, 'a.d.mts': ASYNC_READ, 'a.d.cts': ASYNC_READ, 'a.txt': ASYNC_READ },
  };
  expect(places(checkJson(temporaryFolder(names))).sort()).toEqual(
    ['cjs', 'cts', 'js', 'jsx', 'mjs', 'mts', 'ts', 'tsx'].map((it) => `a.${it}:4:10`),
  );
});

test('a file of another kind that is named gets a reason', () => {
  const report = checkJson(temporaryFolder({ 'a.css': 'a {}' }), ['a.css']);
  expect(report.faults).toEqual([
    { file: 'a.css', message: 'The file is not a TypeScript or JavaScript source file.' },
  ]);
});

test.each([
  ['byte order mark', `\uFEFF${ASYNC_READ}`],
  ['CRLF', ASYNC_READ.replaceAll('\n', '\r\n')],
  ['byte order mark and CRLF', `\uFEFF${ASYNC_READ.replaceAll('\n', '\r\n')}`],
  ['CR alone', ASYNC_READ.replaceAll('\n', '\r')],
])('%s: the places are those an editor shows', (_, text) => {
  const first = text.replace('import', '/* x */ import');
  expect(places(checkJson(temporaryFolder({ 'a.ts': first })))).toEqual(['a.ts:4:10']);
  const oneLine = `\uFEFF${ASYNC_READ.replaceAll('\n', ' ')}`;
  const column = oneLine.indexOf('readFileSync(');
  expect(places(checkJson(temporaryFolder({ 'a.ts': oneLine })))).toEqual([`a.ts:1:${column}`]);
});

test('large and binary files are named with the reason, and the others are analysed', () => {
  const folder = temporaryFolder({
    'a.ts': ASYNC_READ,
    'large.ts': ASYNC_READ + '// filler\n'.repeat(1024 * 1024),
    // The first packets of an MPEG transport stream, whose files end in .ts too.
    'video.ts': Buffer.alloc(188 * 100).fill(Buffer.from([0x47, 0x40, 0, 0x10, 0, 0xff])),
  });
  const { findings, faults, stats } = checkJson(folder);
  expect(findings.map(({ file }) => file)).toEqual(['a.ts']);
  expect(faults).toEqual([
    {
      file: 'large.ts',
      message:
        'The file is too large: 10.0 MB; files up to 5 MB are analysed. Add it to "ignores" in slowpath.yaml to silence this.',
    },
    {
      file: 'video.ts',
      message: 'The file is a binary file: there are NUL bytes among its first 8000.',
    },
  ]);
  expect(stats.files).toBe(1);
  const { code, stdout } = slowpath(folder, ['check']);
  expect(stdout).toContain('Not everything was analysed:\n  large.ts: The file is too large: 10.0');
  expect(code).toBe(0);
});

test('minified files are passed over in silence', () => {
  const line = ASYNC_READ.replaceAll('\n', ' ');
  const folder = temporaryFolder({
    'a.js': `${line}${'var a=1;'.repeat(2_000)}`,
    'b.min.js': ASYNC_READ.replace(': Promise<string>', ''),
  });
  const { findings, faults, stats } = checkJson(folder);
  expect([findings, faults, stats.files]).toEqual([[], [], 2]);
});

/**
 * The command in a folder everyone can read, started as a user without rights to the rest: the
 * superuser, whom tests in a container run as, can read everything.
 */
function asOrdinaryUser(folder: string, args: string[]): string {
  const dist = join(folder, 'slowpath/dist');
  mkdirSync(dist, { recursive: true });
  for (const name of ['cli.js', 'compiler.js']) {
    copyFileSync(join(dirname(CLI), name), join(dist, name));
  }
  copyFileSync(join(ROOT, 'package.json'), join(folder, 'slowpath/package.json'));
  chmodSync(folder, 0o755);
  const launcher = join(folder, 'launcher.cjs');
  writeFileSync(
    launcher,
    `if (process.getuid() === 0) { process.setgid(65534); process.setuid(65534); }
    require(${JSON.stringify(join(dist, 'cli.js'))});`,
  );
  const { stdout, stderr } = spawnSync(process.execPath, [launcher, ...args], {
    cwd: join(folder, 'work'),
    encoding: 'utf8',
  });
  return stdout || stderr;
}

test('files and folders without permission are named, and the others are analysed', () => {
  const folder = temporaryFolder({
    'work/a.ts': ASYNC_READ,
    'work/b.ts': ASYNC_READ,
    'work/c/d.ts': ASYNC_READ,
  });
  chmodSync(join(folder, 'work/b.ts'), 0o000);
  chmodSync(join(folder, 'work/c'), 0o000);
  const report = JSON.parse(asOrdinaryUser(folder, ['check', '--format', 'json']));
  chmodSync(join(folder, 'work/c'), 0o755);
  expect(places(report)).toEqual(['a.ts:4:10']);
  expect(report.faults).toEqual([
    { file: 'b.ts', message: 'The file cannot be read: permission denied.' },
    { file: 'c', message: 'The folder cannot be read: permission denied.' },
  ]);
});

test('symbolic links in circles end', () => {
  const folder = temporaryFolder({ 'a/b/x.ts': ASYNC_READ });
  symlinkSync('../..', join(folder, 'a/b/up'));
  symlinkSync('circle', join(folder, 'circle'));
  expect(places(checkJson(folder))).toEqual(['a/b/x.ts:4:10']);
  const { code, stderr } = slowpath(folder, ['check', 'circle']);
  expect(stderr).toContain('cannot be read: its symbolic links form a loop.');
  expect(code).toBe(2);
});

/** Runs the command, and removes the files it has yet to read as soon as it has begun. */
async function checkWhileFilesVanish() {
  const names = Array.from({ length: 2000 }, (_, i) => `${String(i).padStart(4, '0')}.ts`);
  const folder = temporaryFolder({
    ...Object.fromEntries(names.map((name) => [name, ASYNC_READ])),
    // Its warning is printed just before the scan.
    'slowpath.yaml': 'rulez: {}\n',
  });
  const args = [CLI, 'check', '--format', 'json'];
  const child = spawn(process.execPath, args, { cwd: folder, stdio: ['ignore', 'pipe', 'pipe'] });
  let stdout = '';
  let stderr = '';
  child.stdout.on('data', (chunk) => {
    stdout += chunk;
  });
  child.stderr.on('data', (chunk) => {
    stderr += chunk;
  });
  child.stderr.once('data', async () => {
    for (const name of names.slice(1000).reverse()) await rm(join(folder, name));
  });
  const code = await new Promise((resolve) => child.on('close', resolve));
  return { code, stderr, folder, report: JSON.parse(stdout) as JsonReport };
}

test('files that vanish during the scan are named, and the others are analysed', async () => {
  let run = await checkWhileFilesVanish();
  // On a busy machine the scan may be over, or not have listed the folder, when the files go.
  for (let retry = 0; retry < 5 && run.report.faults.length === 0; retry++) {
    run = await checkWhileFilesVanish();
  }
  const { code, stderr, folder, report } = run;
  expect([code, stderr.split('\n').length]).toEqual([0, 2]);
  expect(report.faults.length).toBeGreaterThan(0);
  for (const { file, message } of report.faults) {
    expect(message).toBe('The file does not exist.');
    expect(existsSync(join(folder, file ?? ''))).toBe(false);
  }
  expect(report.findings.length).toBe(report.stats.files);
  expect(report.stats.files).toBeGreaterThanOrEqual(1000);
});

test('unusual names come out as they are in JSON and cannot harm a terminal', () => {
  const names = [
    'sp ace.ts',
    'ünï 🐌.ts',
    'new\nline.ts',
    'e\u001b[31mscape.ts',
    '-dash.ts',
    '[a].ts',
  ];
  const folder = temporaryFolder(Object.fromEntries(names.map((name) => [name, HOT_READ])));
  expect(
    checkJson(folder)
      .findings.map(({ file }) => file)
      .sort(),
  ).toEqual([...names].sort());
  const { stdout } = slowpath(folder, ['check']);
  expect(stdout).toContain('\nnew\\nline.ts\n');
  expect(stdout).toContain('e\\u001b[31mscape.ts\n');
  expect(stdout).not.toContain('\u001b');
  expect(places(checkJson(folder, ['--', '-dash.ts']))).toEqual(['-dash.ts:5:16']);
});
