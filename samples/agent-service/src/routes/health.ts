import type { FastifyInstance } from 'fastify';
import { z } from 'zod';
import type { Services } from './services';

const healthQuery = z.object({ deep: z.stringbool().default(false) });

/** Liveness, and with `?deep=true` a look at what the service depends on. */
export function registerHealthRoutes(app: FastifyInstance, services: Services): void {
  app.get('/health', async (request, reply) => {
    const { deep } = healthQuery.parse(request.query);
    const status = { status: 'ok', uptimeSeconds: process.uptime(), runs: services.registry.size };
    if (!deep) return status;
    // Rarely asked for, so it is loaded when it is.
    const { selfCheck } = await import('../diagnostics/self-check');
    const checks = await selfCheck(services.dataDir);
    const healthy = checks.dataDirWritable && checks.searchWorks;
    return reply
      .code(healthy ? 200 : 503)
      .send({ ...status, status: healthy ? 'ok' : 'degraded', checks });
  });
}
