/** Calls that keep the processor busy until they are done: data, one row per package. */
import { ts } from './compiler';
import type { Origin, Origins } from './facts/origins';
import { unwrap } from './facts/syntax';

/** How the same work is awaited without holding the event loop. */
export interface AsyncTwin {
  name: string;
  /**
   * A function beside it that takes the same arguments and gives a promise, or one that takes a
   * callback. Where the types of `promisify` see the wrong overload, a fix writes the promise out.
   */
  style: 'promise' | 'promisify' | 'new Promise';
}

export interface HeavyCall {
  /** Name as a reader knows it: `gzipSync`, `ts.createProgram`. */
  name: string;
  /** What the others wait for, as a clause: "the data is compressed". */
  until: string;
  /** What to do instead, as a clause. */
  instead: string;
  twin: AsyncTwin | null;
}

interface HeavyRow {
  modules: readonly string[];
  /** Paths below the module, as `Origin` writes them. */
  paths: readonly string[];
  until: string;
  /** Name of the twin, from the name of the call. */
  twin?: (name: string) => AsyncTwin;
  /** What to do where there is no twin. */
  instead?: string;
  /** Whether these arguments make the call heavy; without it they always do. */
  isHeavy?: (call: ts.CallExpression, origins: Origins) => boolean;
}

const WORKER = 'run it in a worker thread (`piscina`, `node:worker_threads`)';

/** `gzipSync` → `gzip`. */
const base = (name: string) => name.replace(/Sync$/, '');
const callback = (name: string): AsyncTwin => ({ name: base(name), style: 'promisify' });
const promise = (name: string): AsyncTwin => ({ name: base(name), style: 'promise' });

const ROWS: readonly HeavyRow[] = [
  {
    modules: ['zlib'],
    paths: [
      ...['gzipSync', 'deflateSync', 'deflateRawSync', 'brotliCompressSync', 'zstdCompressSync'],
    ],
    until: 'the data is compressed',
    twin: callback,
    isHeavy: hasLargeInput,
  },
  {
    modules: ['zlib'],
    paths: [
      ...['gunzipSync', 'inflateSync', 'inflateRawSync', 'unzipSync', 'brotliDecompressSync'],
      'zstdDecompressSync',
    ],
    until: 'the data is decompressed',
    twin: callback,
    isHeavy: hasLargeInput,
  },
  {
    modules: ['crypto'],
    paths: ['pbkdf2Sync'],
    until: 'the key is derived',
    twin: callback,
    isHeavy: (call) => !isAtMost(call.arguments[2], LIGHT_ITERATIONS),
  },
  {
    modules: ['crypto'],
    paths: ['scryptSync'],
    until: 'the key is derived',
    twin: (name) => ({ name: base(name), style: 'new Promise' }),
  },
  {
    modules: ['crypto'],
    paths: ['generateKeyPairSync'],
    until: 'the keys are generated',
    twin: callback,
    isHeavy: (call) => isText(call.arguments[0], /^(rsa|rsa-pss|dsa|dh)$/),
  },
  {
    modules: ['crypto'],
    paths: ['generatePrimeSync', 'checkPrimeSync'],
    until: 'the prime is found',
    instead: 'await its promisified form without `Sync`',
  },
  {
    modules: ['bcrypt', 'bcryptjs', '@node-rs/bcrypt'],
    paths: ['hashSync', 'compareSync', 'verifySync'],
    until: 'the password is hashed',
    twin: promise,
  },
  {
    modules: ['@node-rs/argon2'],
    paths: ['hashSync', 'verifySync'],
    until: 'the password is hashed',
    twin: promise,
  },
  {
    modules: ['node-forge'],
    paths: ['pki.rsa.generateKeyPair'],
    until: 'the keys are generated',
    instead: 'await a promisified `generateKeyPair` of `node:crypto`',
    isHeavy: (call) => !call.arguments.some((it) => ts.isFunctionLike(unwrap(it))),
  },
  {
    modules: ['typescript'],
    paths: ['createProgram', 'transpileModule', 'transpile'],
    until: 'the compiler is done',
    instead: WORKER,
  },
  {
    modules: ['esbuild'],
    paths: ['buildSync', 'transformSync'],
    until: 'esbuild is done',
    twin: promise,
  },
  {
    modules: ['@swc/core'],
    paths: [
      ...['transformSync', 'transformFileSync', 'parseSync', 'parseFileSync', 'printSync'],
      'minifySync',
    ],
    until: 'swc is done',
    twin: promise,
  },
  {
    // The promise functions of Babel wait for plugins only; its work stays on the event loop.
    modules: ['@babel/core'],
    paths: ['transformSync', 'transformFileSync', 'transformFromAstSync'],
    until: 'Babel is done',
    instead: WORKER,
  },
  {
    // `compileAsync` of the JavaScript build is slower, and on the event loop as well.
    modules: ['sass'],
    paths: ['compile', 'compileString', 'renderSync'],
    until: 'Sass is done',
    instead: 'await `compileAsync` of `sass-embedded` (a process of its own)',
  },
  {
    modules: ['sass-embedded'],
    paths: ['compile', 'compileString'],
    until: 'Sass is done',
    twin: (name) => ({ name: `${name}Async`, style: 'promise' }),
  },
  {
    modules: ['node-sass'],
    paths: ['renderSync'],
    until: 'Sass is done',
    instead: 'await a promisified `render`',
  },
  {
    modules: ['terser', 'uglify-js'],
    paths: ['minify_sync', 'minify'],
    until: 'the code is minified',
    instead: WORKER,
    isHeavy: (call, origins) =>
      origins.of(call.expression)?.path === 'minify_sync' || !isAwaited(call),
  },
  {
    modules: ['pngjs'],
    paths: ['PNG.sync.read', 'PNG.sync.write'],
    until: 'the image is coded',
    instead: WORKER,
  },
  {
    modules: ['jpeg-js'],
    paths: ['decode', 'encode'],
    until: 'the image is coded',
    instead: WORKER,
  },
  {
    modules: ['@napi-rs/canvas'],
    paths: ['createCanvas().encodeSync'],
    until: 'the image is coded',
    twin: promise,
  },
  {
    modules: ['canvas'],
    paths: ['createCanvas().toBuffer'],
    until: 'the image is coded',
    instead: 'pass `toBuffer` a callback',
    isHeavy: (call) => !call.arguments.some((it) => ts.isFunctionLike(unwrap(it))),
  },
  {
    modules: ['xlsx'],
    paths: ['read', 'readFile', 'write', 'writeFile'],
    until: 'the workbook is read or written',
    instead: WORKER,
  },
  {
    modules: ['snappy'],
    paths: ['compressSync', 'uncompressSync'],
    until: 'the data is coded',
    twin: promise,
  },
];

