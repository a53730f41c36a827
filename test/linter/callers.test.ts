import { describe, expect, it } from 'vitest';
import { callersOf, LOAD, LOADER, uses } from './callers';

const BOTH = ['src/use.ts:2', 'src/use.ts:3'];

describe('call sites in other files', () => {
  it.each<[string, Record<string, string>]>([
    [
      'a named export',
      {
        'src/loader.ts': LOADER,
        'src/use.ts': uses("import { loadConfig } from './loader';", 'loadConfig'),
      },
    ],
    [
      'overloads',
      {
        'src/loader.ts': LOADER.replace('export', 'export function loadConfig(): any;\nexport'),
        'src/use.ts': uses("import { loadConfig } from './loader';", 'loadConfig'),
      },
    ],
    [
      'an alias',
      {
        'src/loader.ts': LOADER,
        'src/use.ts': uses("import { loadConfig as l } from './loader';", 'l'),
      },
    ],
    [
      'a namespace',
      {
        'src/loader.ts': LOADER,
        'src/use.ts': uses("import * as all from './loader';", 'all.loadConfig'),
      },
    ],
    [
      'a .js specifier',
      {
        'src/loader.ts': LOADER,
        'src/use.ts': uses("import { loadConfig } from './loader.js';", 'loadConfig'),
      },
    ],
    [
      'a .ts specifier',
      {
        'src/loader.ts': LOADER,
        'src/use.ts': uses("import { loadConfig } from './loader.ts';", 'loadConfig'),
      },
    ],
    [
      'an .mjs specifier',
      {
        'src/loader.mts': LOADER,
        'src/use.ts': uses("import { loadConfig } from './loader.mjs';", 'loadConfig'),
      },
    ],
    [
      'a folder above',
      {
        'src/loader.ts': LOADER,
        'src/use.ts': uses("import { loadConfig } from '../src/./loader';", 'loadConfig'),
      },
    ],
    [
      'an arrow',
      {
        'src/loader.ts': `import { readFileSync } from 'node:fs';\nexport const loadConfig = () => ${LOAD};`,
        'src/use.ts': uses("import { loadConfig } from './loader';", 'loadConfig'),
      },
    ],
    [
      'a default function',
      {
        'src/loader.ts': LOADER.replace('export', 'export default'),
        'src/use.ts': uses("import load from './loader';", 'load'),
      },
    ],
    [
      'a default by name',
      {
        'src/loader.ts': `${LOADER.replace('export ', '')}export default loadConfig;`,
        'src/use.ts': uses("import load from './loader';", 'load'),
      },
    ],
    [
      'default as',
      {
        'src/loader.ts': LOADER.replace('export', 'export default'),
        'src/use.ts': uses("import { default as load } from './loader';", 'load'),
      },
    ],
    [
      'export as default',
      {
        'src/loader.ts': `${LOADER.replace('export ', '')}export { loadConfig as default };`,
        'src/use.ts': uses("import load from './loader';", 'load'),
      },
    ],
    [
      'export { a as b }',
      {
        'src/loader.ts': `${LOADER.replace('export ', '')}export { loadConfig as read };`,
        'src/use.ts': uses("import { read } from './loader';", 'read'),
      },
    ],
    [
      'export *',
      {
        'src/loader.ts': LOADER,
        'src/index.ts': "export * from './loader';",
        'src/use.ts': uses("import { loadConfig } from './index';", 'loadConfig'),
      },
    ],
    [
      'export { } from',
      {
        'src/loader.ts': LOADER,
        'src/barrel.ts': "export { loadConfig as read } from './loader';",
        'src/use.ts': uses("import { read } from './barrel';", 'read'),
      },
    ],
    [
      'export { default } from',
      {
        'src/loader.ts': LOADER.replace('export', 'export default'),
        'src/barrel.ts': "export { default as read } from './loader';",
        'src/use.ts': uses("import { read } from './barrel';", 'read'),
      },
    ],
    [
      'import, then export',
      {
        'src/loader.ts': LOADER,
        'src/barrel.ts': "import { loadConfig } from './loader';\nexport { loadConfig };",
        'src/use.ts': uses("import { loadConfig } from './barrel';", 'loadConfig'),
      },
    ],
    [
      'import, then export as a constant',
      {
        'src/loader.ts': LOADER,
        'src/barrel.ts': "import { loadConfig } from './loader';\nexport const read = loadConfig;",
        'src/use.ts': uses("import { read } from './barrel';", 'read'),
      },
    ],
    [
      'export * as',
      {
        'src/loader.ts': LOADER,
        'src/barrel.ts': "export * as config from './loader';",
        'src/use.ts': uses("import { config } from './barrel';", 'config.loadConfig'),
      },
    ],
    [
      'barrels of barrels',
      {
        'src/loader.ts': LOADER,
        'src/a.ts': "export * from './loader';",
        'src/b/index.ts': "export { loadConfig as x } from '../a';",
        'src/c.ts': "export * from './b';",
        'src/use.ts': uses("import { x } from './c';", 'x'),
      },
    ],
    [
      'a folder import',
      {
        'src/lib/index.ts': LOADER,
        'src/use.ts': uses("import { loadConfig } from './lib';", 'loadConfig'),
      },
    ],
    [
      'a folder import with a slash',
      {
        'src/lib/index.ts': LOADER,
        'src/use.ts': uses("import { loadConfig } from './lib/';", 'loadConfig'),
      },
    ],
    [
      'the own folder',
      {
        'src/index.ts': LOADER,
        'src/use.ts': uses("import { loadConfig } from '.';", 'loadConfig'),
      },
    ],
    [
      're-exports in a circle',
      {
        'src/loader.ts': `${LOADER}export * from './a';`,
        'src/a.ts': "export * from './b';",
        'src/b.ts': "export * from './a';\nexport * from './loader';",
        'src/use.ts': uses("import { loadConfig } from './a';", 'loadConfig'),
      },
    ],
    [
      'await import',
      {
        'src/loader.ts': LOADER,
        'src/use.ts':
          "\nexport async function one() { return (await import('./loader')).loadConfig(); }\nexport async function two() { const { loadConfig } = await import('./loader'); return loadConfig(); }",
      },
    ],
    [
      'require',
      {
        'src/loader.ts': LOADER,
        'src/use.ts': uses("const { loadConfig } = require('./loader');", 'loadConfig'),
      },
    ],
    [
      'module.exports = { }',
      {
        'src/loader.js': `const { readFileSync } = require('fs');\nfunction loadConfig() { return ${LOAD}; }\nmodule.exports = { loadConfig };`,
        'src/use.ts': uses("const { loadConfig } = require('./loader');", 'loadConfig'),
      },
    ],
    [
      'module.exports.x',
      {
        'src/loader.js': `const { readFileSync } = require('fs');\nmodule.exports.loadConfig = function () { return ${LOAD}; };`,
        'src/use.ts': uses("const c = require('./loader');", 'c.loadConfig'),
      },
    ],
    [
      'exports.x',
      {
        'src/loader.cjs': `const { readFileSync } = require('fs');\nexports.loadConfig = () => ${LOAD};`,
        'src/use.ts': uses("const c = require('./loader.cjs');", 'c.loadConfig'),
      },
    ],
    [
      'module.exports = function',
      {
        'src/loader.js': `const { readFileSync } = require('fs');\nmodule.exports = function loadConfig() { return ${LOAD}; };`,
        'src/use.ts': uses("const load = require('./loader');", 'load'),
      },
    ],
    [
      'a method in module.exports',
      {
        'src/loader.js': `const { readFileSync } = require('fs');\nmodule.exports = { loadConfig() { return ${LOAD}; } };`,
        'src/use.ts': uses("const { loadConfig } = require('./loader');", 'loadConfig'),
      },
    ],
  ])('%s', async (_name, files) => {
    expect(await callersOf(files)).toEqual(BOTH);
  });
});
