import type { FastifyInstance } from 'fastify';
import { timedOperation } from 'slowpath-profiling';
import { z } from 'zod';
import { compileScript } from '../agent/script-compiler';
import type { RunRecord } from '../agent/types';
import { RunWaiter } from '../client/wait-for-run';
import { loadConfig } from '../config/load-config';
import { idParams, NotFoundError } from './errors';
import type { Services } from './services';

const runBody = z.object({ task: z.string().trim().min(1) });
const runQuery = z.object({ wait: z.stringbool().default(false) });
const scriptBody = z.object({ source: z.string().min(1).max(200_000) });

/** Starting runs, their state, and the script compiler. */
export function registerWorkflowRoutes(app: FastifyInstance, services: Services): void {
  const { registry, runner, history } = services;

  const getRun = async (id: string): Promise<RunRecord> => {
    const run = registry.get(id)?.toRecord() ?? (await history.getExecutionById(id));
    if (!run) throw new NotFoundError(`There is no run ${id}.`);
    return run;
  };

  app.post('/api/v1/workflow/run', async (request, reply) => {
    const { wait } = runQuery.parse(request.query);
    const { task } = runBody.parse(request.body);
    const { workflow } = timedOperation('load_config', () => loadConfig());
    if (task.length > workflow.max_task_length) {
      const message = `A task may have ${workflow.max_task_length} characters, this one has ${task.length}.`;
      return reply.code(400).send({ error: { code: 'bad_request', message } });
    }
    const run = runner.start(task);
    if (!wait) return reply.code(202).send({ workflowId: run.id, status: run.status });
    const waiter = new RunWaiter({ getRun }, workflow.poll_interval_ms, workflow.wait_timeout_ms);
    return timedOperation('workflow.wait', () => waiter.waitForRun(run.id), { thresholdMs: 750 });
  });

  app.get('/api/v1/workflow/:id', async (request) => getRun(idParams.parse(request.params).id));

  app.post('/api/v1/scripts/compile', async (request) => {
    const { source } = scriptBody.parse(request.body);
    return timedOperation('script.compile', () => compileScript(source));
  });
}
