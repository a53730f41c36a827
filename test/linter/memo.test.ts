import { describe, expect, it } from 'vitest';
import { tiersIn } from './check';

const HEAD = "import fs from 'node:fs';\nimport { readFile } from 'node:fs/promises';\n";
const SYNC = "JSON.parse(fs.readFileSync('config.json', 'utf8'))";
const ASYNC = "JSON.parse(await readFile('config.json', 'utf8'))";

/** Forms that keep their result; `@` reads and parses. `get` is the loader. */
const MEMOS: Record<string, string> = {
  'module variable, nested if':
    'let kept: any;\nasync function get() { if (!kept) { kept = @; } return kept; }',
  'module variable, bare if':
    'let kept: any;\nasync function get() { if (!kept) kept = @; return kept; }',
  'compared with undefined':
    'let kept: any;\nasync function get() { if (kept === undefined) kept = @; return kept; }',
  'compared with null, turned':
    'let kept: any = null;\nasync function get() { if (null == kept) { kept = @; } return kept; }',
  typeof:
    "let kept: any;\nasync function get() { if (typeof kept === 'undefined') kept = @; return kept; }",
  'early return':
    'let kept: any;\nasync function get() { if (kept) return kept; kept = @; return kept; }',
  'early return in a block':
    'let kept: any;\nasync function get() { if (kept !== undefined) { return kept; } const value = @; kept = value; return value; }',
  '??=': 'let kept: any;\nasync function get() { return (kept ??= @); }',
  '||=': 'let kept: any;\nasync function get() { kept ||= @; return kept; }',
  '??': 'let kept: any;\nasync function get() { kept = kept ?? @; return kept; }',
  '||': 'let kept: any;\nasync function get() { return kept || (kept = @); }',
  '&& of a negation': 'let kept: any;\nasync function get() { !kept && (kept = @); return kept; }',
  conditional: 'let kept: any;\nasync function get() { return kept ? kept : (kept = @); }',
  'Map has':
    "const kept = new Map<string, any>();\nasync function get() { if (!kept.has('a')) kept.set('a', @); return kept.get('a'); }",
  'Map get, early return':
    "const kept = new Map<string, any>();\nasync function get() { const hit = kept.get('a'); if (hit) return hit; const value = @; kept.set('a', value); return value; }",
  'object by key':
    "const kept: any = {};\nasync function get() { if (kept['a']) return kept['a']; return (kept['a'] = @); }",
  'object member':
    'const state = { kept: undefined as any };\nasync function get() { if (!state.kept) state.kept = @; return state.kept; }',
  flag: 'let kept: any; let loaded = false;\nasync function get() { if (!loaded) { kept = @; loaded = true; } return kept; }',
  'flag, early return':
    'let kept: any; let loaded = false;\nasync function get() { if (loaded) return kept; kept = @; loaded = true; return kept; }',
  field:
    'class C { kept: any; async get() { if (!this.kept) this.kept = @; return this.kept; } }\nconst c = new C(); const get = () => c.get();',
  'private field':
    'class C { #kept: any; async get() { if (this.#kept) return this.#kept; this.#kept = @; return this.#kept; } }\nconst c = new C(); const get = () => c.get();',
  static:
    'class C { static kept: any; static async get() { C.kept ??= @; return C.kept; } }\nconst get = () => C.get();',
  'lazy promise':
    'let kept: Promise<any> | undefined;\nasync function get() { kept ??= (async () => @)(); return kept; }',
  'time to live':
    'let kept: any; let at = 0;\nasync function get() { if (kept && Date.now() - at < 1000) return kept; kept = @; at = Date.now(); return kept; }',
  'try inside':
    'let kept: any;\nasync function get() { if (!kept) { try { kept = @; } catch { kept = {}; } } return kept; }',
  'early return around a try':
    'let kept: any;\nasync function get() { if (kept) return kept; try { kept = @; } catch {} return kept; }',
  'early return in a wrapped body':
    'let kept: any;\nasync function get() { try { if (kept) return kept; kept = @; return kept; } catch { return {}; } }',
  'logged early return':
    "let kept: any;\nasync function get() { if (kept) { console.log('hit'); return kept; } kept = @; return kept; }",
};

