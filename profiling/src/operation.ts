import { isAbsolute, relative, sep } from 'node:path';
import { fileURLToPath } from 'node:url';

/** What is kept per operation name, so that a call costs no string work. */
export interface Operation {
  readonly name: string;
  /** `file:line` of the first call, when the stack showed it. */
  readonly src: string | undefined;
  /** Whether no call of this operation has started in this process yet. */
  cold: boolean;
  /** Start of a record line, and its `src` member: filled in by the serialiser. */
  prefix: string | undefined;
  source: string | undefined;
}

/** More names than this are not remembered: they lose `cold` and `src`, memory stays bounded. */
const MAX_OPERATIONS = 10_000;

const operations = new Map<string, Operation>();

/**
 * Finds or creates the entry of an operation.
 *
 * @param name the operation's name, any string.
 * @param entry the public function that was called; the frame above it is the call site.
 */
export function operationNamed(name: string, entry: (...args: never[]) => unknown): Operation {
  const known = operations.get(name);
  if (known !== undefined) return known;
  // A record needs a name: readers take a line without one for damaged.
  const text = String(name) || '(unnamed)';
  const full = operations.size >= MAX_OPERATIONS;
  const src = full ? undefined : callSite(entry);
  const created = { name: text, src, cold: !full, prefix: undefined, source: undefined };
  if (full) return created;
  operations.set(name, created);
  return created;
}

/** `file:line` of the caller of `entry`, the file relative to the working folder where inside. */
function callSite(entry: (...args: never[]) => unknown): string | undefined {
  const holder: { stack?: unknown } = {};
  Error.captureStackTrace(holder, entry);
  // A stack hook of the application may put anything here.
  if (typeof holder.stack !== 'string') return undefined;
  const frame = holder.stack.split('\n').find((line) => /^\s+at /.test(line));
  const place = frame && /(?:\(|at (?:async )?)([^()]+):(\d+):\d+\)?$/.exec(frame);
  if (!place) return undefined;
  const [, location = '', line] = place;
  return `${displayPath(location)}:${line}`;
}

function displayPath(location: string): string {
  try {
    const path = location.startsWith('file:') ? fileURLToPath(location) : location;
    const local = isAbsolute(path) ? relative(process.cwd(), path) : path;
    const shown = local.startsWith('..') ? path : local;
    return sep === '\\' ? shown.replaceAll('\\', '/') : shown;
  } catch {
    // The working folder may be gone.
    return location;
  }
}
