import { type Connection, ResponseError } from 'vscode-languageserver/node';
import { messages } from './messages';

/** Where faults are written: the client's log. */
export type Log = Connection['console'];

/**
 * Runs a handler so that a fault in it costs one answer and not the server.
 * @param what the request or event, for the log
 * @param empty the answer when the handler fails
 * @throws ResponseError when the handler means to answer with an error
 */
export async function runSafe<T>(
  log: Log,
  what: string,
  empty: T,
  run: () => T | Promise<T>,
): Promise<T> {
  try {
    return await run();
  } catch (error) {
    if (error instanceof ResponseError) throw error;
    log.error(messages.handlerFailed(what, describe(error)));
    return empty;
  }
}

/** @returns the error with its stack, for the log */
export function describe(error: unknown): string {
  return error instanceof Error ? (error.stack ?? error.message) : String(error);
}
