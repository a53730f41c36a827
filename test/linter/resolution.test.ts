import { describe, expect, it } from 'vitest';
import { tiersIn } from './check';

/** Runs the statements in an async function of a file that begins with `head`. */
const inAsync = (head: string, body: string) =>
  `${head}\nexport async function f(p: any) {\n${body}\n}\n`;

describe('what a callee resolves to', () => {
  it.each([
    ["import fs from 'fs';", "fs.readFileSync('a');"],
    ["import fs from 'node:fs';", "fs.readFileSync('a');"],
    ["import * as fs from 'node:fs';", "fs.readFileSync('a');"],
    ["import * as fs from 'node:fs';", "fs.default.readFileSync('a');"],
    ["import { readFileSync } from 'node:fs';", "readFileSync('a');"],
    ["import { readFileSync as r } from 'node:fs';", "r('a');"],
    ["import { default as fs } from 'node:fs';", "fs.readFileSync('a');"],
    ["import fs, { readFileSync as r } from 'node:fs';", "r('a');"],
    ["import fs = require('fs');", "fs.readFileSync('a');"],
    ["const fs = require('fs');", "fs.readFileSync('a');"],
    ["const { readFileSync } = require('node:fs');", "readFileSync('a');"],
    ["const { readFileSync: r } = require('node:fs');", "r('a');"],
    ["const { 'readFileSync': r } = require('node:fs');", "r('a');"],
    ["const { readFileSync } = require('fs') as typeof import('fs');", "readFileSync('a');"],
    ["const r = require('fs').readFileSync;", "r('a');"],
    ["const all = { fs: 1 };\nvar fs = require('fs');", "fs.readFileSync('a');"],
    ["let fs = require('fs');", "fs.readFileSync('a');"],
    ["import fs from 'fs';\nconst r = fs.readFileSync;", "r('a');"],
    ["import fs from 'fs';\nconst { readFileSync } = fs;", "readFileSync('a');"],
    ["import fs from 'fs';\nconst a = fs, b = a;", "b.readFileSync('a');"],
    ["import fs from 'fs';", "fs['readFileSync']('a');"],
    ["import fs from 'fs';", "fs[`readFileSync`]('a');"],
    ["import fs from 'fs';", "fs?.readFileSync('a');"],
    ["import fs from 'fs';", "fs.readFileSync?.('a');"],
    ["import fs from 'fs';", "fs!.readFileSync('a');"],
    ["import fs from 'fs';", "(fs).readFileSync('a');"],
    ["import fs from 'fs';", "(fs as any).readFileSync('a');"],
    ["import fs from 'fs';", "(fs.readFileSync)('a');"],
    ["import fs from 'fs';", "(fs.readFileSync as any)('a');"],
    ['', "const fs = await import('node:fs'); fs.readFileSync('a');"],
    ['', "const { readFileSync } = await import('fs'); readFileSync('a');"],
    ['', "const { default: fs } = await import('fs'); fs.readFileSync('a');"],
    ['', "(await import('fs')).readFileSync('a');"],
    ['', "require('fs').readFileSync('a');"],
    ["import fs from 'fs';", "{ const fs2 = fs; fs2.readFileSync('a'); }"],
    ["import fs from 'fs';", "if (p) { const fs = p; fs.x(); } fs.readFileSync('a');"],
    [
      "import fs from 'fs';",
      "fs.readFileSync('a');\n}\nexport function g(fs: any) { fs.readFileSync('b');",
    ],
    ["import { readFileSync } from 'fs';\nexport { readFileSync as read };", "readFileSync('a');"],
    ["export { existsSync } from 'fs';\nimport fs from 'fs';", "fs.readFileSync('a');"],
    ["import fs from 'fs-extra';", "fs.readFileSync('a');"],
    ["import { execSync } from 'child_process';", "execSync('ls');"],
    ["import cp from 'node:child_process';", "cp.spawnSync('ls');"],
    ["import { type Stats, readFileSync } from 'fs';", "readFileSync('a');"],
    ["import type { Stats } from 'fs';\nimport { readFileSync } from 'fs';", "readFileSync('a');"],
    [
      "class C { private readonly fs = require('fs');\n async g() { this.fs.readFileSync('a'); } }",
      '',
    ],
    ["import fs from 'fs';\nclass C { fs = fs;\n async g() { this.fs.readFileSync('a'); } }", ''],
    ["import fs from 'fs';", "label: for (;;) { fs.readFileSync('a'); break label; }"],
    ["import { readFileSync as \\u0072 } from 'fs';", "r('a');"],
    ["import { glob } from 'glob';", "glob.sync('**');"],
    ["import fg from 'fast-glob';", "fg.sync('**');"],
  ])('%s %s', async (head, body) => {
    expect(await tiersIn(inAsync(head, body))).toHaveLength(1);
  });

  it.each([
    ["let fs = require('fs');\nfs = {};", "fs.readFileSync('a');"],
    ["let fs: any = require('fs');\n[fs] = [{}];", "fs.readFileSync('a');"],
    ["let fs: any = require('fs');\n({ fs } = { fs: 1 });", "fs.readFileSync('a');"],
    ["let fs: any = require('fs');\n({ a: fs } = { a: 1 });", "fs.readFileSync('a');"],
    ["let fs: any = require('fs');\n({ a: fs = 2 } = {} as any);", "fs.readFileSync('a');"],
    ["let fs: any = require('fs');\nfor (fs of []) {}", "fs.readFileSync('a');"],
    ["let fs: any = require('fs');\nfs++;", "fs.readFileSync('a');"],
    ["let fs: any = require('fs');\nfs ??= {};", "fs.readFileSync('a');"],
    ["let fs: any = require('fs');\n(fs as any) = {};", "fs.readFileSync('a');"],
    ["import fs from 'fs';\nlet r = fs.readFileSync;\nr = p2;", "r('a');"],
    ["import fs from './fs';", "fs.readFileSync('a');"],
    ["import { readFileSync } from './fs';", "readFileSync('a');"],
    ["import { readFileSync } from 'my-fs';", "readFileSync('a');"],
    ["import type fs from 'fs';", "fs.readFileSync('a');"],
    ["import type { readFileSync } from 'fs';", "readFileSync('a');"],
    ["import { type readFileSync } from 'fs';", "readFileSync('a');"],
    ["import fs from 'fs';", "p.readFileSync('a');"],
    ["import fs from 'fs';", "p.fs.readFileSync('a');"],
    ["import fs from 'fs';", "fs.promises.readFile('a');"],
    ["import fs from 'fs/promises';", "fs.readFile('a');"],
    ["import fs from 'memfs';", "fs.readFileSync('a');"],
    ["import { fs } from 'memfs';", "fs.readFileSync('a');"],
    ["import { Effect } from 'effect';", 'Effect.runSync(p);'],
    ['', "readFileSync('a');"],
    ['', "fs.readFileSync('a');"],
    ["function require(x: string): any {}\nconst fs = require('fs');", "fs.readFileSync('a');"],
    // Shadowed by …
    [
      "import { readFileSync } from 'fs';",
      "const g = (readFileSync: any) => readFileSync('a'); g(1);",
    ],
    [
      "import { readFileSync } from 'fs';",
      "const g = ({ readFileSync }: any) => readFileSync('a'); g(1);",
    ],
    [
      "import { readFileSync } from 'fs';",
      "const g = ([, readFileSync]: any) => readFileSync('a'); g(1);",
    ],
    [
      "import { readFileSync } from 'fs';",
      "const g = (...readFileSync: any) => readFileSync('a'); g(1);",
    ],
    [
      "import { readFileSync } from 'fs';",
      "const g = ({ a: { b: readFileSync = 1 } }: any) => readFileSync('a'); g(1);",
    ],
    ["import fs from 'fs';", "try { p(); } catch (fs: any) { fs.readFileSync('a'); }"],
    ["import fs from 'fs';", "try { p(); } catch ({ fs }: any) { fs.readFileSync('a'); }"],
    [
      "import { readFileSync } from 'fs';",
      "function readFileSync(x: string) {} readFileSync('a');",
    ],
    [
      "import { readFileSync } from 'fs';",
      "readFileSync('a'); function readFileSync(x: string) {}",
    ],
    [
      "import fs from 'fs';",
      "class fs { static readFileSync(x: string) {} } fs.readFileSync('a');",
    ],
    ["import fs from 'fs';", "for (const fs of p) fs.readFileSync('a');"],
    ["import fs from 'fs';", "for (let fs = p; fs; ) fs.readFileSync('a');"],
    ["import fs from 'fs';", "for (const { fs } of p) { fs.readFileSync('a'); }"],
    ["import fs from 'fs';", "for (const fs in p) (fs as any).readFileSync('a');"],
    ["import fs from 'fs';", "fs.readFileSync('a'); if (p) { var fs = p; }"],
    ["import fs from 'fs';", "fs.readFileSync('a'); for (var fs of p) {}"],
    ["import fs from 'fs';", "{ const fs = p; fs.readFileSync('a'); }"],
    ["import fs from 'fs';", "{ fs.readFileSync('a'); const fs = p; }"],
    ["import fs from 'fs';", "switch (p) { case 1: const fs = p; fs.readFileSync('a'); }"],
    ["import fs from 'fs';", "enum fs { readFileSync } (fs as any).readFileSync('a');"],
    ["import fs from 'fs';", "const g = function fs() { (fs as any).readFileSync('a'); }; g();"],
    [
      "import fs from 'fs';",
      "const g = class fs { async g() { (fs as any).readFileSync('a'); } };",
    ],
    [
      "import fs from 'fs';\nnamespace N { const fs: any = {}; export async function g() { fs.readFileSync('a'); } }",
      '',
    ],
    [
      "import fs from 'fs';\nclass C { fs: any = {}; async g() { this.fs.readFileSync('a'); } }",
      '',
    ],
    [
      "class C { fs = require('fs'); async g(this: any) { const self = p2; self.fs.readFileSync('a'); } }",
      '',
    ],
    ["import fs from 'fs';", "const o = { readFileSync(x: string) {} }; o.readFileSync('a');"],
    ["import fs from 'fs';", "const name = 'readFileSync'; p[name]('a');"],
    ["import { enableSync } from './s';", 'enableSync(); p.saveSync();'],
    ["import { promisify } from 'util';\nimport fs from 'fs';", "promisify(fs.readFileSync)('a');"],
    ["import fs from 'fs';", "new (fs.readFileSync as any)('a');"],
    ["import { readFileSync } from 'fs';", 'p.map(readFileSync.name); return readFileSync;'],
    ["const { readFileSync } = p2.require('fs');", "readFileSync('a');"],
    ["const { fs } = require('fs').fs;", "fs.readFileSync('a');"],
    ["const { ...fs } = require('./x');", "fs.readFileSync('a');"],
    ["const [fs] = require('fs');", "fs.readFileSync('a');"],
  ])('not %s %s', async (head, body) => {
    expect(await tiersIn(inAsync(head, body))).toEqual([]);
  });

  it('reports the one that is not shadowed', async () => {
    const code =
      "import fs from 'fs';\nexport async function f(p: any) {\n  {\n    const fs = p;\n    fs.readFileSync('inner');\n  }\n  fs.readFileSync('outer');\n}";
    expect(await tiersIn(code)).toHaveLength(1);
  });

  it('survives definitions that turn in circles', async () => {
    const code =
      "const a = b, b = a;\nexport async function f() { a.readFileSync('a'); b(); }\nvar x = x.y, { z } = z;\nexport async function g() { x.readFileSync(); z(); }";
    expect(await tiersIn(code)).toEqual([]);
  });
});
