import { describe, expect, it } from 'vitest';
import {
  CALL_ENTRIES,
  EVENT_METHODS,
  HOT_DECORATORS,
  INLINE_CALLS,
  INLINE_METHODS,
  ITERATION_METHODS,
  METHOD_ENTRIES,
  NEXT_HANDLERS,
} from '../../server/src/linter/facts/frameworks';
import { tiersIn } from './check';

const FS = "import { readFileSync } from 'node:fs';\n";
const BODY = "readFileSync('a.txt', 'utf8')";

/** How a file comes by each receiver of METHOD_ENTRIES, as `receiver`. */
const RECEIVERS: Record<string, string> = {
  'fastify ()': "import fastify from 'fastify';\nconst receiver = fastify();",
  'fastify fastify()':
    "import { fastify } from 'fastify';\nconst receiver = fastify({ logger: true });",
  'fastify Fastify()': "import * as all from 'fastify';\nconst receiver = all.Fastify();",
  'fastify type:FastifyInstance': "import type { FastifyInstance } from 'fastify';\n@",
  'express ()': "import express from 'express';\nconst receiver = express();",
  'express Router()': "import { Router } from 'express';\nconst receiver = Router();",
  'express new()': "const express = require('express');\nconst receiver = new express();",
  'express type:Express': "import { type Express } from 'express';\n@",
  'express type:Router': "import type { Router } from 'express';\n@",
  'express type:Application': "import type { Application } from 'express';\n@",
  'koa new()': "import Koa from 'koa';\nconst receiver = new Koa();",
  '@koa/router new()': "import Router from '@koa/router';\nconst receiver = new Router();",
  'koa-router new()': "import Router from 'koa-router';\nconst receiver = new Router();",
  'koa-router ()': "const router = require('koa-router');\nconst receiver = router();",
  'hono Hono.new()': "import { Hono } from 'hono';\nconst receiver = new Hono();",
  'hono new()': "import Hono from 'hono';\nconst receiver = new Hono();",
  'hono type:Hono': "import type { Hono } from 'hono';\n@",
  'commander program': "import { program } from 'commander';\nconst receiver = program;",
  'commander Command.new()':
    "import { Command } from 'commander';\nconst receiver = new Command();",
  'commander createCommand()':
    "import { createCommand } from 'commander';\nconst receiver = createCommand();",
  'commander type:Command': "import type { Command } from 'commander';\n@",
  'cac ()': "import cac from 'cac';\nconst receiver = cac('tool');",
  'cac cac()': "import { cac } from 'cac';\nconst receiver = cac('tool');",
  'null process': 'const receiver = process;',
};

/** `use` with the receiver in reach: module level, or a function that takes it by its type. */
function withReceiver(setUp: string, use: string): string {
  if (!setUp.endsWith('@')) return `${FS}${setUp}\n${use}\n`;
  const type = /\{ (?:type )?(\w+) \}/.exec(setUp)?.[1] ?? '';
  return `${FS}${setUp.slice(0, -1)}export function plugin(receiver: ${type}) {\n  ${use}\n}\n`;
}

const methodCases = METHOD_ENTRIES.flatMap((row) =>
  row.receivers.flatMap((receiver) =>
    row.methods.map((method) => ({
      key: `${row.module} ${receiver}`,
      method,
      tiers: row.kind === 'hot' ? ['hot'] : [],
    })),
  ),
);

