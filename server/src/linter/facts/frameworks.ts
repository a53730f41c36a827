/**
 * How frameworks call the functions they are given: data only, one row per shape. Each row has a
 * case in test/linter/frameworks.test.ts or test/linter/contexts.test.ts.
 */

export type EntryKind = 'hot' | 'run-once';

export interface EntryRow {
  /** Module the receiver (or the function called) comes from; `null` for globals. */
  module: string | null;
  /** Paths of the receiver below the module, as `Origin` writes them. */
  receivers: readonly string[];
  /** Methods that take the callback. */
  methods: readonly string[];
  kind: EntryKind;
  /** What such a callback is, as a noun phrase for messages. */
  what: string;
}

const HTTP_METHODS = ['get', 'post', 'put', 'patch', 'delete', 'head', 'options', 'all'];

export const METHOD_ENTRIES: readonly EntryRow[] = [
  {
    module: 'fastify',
    receivers: ['()', 'fastify()', 'Fastify()', 'type:FastifyInstance'],
    methods: [...HTTP_METHODS, 'route', 'addHook', 'setErrorHandler', 'setNotFoundHandler'],
    kind: 'hot',
    what: 'a Fastify route handler',
  },
  {
    module: 'express',
    receivers: ['()', 'Router()', 'new()', 'type:Express', 'type:Router', 'type:Application'],
    methods: [...HTTP_METHODS, 'use', 'param'],
    kind: 'hot',
    what: 'an Express handler',
  },
  {
    module: 'koa',
    receivers: ['new()'],
    methods: ['use'],
    kind: 'hot',
    what: 'Koa middleware',
  },
  {
    module: '@koa/router',
    receivers: ['new()'],
    methods: [...HTTP_METHODS, 'use', 'del'],
    kind: 'hot',
    what: 'a Koa route handler',
  },
  {
    module: 'koa-router',
    receivers: ['new()', '()'],
    methods: [...HTTP_METHODS, 'use', 'del'],
    kind: 'hot',
    what: 'a Koa route handler',
  },
  {
    module: 'hono',
    receivers: ['Hono.new()', 'new()', 'type:Hono'],
    methods: [...HTTP_METHODS, 'use', 'on'],
    kind: 'hot',
    what: 'a Hono handler',
  },
  {
    module: 'commander',
    receivers: ['program', 'Command.new()', 'createCommand()', 'type:Command'],
    methods: ['action', 'hook'],
    kind: 'run-once',
    what: 'a command line action',
  },
  {
    module: 'cac',
    receivers: ['()', 'cac()'],
    methods: ['action'],
    kind: 'run-once',
    what: 'a command line action',
  },
  {
    module: null,
    receivers: ['process'],
    methods: ['on', 'once'],
    kind: 'run-once',
    what: 'a process event handler',
  },
];

/** Functions called directly with the callback: `createServer(handler)`, `describe('…', body)`. */
export const CALL_ENTRIES: readonly Omit<EntryRow, 'receivers'>[] = [
  { module: 'http', methods: ['createServer'], kind: 'hot', what: 'an HTTP request handler' },
  { module: 'https', methods: ['createServer'], kind: 'hot', what: 'an HTTPS request handler' },
  {
    module: 'http2',
    methods: ['createServer', 'createSecureServer'],
    kind: 'hot',
    what: 'an HTTP/2 request handler',
  },
  { module: 'net', methods: ['createServer'], kind: 'hot', what: 'a connection handler' },
  { module: 'bullmq', methods: ['Worker.new()'], kind: 'hot', what: 'a queue consumer' },
  { module: null, methods: ['setInterval'], kind: 'hot', what: 'a timer callback' },
  { module: 'timers', methods: ['setInterval'], kind: 'hot', what: 'a timer callback' },
  {
    module: null,
    methods: ['describe', 'it', 'test', 'before', 'after', 'beforeEach', 'afterEach', 'beforeAll'],
    kind: 'run-once',
    what: 'a test',
  },
  {
    module: 'vscode',
    methods: ['commands.registerCommand'],
    kind: 'run-once',
    what: 'an editor command',
  },
];

