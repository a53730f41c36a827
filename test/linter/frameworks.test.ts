import { describe, expect, it } from 'vitest';
import {
  CALL_ENTRIES,
  EVENT_METHODS,
  HOT_DECORATORS,
  METHOD_ENTRIES,
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