describe('receivers and methods of frameworks', () => {
  it('has a set-up for each receiver of the table, and no other', () => {
    expect(Object.keys(RECEIVERS).sort()).toEqual(
      [...new Set(methodCases.map((it) => it.key))].sort(),
    );
  });

  it.each(methodCases)('$key .$method', async ({ key, method, tiers }) => {
    const setUp = RECEIVERS[key] ?? '';
    const use = (call: string) => withReceiver(setUp, call);
    expect(await tiersIn(use(`receiver.${method}('/x', () => ${BODY});`))).toEqual(tiers);
    expect(await tiersIn(use(`receiver.${method}('/x', async () => { ${BODY}; });`))).toEqual(
      tiers,
    );
    // By name, and with another handler before it.
    const named = `receiver.${method}('/x', first, handle);\nfunction handle() { ${BODY}; }\nfunction first() {}`;
    expect(await tiersIn(use(named))).toEqual(tiers);
  });

  it.each(methodCases)('not $key .$method of something else', async ({ key, method }) => {
    if (key === 'null process' && EVENT_METHODS.has(method)) return;
    const setUp = RECEIVERS[key] ?? '';
    const isEvent = EVENT_METHODS.has(method);
    const other = `const other: any = {};\nother.${method}('/x', ${isEvent ? '1, ' : ''}() => ${BODY});`;
    expect(await tiersIn(withReceiver(setUp, other))).toEqual([]);
    // The receiver's name, shadowed.
    const shadowed = `export function set(receiver: any) { receiver.${method}('/x', ${isEvent ? '1, ' : ''}() => ${BODY}); }`;
    expect(await tiersIn(`${FS}${setUp.replace('@', '')}\n${shadowed}`)).toEqual([]);
    // The same method of a look-alike package.
    const alike = setUp.replace(/'(@?[\w/-]+)'\)?;/, (all, module) =>
      all.replace(module, `my-${module.replace('@', '')}`),
    );
    if (alike === setUp) return;
    const use = `receiver.${method}('/x', ${isEvent ? '1, ' : ''}() => ${BODY});`;
    expect(await tiersIn(withReceiver(alike, use))).toEqual([]);
  });

  it('follows fluent chains', async () => {
    const cli =
      "import { program } from 'commander';\nprogram.command('x').option('-y').action(async () => { @; });";
    expect(await tiersIn(FS + cli.replace('@', BODY))).toEqual([]);
    const chained =
      "import { Hono } from 'hono';\nnew Hono().get('/a', () => 1).get('/b', () => @);";
    expect(await tiersIn(FS + chained.replace('@', BODY))).toEqual(['hot']);
    const routes =
      "import express from 'express';\nconst app = express();\napp.route('/a').get((req, res) => { @; });";
    expect(await tiersIn(FS + routes.replace('@', BODY))).toEqual(['hot']);
  });

  it('follows registered plugins, route objects and fields', async () => {
    const app = "import fastify from 'fastify';\nconst app = fastify();\n";
    const plugin = `app.register((scope) => { scope.get('/x', () => ${BODY}); });`;
    expect(await tiersIn(FS + app + plugin)).toEqual(['hot']);
    const asyncPlugin = `app.register(async (scope) => { scope.get('/x', () => ${BODY}); });`;
    expect(await tiersIn(FS + app + asyncPlugin)).toEqual(['hot']);
    const route = `app.route({ method: 'GET', url: '/x', handler: () => ${BODY} });`;
    expect(await tiersIn(FS + app + route)).toEqual(['hot']);
    const method = `app.route({ method: 'GET', url: '/x', handler() { return ${BODY}; } });`;
    expect(await tiersIn(FS + app + method)).toEqual(['hot']);
    const asyncMethod = `app.route({ method: 'GET', url: '/x', async handler() { return ${BODY}; } });`;
    expect(await tiersIn(FS + app + asyncMethod)).toEqual(['hot']);
    const other = `({}).route({ handler: () => ${BODY} });`;
    expect(await tiersIn(FS + app + other)).toEqual([]);
    const field =
      "import type { FastifyInstance } from 'fastify';\nexport class Api {\n  constructor(private readonly app: FastifyInstance) {}\n" +
      `  start() { this.app.get('/x', () => ${BODY}); }\n}`;
    expect(await tiersIn(FS + field)).toEqual(['hot']);
    const withOptions = `app.get('/x', { schema: {} }, () => ${BODY});`;
    expect(await tiersIn(FS + app + withOptions)).toEqual(['hot']);
    const list = `import express from 'express';\nconst app2 = express();\napp2.get('/x', [(q, s, n) => n(), () => ${BODY}]);`;
    expect(await tiersIn(FS + list)).toEqual(['hot']);
  });

  it('takes a class method passed as a handler', async () => {
    const app = "import express from 'express';\nconst app = express();\n";
    const bound = `class C { load() { return ${BODY}; } start() { app.get('/x', this.load.bind(this)); } }\nnew C().start();`;
    expect(await tiersIn(FS + app + bound)).toEqual(['hot']);
    const arrow = `class C { load() { return ${BODY}; } start() { app.get('/x', () => this.load()); } }\nnew C().start();`;
    expect(await tiersIn(FS + app + arrow)).toEqual(['hot']);
    const property = `class C { load = () => ${BODY}; start() { app.get('/x', this.load); } }\nnew C().start();`;
    expect(await tiersIn(FS + app + property)).toEqual(['hot']);
  });
});

