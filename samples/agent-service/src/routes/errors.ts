import type { FastifyInstance } from 'fastify';
import { ZodError, z } from 'zod';
import { ScriptError } from '../agent/script-compiler';
import { RunTimeoutError } from '../client/wait-for-run';

/** The request names something that does not exist. */
export class NotFoundError extends Error {}

/** Path parameters of the routes that take an id. Ids become file names, so they are checked. */
export const idParams = z.object({ id: z.uuid() });

/** Maps errors to status codes and one body shape: `{ error: { code, message, issues? } }`. */
export function registerErrorHandler(app: FastifyInstance): void {
  app.setNotFoundHandler((request, reply) =>
    reply.code(404).send({
      error: { code: 'not_found', message: `There is no ${request.method} ${request.url}.` },
    }),
  );
  app.setErrorHandler((error: Error & { statusCode?: number }, request, reply) => {
    if (error instanceof ZodError) {
      const issues = error.issues.map(({ path, message }) => ({ path: path.join('.'), message }));
      const message = 'The request does not have the expected shape.';
      return reply.code(400).send({ error: { code: 'bad_request', message, issues } });
    }
    const [status, code] = statusOf(error);
    if (status >= 500) request.log.error({ err: error }, 'request failed');
    return reply.code(status).send({ error: { code, message: error.message } });
  });
}

function statusOf(error: Error & { statusCode?: number }): [status: number, code: string] {
  if (error instanceof NotFoundError) return [404, 'not_found'];
  if (error instanceof ScriptError) return [422, 'script_error'];
  if (error instanceof RunTimeoutError) return [504, 'run_timeout'];
  const status = error.statusCode ?? 500;
  return [status, status < 500 ? 'bad_request' : 'internal_error'];
}
