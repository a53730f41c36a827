import { describe, expect, it } from 'vitest';
import { fixedText } from './check';

describe('imports of a fix', () => {
  const body = "\nexport async function f() {\n  return readFileSync('a');\n}\n";
  const awaiting = (local = 'readFile') => body.replace('readFileSync', `await ${local}`);

  it.each([
    [
      'a lone import',
      "import { readFileSync } from 'fs';",
      "import { readFile } from 'fs/promises';",
    ],
    [
      'other names',
      "import { existsSync, readFileSync, rm } from 'fs';\nrm;existsSync;",
      "import { readFile } from 'fs/promises';\nimport { existsSync, rm } from 'fs';\nrm;existsSync;",
    ],
    [
      'the last name',
      "import { rm, readFileSync } from 'fs';\nrm;",
      "import { readFile } from 'fs/promises';\nimport { rm } from 'fs';\nrm;",
    ],
    [
      'the last name with a comma',
      "import { rm, readFileSync, } from 'fs';\nrm;",
      "import { readFile } from 'fs/promises';\nimport { rm, } from 'fs';\nrm;",
    ],
    [
      'a default import beside',
      "import fs, { readFileSync } from 'fs';\nfs;",
      "import { readFile } from 'fs/promises';\nimport fs from 'fs';\nfs;",
    ],
    [
      'an import of the twin',
      "import { readFileSync } from 'fs';\nimport { rm } from 'fs/promises';\nrm;",
      "import { rm, readFile } from 'fs/promises';\nrm;",
    ],
    [
      'an import of the twin by its other name',
      "import { readFileSync } from 'fs';\nimport { rm } from 'node:fs/promises';\nrm;",
      "import { rm, readFile } from 'node:fs/promises';\nrm;",
    ],
    [
      'the twin imported',
      "import { readFileSync } from 'fs';\nimport { readFile } from 'fs/promises';",
      "import { readFile } from 'fs/promises';",
    ],
    [
      'the twin, with default',
      "import { readFileSync } from 'fs';\nimport p, { rm } from 'fs/promises';\nrm;p;",
      "import p, { rm, readFile } from 'fs/promises';\nrm;p;",
    ],
    [
      'a type-only import of the twin',
      "import { readFileSync } from 'fs';\nimport type { FileHandle } from 'fs/promises';\nexport type H = FileHandle;",
      "import { readFile } from 'fs/promises';\nimport type { FileHandle } from 'fs/promises';\nexport type H = FileHandle;",
    ],
    [
      'used in a type',
      "import { readFileSync } from 'fs';\nexport type R = typeof readFileSync;",
      "import { readFile } from 'fs/promises';\nimport { readFileSync } from 'fs';\nexport type R = typeof readFileSync;",
    ],
    [
      'used elsewhere',
      "import { readFileSync } from 'fs';\nexport const a = readFileSync('b');",
      "import { readFile } from 'fs/promises';\nimport { readFileSync } from 'fs';\nexport const a = readFileSync('b');",
    ],
    [
      'exported',
      "import { readFileSync } from 'fs';\nexport { readFileSync };",
      "import { readFile } from 'fs/promises';\nimport { readFileSync } from 'fs';\nexport { readFileSync };",
    ],
    [
      'double quotes',
      'import { readFileSync } from "fs";\nconst a = "b";\nconst c = "d";',
      'import { readFile } from "fs/promises";\nconst a = "b";\nconst c = "d";',
    ],
    ['no semicolon', "import { readFileSync } from 'fs'", "import { readFile } from 'fs/promises'"],
    [
      'a comment above',
      "// licence\nimport { readFileSync } from 'fs';",
      "// licence\nimport { readFile } from 'fs/promises';",
    ],
    ['a #! line', "#!/usr/bin/x\nimport { readFileSync } from 'fs';", null],
    [
      'a directive',
      "'use strict';\nimport { readFileSync } from 'fs';",
      "'use strict';\nimport { readFile } from 'fs/promises';",
    ],
    [
      'require',
      "const { readFileSync } = require('fs');",
      "const { readFile } = require('fs/promises');\nconst { readFileSync } = require('fs');",
    ],
    [
      'BOM',
      "\uFEFFimport { readFileSync } from 'fs';",
      "\uFEFFimport { readFile } from 'fs/promises';",
    ],
    [
      'names over lines',
      "import {\n  existsSync,\n  readFileSync,\n} from 'fs';\nexistsSync;",
      "import { readFile } from 'fs/promises';\nimport {\n  existsSync,\n} from 'fs';\nexistsSync;",
    ],
  ])('%s', async (_name, head, expected) => {
    const esm = head + body;
    const isRequire = head.includes('require');
    const toCommonJs = (it: string) => it.replace('export ', 'module.exports = ');
    const text = isRequire ? toCommonJs(esm) : esm;
    const asked = expected === null ? esm : expected + awaiting();
    const wanted = isRequire ? toCommonJs(asked) : asked;
    const path = isRequire ? 'src/a.js' : 'src/a.ts';
    expect(await fixedText(text, { path })).toBe(wanted);
    const crlf = (it: string) => it.replace(/\n/g, '\r\n');
    expect(await fixedText(crlf(text), { path })).toBe(crlf(wanted));
  });

  it('takes another name where the twin is taken', async () => {
    const text = `import { readFileSync } from 'fs';\nconst readFile = 1;\nreadFile;${body}`;
    expect(await fixedText(text)).toBe(
      `import { readFile as readFileAsync } from 'fs/promises';\nconst readFile = 1;\nreadFile;${awaiting('readFileAsync')}`,
    );
    const inner =
      "import { readFileSync } from 'fs';\nexport async function f(readFile: any) {\n  return readFile(readFileSync('a'));\n}\n";
    expect(await fixedText(inner)).toContain("readFile(await readFileAsync('a'))");
    const both = `import { readFileSync } from 'fs';\nconst readFile = 1, readFileAsync = 2;\nreadFile; readFileAsync;${body}`;
    const fixed = await fixedText(both);
    expect((fixed.match(/\breadFileAsync\b/g) ?? []).length, fixed).not.toBe(4);
    const callback = `import { readFile, readFileSync } from 'fs';\nreadFile('x', () => {});${body}`;
    expect(await fixedText(callback)).toBe(
      `import { readFile as readFileAsync } from 'fs/promises';\nimport { readFile } from 'fs';\nreadFile('x', () => {});${awaiting('readFileAsync')}`,
    );
  });

  it('goes through the object where the file does', async () => {
    const text =
      "import * as fs from 'node:fs';\nexport async function f() {\n\treturn fs.readFileSync('a');\n}\n";
    expect(await fixedText(text)).toBe(
      "import * as fs from 'node:fs';\nexport async function f() {\n\treturn await fs.promises.readFile('a');\n}\n",
    );
  });

  it('adds one import for several fixes of a file', async () => {
    const text =
      "import { readFileSync, statSync } from 'fs';\nexport async function f() {\n  return [readFileSync('a'), readFileSync('b'), statSync('c')];\n}\n";
    const fixed = await fixedText(text);
    expect(fixed.match(/from 'fs\/promises'/g)).toHaveLength(1);
    expect(fixed).toContain("[await readFile('a'), await readFile('b'), await stat('c')]");
    expect(fixed).not.toContain("from 'fs';");
  });
});