const CALLS: Record<string, { real: string; near: string[] }> = {
  'http createServer': {
    real: "import { createServer } from 'node:http';\ncreateServer(() => @);",
    near: [
      "import { createServer } from './http';\ncreateServer(() => @);",
      "import type { createServer } from 'node:http';\nconst o: any = {};\no.createServer(() => @);",
      "import { createServer } from 'node:http';\nexport function f(createServer: any) { createServer(() => @); }",
    ],
  },
  'https createServer': {
    real: "import https from 'https';\nhttps.createServer({}, () => @);",
    near: ["import https from './https';\nhttps.createServer({}, () => @);"],
  },
  'http2 createServer': {
    real: "import * as h from 'node:http2';\nh.createServer(() => @);",
    near: ["import * as h from 'http3';\nh.createServer(() => @);"],
  },
  'http2 createSecureServer': {
    real: "const { createSecureServer } = require('http2');\ncreateSecureServer({}, () => @);",
    near: ["const { createSecureServer } = require('./http2');\ncreateSecureServer({}, () => @);"],
  },
  'net createServer': {
    real: "import net from 'node:net';\nnet.createServer(() => { @; });",
    near: ['const net: any = {};\nnet.createServer(() => { @; });'],
  },
  'bullmq Worker.new()': {
    real: "import { Worker } from 'bullmq';\nnew Worker('queue', () => { @; });",
    near: [
      "new Worker('queue', () => { @; });",
      "import { Worker } from 'bullmq';\nWorker('queue', () => { @; });",
      "import { Worker } from 'node:worker_threads';\nnew Worker('q', () => { @; });",
    ],
  },
  'null setInterval': {
    real: 'setInterval(() => { @; }, 10);',
    near: [
      "import { setInterval } from './timers';\nsetInterval(() => { @; }, 10);",
      'export function f(setInterval: any) { setInterval(() => { @; }, 10); }',
    ],
  },
  'timers setInterval': {
    real: "import { setInterval as every } from 'node:timers';\nevery(() => { @; }, 10);",
    near: ["import { setInterval as every } from './timers';\nevery(() => { @; }, 10);"],
  },
  'vscode commands.registerCommand': {
    real: "import * as vscode from 'vscode';\nvscode.commands.registerCommand('x', async () => { @; });",
    near: [],
  },
};
for (const name of [
  'describe',
  'it',
  'test',
  'before',
  'after',
  'beforeEach',
  'afterEach',
  'beforeAll',
])
  CALLS[`null ${name}`] = { real: `${name}('x', async () => { @; });`, near: [] };

const callCases = CALL_ENTRIES.flatMap((row) =>
  row.methods.map((method) => ({
    key: `${row.module} ${method}`,
    tiers: row.kind === 'hot' ? ['hot'] : [],
    kind: row.kind,
  })),
);

describe('functions that take a callback', () => {
  it('has a case for each row', () => {
    expect(Object.keys(CALLS).sort()).toEqual(callCases.map((it) => it.key).sort());
  });

  it.each(callCases)('$key', async ({ key, tiers }) => {
    const entry = CALLS[key];
    expect(await tiersIn(FS + (entry?.real ?? '').replace('@', BODY))).toEqual(tiers);
    for (const near of entry?.near ?? [])
      expect(await tiersIn(FS + near.replace('@', BODY)), near).toEqual([]);
  });

  it('tells run-once callbacks from functions of the same name', async () => {
    for (const { key } of callCases.filter((it) => it.kind === 'run-once')) {
      const name = key.split('.').at(-1)?.split(' ').at(-1) ?? '';
      const own = `import { ${name} } from './own';\nexport async function f() { ${name}('x', async () => { ${BODY}; }); }`;
      expect(await tiersIn(FS + own), name).toEqual(['async']);
    }
  });
});