const SYNC_MEMOS: Record<string, string> = {
  memoize: "import memoize from 'lodash/memoize';\nconst get = memoize(() => @);",
  'memoize by member': "import _ from 'lodash';\nconst get = _.memoize(() => { return @; });",
  once: "import { once } from './once';\nconst get = once(function () { return @; });",
  'once of a named function':
    "import { once } from './once';\nfunction load() { return @; }\nconst get = once(load);",
  lru: "import { lru } from './lru';\nconst get = lru(() => @, 10);",
  'react cache': "import { cache } from 'react';\nconst get = cache(() => @);",
  decorator:
    "import { Memoize } from 'typescript-memoize';\nclass C { @Memoize() get() { return @; } }\nconst c = new C(); const get = () => c.get();",
  'decorator on a getter':
    "import { memoized } from './memo';\nclass C { @memoized get value() { return @; } }\nconst c = new C(); const get = () => c.value;",
};

/** Look-alikes that read again on every call. */
const OTHERS: Record<string, string> = {
  'a flag that is never written':
    'let ready = false;\nasync function get() { if (!ready) { return @; } return {}; }',
  'a local variable':
    'async function get() { let kept: any; if (!kept) { kept = @; } return kept; }',
  'a write to another variable':
    'let kept: any; let count = 0;\nasync function get() { count = 1; if (!kept) { return @; } return {}; }',
  'written, never tested': 'let kept: any;\nasync function get() { kept = @; return kept; }',
  'a shadow of the tested variable':
    'let kept: any;\nasync function get() { if (!kept) { const kept = @; return kept; } return kept; }',
  'a parameter': 'async function get(kept?: any) { if (!kept) { kept = @; } return kept; }',
  'a counter of calls': 'let calls = 0;\nasync function get() { calls += 1; return @; }',
  'work that is unrelated to the memo':
    'let kept: any;\nasync function get() { if (!kept) { kept = {}; } return @; }',
  'read before the test':
    'let kept: any;\nasync function get() { const value = @; if (kept) return kept; kept = value; return kept; }',
  'a log of calls':
    'const log: any[] = [];\nasync function get() { if (log.length > 10) log.length = 0; return @; }',
  'an option switch':
    "const seen = new Set<string>();\nasync function get(verbose?: boolean) { if (verbose) seen.add('x'); return @; }",
};

/** Two calls in hot code, so that a loader that does not keep its result is found. */
const use = (code: string) =>
  `${HEAD}${code}\nexport async function one(list: any[]) { for (const it of list) it.a = await get(); }\nexport async function two(list: any[]) { for (const it of list) it.b = await get(); }\n`;

async function found(code: string, rule: string): Promise<number> {
  return (await tiersIn(use(code), { rule })).length;
}

describe('memos', () => {
  it.each(Object.entries(MEMOS))('%s', async (_name, code) => {
    expect(await found(code.replace('@', SYNC), 'sync-io-in-async')).toBe(0);
    expect(await found(code.replace('@', SYNC), 'uncached-config-load')).toBe(0);
    expect(await found(code.replace('@', ASYNC), 'uncached-config-load')).toBe(0);
  });

  it.each(Object.entries(SYNC_MEMOS))('%s', async (_name, code) => {
    expect(await found(code.replace('@', SYNC), 'sync-io-in-async')).toBe(0);
    expect(await found(code.replace('@', SYNC), 'uncached-config-load')).toBe(0);
  });
});

describe('look-alikes of memos', () => {
  it.each(Object.entries(OTHERS))('%s', async (_name, code) => {
    expect(await found(code.replace('@', SYNC), 'sync-io-in-async')).toBe(1);
    expect(await found(code.replace('@', SYNC), 'uncached-config-load')).toBe(1);
    expect(await found(code.replace('@', ASYNC), 'uncached-config-load')).toBe(1);
  });
});