/** Decorators whose methods a framework calls per request, by module. */
export const HOT_DECORATORS: Readonly<Record<string, readonly string[]>> = {
  '@nestjs/common': ['Get', 'Post', 'Put', 'Patch', 'Delete', 'All', 'Head', 'Options', 'Sse'],
  '@nestjs/graphql': ['Query', 'Mutation', 'ResolveField', 'Subscription'],
  '@nestjs/microservices': ['MessagePattern', 'EventPattern'],
  '@nestjs/websockets': ['SubscribeMessage'],
  'type-graphql': ['Query', 'Mutation', 'FieldResolver', 'Subscription'],
};

/** Array methods (and `Array.from`) that call a function once per element. */
export const ITERATION_METHODS: ReadonlySet<string> = new Set([
  'forEach',
  'map',
  'flatMap',
  'filter',
  'reduce',
  'reduceRight',
  'some',
  'every',
  'find',
  'findIndex',
  'findLast',
  'findLastIndex',
  'sort',
]);

/** Methods that add a handler which runs once per event. */
export const EVENT_METHODS: ReadonlySet<string> = new Set([
  'on',
  'addListener',
  'addEventListener',
  'prependListener',
]);

/** Events that come once in the life of what emits them; their handlers are not hot. */
export const ONE_SHOT_EVENTS: ReadonlySet<string> = new Set([
  'error',
  'exit',
  'close',
  'end',
  'finish',
  'open',
  'ready',
  'listening',
  'connect',
  'disconnect',
  'load',
  'DOMContentLoaded',
  'beforeunload',
]);

/** Methods and functions whose callback runs as part of the code around the call. */
export const INLINE_METHODS: ReadonlySet<string> = new Set(['then', 'catch', 'finally']);

export const INLINE_CALLS: readonly { module: string | null; path: string }[] = [
  { module: null, path: 'Promise' },
  { module: null, path: 'setTimeout' },
  { module: null, path: 'setImmediate' },
  { module: null, path: 'queueMicrotask' },
  { module: null, path: 'process.nextTick' },
  { module: 'slowpath-profiling', path: 'timedOperation' },
];

/** Exported names by which Next.js route files declare their handlers. */
export const NEXT_HANDLERS: ReadonlySet<string> = new Set([
  'GET',
  'POST',
  'PUT',
  'PATCH',
  'DELETE',
  'HEAD',
  'OPTIONS',
]);

/** Paths whose code runs once per start, build or test run. Relative, `/`-separated. */
const RUN_ONCE_PATHS: readonly { test: RegExp; what: string }[] = [
  {
    test: /(^|\/)(__tests__|__mocks__|__fixtures__|tests?|specs?|e2e|fixtures?|testing|test-utils|cypress|playwright)\//i,
    what: 'test code',
  },
  { test: /([._-](test|tests|spec|e2e|stories|cy)|\.test-d)\.[cm]?[jt]sx?$/i, what: 'test code' },
  { test: /(^|\/)(bench(marks?)?)\/|\.bench\.[cm]?[jt]sx?$/i, what: 'a benchmark' },
  { test: /(^|\/)(migrations?|seeds?|seeders?)\//i, what: 'a migration' },
  {
    // Below `src` these words name parts of the product.
    test: /^((?!src\/)[^/]+\/)*(scripts?|bin|build|tools?|tooling|examples?|evals?|codemods?|\.storybook|\.github)\//i,
    what: 'a script',
  },
  { test: /(^|\/)(scripts|bin)\//i, what: 'a script' },
  {
    test: /(^|\/)(gulpfile|gruntfile|webpack|jest|vitest|vite|rollup|karma|\.eslintrc|\.prettierrc)[^/]*\.[cm]?[jt]s$|\.(config|conf)\.[cm]?[jt]s$/i,
    what: 'a build configuration',
  },
];

/** @returns what kind of run-once code a path holds, or `null`. */
export function runOncePath(path: string): string | null {
  return RUN_ONCE_PATHS.find((row) => row.test.test(path))?.what ?? null;
}

/**
 * @returns whether a path lies in the code of a command line tool. Such a process serves one user
 * who waits for it anyway, so async functions and loops alone say little about cost.
 */
export function isCommandLinePath(path: string): boolean {
  return /(^|\/)(cli|cli-[\w.]+|[\w.]+-cli|create-[\w-]+)\//i.test(path);
}