describe('decorators', () => {
  const cases = Object.entries(HOT_DECORATORS).flatMap(([module, names]) =>
    names.map((name) => ({ module, name })),
  );

  it.each(cases)('@$name of $module', async ({ module, name }) => {
    const code = (from: string, as = name) =>
      `${FS}import { ${as === name ? name : `${name} as ${as}`} } from '${from}';\nexport class C {\n  @${as}('x')\n  one() { return ${BODY}; }\n}\n`;
    expect(await tiersIn(code(module))).toEqual(['hot']);
    expect(await tiersIn(code(module, 'Other'))).toEqual(['hot']);
    expect(await tiersIn(code(`./${name}`))).toEqual([]);
    const bare = `${FS}import { ${name} } from '${module}';\nexport class C { @${name} one() { return ${BODY}; } two() { return ${BODY}; } }`;
    expect(await tiersIn(bare)).toEqual(['hot']);
    const shadowed = `${FS}const ${name}: any = () => () => {};\nexport class C { @${name}() one() { return ${BODY}; } }`;
    expect(await tiersIn(shadowed)).toEqual([]);
    const whole = `${FS}import * as all from '${module}';\nexport class C { @all.${name}() one() { return ${BODY}; } }`;
    expect(await tiersIn(whole)).toEqual(['hot']);
  });
});

describe('iteration', () => {
  it.each([...ITERATION_METHODS])('%s', async (method) => {
    const inside = `${FS}export async function f(list: string[]) { list.${method}(() => ${BODY}); }`;
    expect(await tiersIn(inside)).toEqual(['hot']);
    const sync = `${FS}export function f(list: string[]) { list.${method}(() => ${BODY}); }`;
    expect(await tiersIn(sync)).toEqual([]);
    const second = `${FS}export async function f(list: any) { list.${method}(1, () => ${BODY}); }`;
    expect(await tiersIn(second)).toEqual([]);
    const short = `${FS}export async function f() { ['a', 'b'].${method}(() => ${BODY}); }`;
    expect(await tiersIn(short)).toEqual(['async']);
    const onLoad = `${FS}const list = process.argv;\nlist.${method}(() => ${BODY});`;
    expect(await tiersIn(onLoad)).toEqual([]);
    const chained = `${FS}export async function f(list?: string[]) { return list?.${method}(function () { return ${BODY}; }); }`;
    expect(await tiersIn(chained)).toEqual(['hot']);
  });

  it('Array.from', async () => {
    const real = `${FS}export async function f(n: number) { Array.from({ length: n }, () => ${BODY}); }`;
    expect(await tiersIn(real)).toEqual(['hot']);
    const own = `${FS}export async function f(Array: any) { Array.from({}, () => ${BODY}); }`;
    expect(await tiersIn(own)).toEqual([]);
  });

  it('follows functions passed by name', async () => {
    const load = `function load() { return ${BODY}; }`;
    expect(
      await tiersIn(`${FS}${load}\nexport async function f(l: string[]) { l.map(load); }`),
    ).toEqual(['hot']);
    expect(await tiersIn(`${FS}${load}\nexport async function f() { ['a'].map(load); }`)).toEqual([
      'async',
    ]);
    expect(
      await tiersIn(`${FS}${load}\nexport async function f(p: any) { return p.then(load); }`),
    ).toEqual(['async']);
    expect(await tiersIn(`${FS}${load}\nprocess.argv.map(load);`)).toEqual([]);
    const arrow = `const load = () => ${BODY};`;
    expect(
      await tiersIn(`${FS}${arrow}\nexport async function f(l: string[]) { l.forEach(load); }`),
    ).toEqual(['hot']);
    const method = `export class C { private load() { return ${BODY}; } async all(l: string[]) { return l.map(this.load); } }`;
    expect(await tiersIn(FS + method)).toEqual(['hot']);
    const asyncLoad = `async function load() { return ${BODY}; }`;
    expect(
      await tiersIn(
        `${FS}${asyncLoad}\nexport function f(l: string[]) { return Promise.all(l.map(load)); }`,
      ),
    ).toEqual(['hot']);
  });

  it('runs the list of a loop once', async () => {
    const head = `${FS}export async function f() { for (const line of ${BODY}) console.log(line); }`;
    expect(await tiersIn(head)).toEqual(['async']);
    const first = `${FS}export async function f() { for (let i = ${BODY}.length; i > 0; i--) console.log(i); }`;
    expect(await tiersIn(first)).toEqual(['async']);
    const test = `${FS}export async function f() { for (let i = 0; i < ${BODY}.length; i++) console.log(i); }`;
    expect(await tiersIn(test)).toEqual(['hot']);
    const receiver = `${FS}export async function f() { ${BODY}.split('').map((it) => it); }`;
    expect(await tiersIn(receiver)).toEqual(['async']);
  });
});