/** So many rounds of PBKDF2 take less than a millisecond. */
const LIGHT_ITERATIONS = 1000;

const BY_CALL = new Map<string, HeavyRow>();
for (const row of ROWS) {
  for (const module of row.modules) {
    for (const path of row.paths) BY_CALL.set(`${module}#${path}`, row);
  }
}

/** @returns what a call that keeps the processor busy does, or `null` for every other call. */
export function heavyCall(
  call: ts.CallExpression,
  { module, path }: Origin,
  origins: Origins,
): HeavyCall | null {
  const row = module === null ? undefined : BY_CALL.get(`${module}#${path}`);
  if (!row || (row.isHeavy && !row.isHeavy(call, origins))) return null;
  const own = path.split('.').at(-1) ?? path;
  const twin = row.twin?.(own) ?? null;
  const name = own.endsWith('Sync') || own.endsWith('_sync') ? own : shownName(module ?? '', path);
  const instead = twin
    ? `await ${twin.style === 'promise' ? '' : 'a promisified '}\`${twin.name}\``
    : (row.instead ?? WORKER);
  return { name, until: row.until, instead, twin };
}

/** Calls whose name alone tells little are shown with their package. */
function shownName(module: string, path: string): string {
  return `${module === 'typescript' ? 'ts' : module}.${path.replace(/^createCanvas\(\)\./, '')}`;
}

/** A short text is compressed sooner than a thread of the pool picks it up. */
function hasLargeInput(call: ts.CallExpression): boolean {
  const [input] = call.arguments;
  return input !== undefined && !ts.isStringLiteralLike(unwrap(input));
}

function isAtMost(argument: ts.Expression | undefined, limit: number): boolean {
  return argument !== undefined && ts.isNumericLiteral(argument) && Number(argument.text) <= limit;
}

function isText(argument: ts.Expression | undefined, pattern: RegExp): boolean {
  return argument !== undefined && ts.isStringLiteralLike(argument) && pattern.test(argument.text);
}

function isAwaited(call: ts.CallExpression): boolean {
  return ts.isAwaitExpression(call.parent) || ts.isPropertyAccessExpression(call.parent);
}
