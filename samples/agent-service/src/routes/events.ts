import type { ServerResponse } from 'node:http';
import type { FastifyInstance } from 'fastify';
import { timedOperation } from 'slowpath-profiling';
import type { RunEvent } from '../agent/types';
import { idParams, NotFoundError } from './errors';
import type { Services } from './services';

/** One server-sent event; each line of its data needs a field name of its own. */
function formatEvent(event: RunEvent): string {
  const data = JSON.stringify(event, null, 2).replaceAll('\n', '\ndata: ');
  return `id: ${event.seq}\nevent: ${event.type}\ndata: ${data}\n\n`;
}

async function streamEvents(
  response: ServerResponse,
  events: AsyncIterable<RunEvent> | Iterable<RunEvent>,
): Promise<void> {
  response.writeHead(200, {
    'content-type': 'text/event-stream; charset=utf-8',
    'cache-control': 'no-store',
  });
  for await (const event of events) {
    response.write(formatEvent(event));
  }
  response.end();
}

/** Events of a run as a stream: a running one is followed, a stored one replayed. */
export function registerEventRoutes(app: FastifyInstance, services: Services): void {
  const { registry, history } = services;

  app.get('/api/v1/workflow/:id/events', async (request, reply) => {
    const { id } = idParams.parse(request.params);
    const gone = new AbortController();
    reply.raw.once('close', () => gone.abort());
    const events = registry.get(id)?.follow(gone.signal) ?? (await history.getEvents(id));
    if (!events) throw new NotFoundError(`There are no events of run ${id}.`);
    reply.hijack();
    try {
      await timedOperation('events.stream', () => streamEvents(reply.raw, events));
    } catch (error) {
      if (!gone.signal.aborted) request.log.error({ err: error }, 'event stream failed');
      reply.raw.destroy();
    }
  });
}