describe('events', () => {
  it.each([...EVENT_METHODS])('%s', async (method) => {
    const use = (call: string) => `${FS}export function f(emitter: any) { ${call} }`;
    expect(await tiersIn(use(`emitter.${method}('data', () => ${BODY});`))).toEqual(['hot']);
    expect(
      await tiersIn(use(`emitter.${method}('data', handle); function handle() { ${BODY}; }`)),
    ).toEqual(['hot']);
    expect(await tiersIn(use(`emitter.${method}('data', 1, () => ${BODY});`))).toEqual([]);
    expect(await tiersIn(use(`emitter?.${method}('data', () => ${BODY});`))).toEqual(['hot']);
  });

  it('leaves process events alone', async () => {
    for (const event of ['exit', 'SIGTERM', 'uncaughtException'])
      expect(await tiersIn(`${FS}process.on('${event}', () => ${BODY});`)).toEqual([]);
    expect(
      await tiersIn(
        `${FS}import process from 'node:process';\nprocess.on('exit', async () => { ${BODY}; });`,
      ),
    ).toEqual([]);
    expect(
      await tiersIn(`${FS}globalThis.process.once('exit', async () => { ${BODY}; });`),
    ).toEqual([]);
  });
});

describe('callbacks that run as part of the code around them', () => {
  it.each([...INLINE_METHODS])('.%s', async (method) => {
    const inside = `${FS}export async function f(p: any) { return p.${method}(() => ${BODY}); }`;
    expect(await tiersIn(inside)).toEqual(['async']);
    const onLoad = `${FS}declare const p: any;\np.${method}(() => ${BODY});`;
    expect(await tiersIn(onLoad)).toEqual([]);
    const loop = `${FS}export async function f(p: any[]) { for (const it of p) it.${method}(() => ${BODY}); }`;
    expect(await tiersIn(loop)).toEqual(['hot']);
  });

  it.each(INLINE_CALLS.map((it) => [`${it.module} ${it.path}`, it] as const))(
    '%s',
    async (_name, row) => {
      const load = row.module ? `import { ${row.path} } from '${row.module}';\n` : '';
      const call = row.path === 'Promise' ? 'new Promise' : row.path;
      const name = row.path === 'timedOperation' ? "'x', " : '';
      const inside = `${FS}${load}export async function f() { return ${call}(${name}() => ${BODY}); }`;
      expect(await tiersIn(inside)).toEqual(['async']);
      const onLoad = `${FS}${load}${call}(${name}async () => { ${BODY}; });`;
      expect(await tiersIn(onLoad)).toEqual([]);
    },
  );

  it('runs a function called in place with the code around it', async () => {
    expect(await tiersIn(`${FS}(async () => { ${BODY}; })();`)).toEqual([]);
    expect(await tiersIn(`${FS}void (async function main() { ${BODY}; })();`)).toEqual([]);
    expect(await tiersIn(`${FS}(async () => { ${BODY}; })().catch(console.error);`)).toEqual([]);
    expect(await tiersIn(`${FS}export async function f() { (() => ${BODY})(); }`)).toEqual([
      'async',
    ]);
  });

  it('takes a top-level main for start-up, and its loops', async () => {
    expect(await tiersIn(`${FS}async function main() { ${BODY}; }\nmain();`)).toEqual([]);
    expect(
      await tiersIn(`${FS}const main = async () => { ${BODY}; };\nmain().catch(console.error);`),
    ).toEqual([]);
    expect(
      await tiersIn(`${FS}async function main() { ${BODY}; }\nawait main();\nexport { main };`),
    ).toEqual(['async']);
  });
});

