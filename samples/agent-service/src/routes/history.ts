import type { FastifyInstance } from 'fastify';
import { timedOperation } from 'slowpath-profiling';
import { z } from 'zod';
import { loadConfig } from '../config/load-config';
import { idParams, NotFoundError } from './errors';
import type { Services } from './services';

const listQuery = z.object({
  offset: z.coerce.number().int().min(0).default(0),
  limit: z.coerce.number().int().min(1).max(500).optional(),
});

/** The list of stored runs, single records and reports. */
export function registerHistoryRoutes(app: FastifyInstance, { history }: Services): void {
  app.get('/api/v1/history', async (request) => {
    const { offset, limit } = listQuery.parse(request.query);
    const pageSize = limit ?? loadConfig().history.page_size;
    return timedOperation('history.list', () => history.list(offset, pageSize));
  });

  app.get('/api/v1/history/:id', async (request) => {
    const { id } = idParams.parse(request.params);
    const record = await timedOperation('history.lookup', () => history.getExecutionById(id), {
      thresholdMs: 20,
    });
    if (!record) throw new NotFoundError(`The history has no run ${id}.`);
    return record;
  });

  app.get('/api/v1/history/:id/report', async (request, reply) => {
    const { id } = idParams.parse(request.params);
    const report = await timedOperation('history.report', () => history.getReport(id));
    if (report === undefined) throw new NotFoundError(`There is no report of run ${id}.`);
    return reply.type('text/markdown; charset=utf-8').send(report);
  });
}