describe('Next.js and React', () => {
  it.each([...NEXT_HANDLERS])('%s of a route file', async (name) => {
    const code = `${FS}export function ${name}() { return ${BODY}; }`;
    expect(await tiersIn(code, { path: 'app/api/x/route.ts' })).toEqual(['hot']);
    expect(await tiersIn(code, { path: 'src/app/route.js' })).toEqual(['hot']);
    expect(await tiersIn(code, { path: 'app/api/x/router.ts' })).toEqual([]);
    expect(await tiersIn(code, { path: 'lib/route.ts' })).toEqual([]);
    expect(await tiersIn(code.replace('export ', ''), { path: 'app/api/x/route.ts' })).toEqual([]);
    const arrow = `${FS}export const ${name} = () => ${BODY};`;
    expect(await tiersIn(arrow, { path: 'app/api/x/route.ts' })).toEqual(['hot']);
    const later = `${FS}async function ${name}() { return ${BODY}; }\nexport { ${name} };`;
    expect(await tiersIn(later, { path: 'app/api/x/route.ts' })).toEqual(['hot']);
  });

  it('default exports of pages/api', async () => {
    const code = `${FS}export default function handler() { return ${BODY}; }`;
    expect(await tiersIn(code, { path: 'pages/api/x.ts' })).toEqual(['hot']);
    expect(await tiersIn(code, { path: 'src/pages/api/deep/x.ts' })).toEqual(['hot']);
    expect(await tiersIn(code, { path: 'pages/x.ts' })).toEqual([]);
    expect(await tiersIn(code.replace('default ', ''), { path: 'pages/api/x.ts' })).toEqual([]);
    const named = `${FS}const handler = async () => ${BODY};\nexport default handler;`;
    expect(await tiersIn(named, { path: 'pages/api/x.ts' })).toEqual(['hot']);
    const direct = `${FS}export default async () => ${BODY};`;
    expect(await tiersIn(direct, { path: 'pages/api/x.ts' })).toEqual(['hot']);
  });

  it('components run per render, other functions with JSX do not', async () => {
    const options = { path: 'src/View.tsx' };
    for (const code of [
      `export function View() { ${BODY}; return <p />; }`,
      `export const View = () => { ${BODY}; return <p>x</p>; };`,
      `export const View = () => { ${BODY}; return <></>; };`,
      `import { memo } from 'react';\nexport const View = memo(() => { ${BODY}; return <p />; });`,
      `import { forwardRef } from 'react';\nexport const View = forwardRef((p, r) => { ${BODY}; return <p />; });`,
    ])
      expect(await tiersIn(FS + code, options), code).toEqual(['hot']);
    for (const code of [
      `export function view() { ${BODY}; return <p />; }`,
      `export function View() { ${BODY}; return 1; }`,
      `export function Build() { ${BODY}; function Inner() { return <p />; } return Inner; }`,
    ])
      expect(await tiersIn(FS + code, options), code).toEqual([]);
  });
});

describe('code that runs once', () => {
  it.each([
    'test/a.ts',
    'src/a.test.ts',
    'src/a.spec.tsx',
    'e2e/a.ts',
    'src/__tests__/a.ts',
    'bench/a.ts',
    'db/migrations/001.ts',
    'scripts/a.ts',
    'vite.config.ts',
    'gulpfile.js',
    'build/a.mjs',
    'bin/a.ts',
    'tools/a.ts',
    'src/scripts/a.ts',
  ])('%s', async (path) => {
    expect(await tiersIn(`${FS}export async function f() { ${BODY}; }`, { path })).toEqual([]);
  });

  it.each([
    'src/latest.ts',
    'src/contest/a.ts',
    'src/testing-service.ts',
    'src/tools/a.ts',
    'src/build/a.ts',
    'src/config.ts',
    'src/respec.ts',
    'src/emigrations/a.ts',
    'src/binary/a.ts',
  ])('not %s', async (path) => {
    expect(await tiersIn(`${FS}export async function f() { ${BODY}; }`, { path })).toEqual([
      'async',
    ]);
  });

  it('a file with a #! line', async () => {
    expect(
      await tiersIn(`#!/usr/bin/env node\n${FS}export async function f() { ${BODY}; }`),
    ).toEqual([]);
  });
});
