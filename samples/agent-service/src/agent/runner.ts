import type { FastifyBaseLogger } from 'fastify';
import { timedOperation } from 'slowpath-profiling';
import type { HistoryStore } from '../store/history-store';
import type { RunRegistry } from '../store/run-registry';
import { fingerprint } from './fingerprint';
import type { Reasoner } from './reasoner';
import { Run } from './run';
import { runTool } from './tools/run-tool';
import type { RunEvent, RunRecord } from './types';

/** Starts runs in the background and stores them when they have ended. */
export class WorkflowRunner {
  private readonly inFlight = new Set<Promise<void>>();

  constructor(
    private readonly reasoner: Reasoner,
    private readonly registry: RunRegistry,
    private readonly history: HistoryStore,
    private readonly log: FastifyBaseLogger,
  ) {}

  /** Starts a run and returns at once. */
  start(task: string): Run {
    const run = new Run(task);
    this.registry.add(run);
    const execution = timedOperation('workflow.run', () => this.execute(run), { thresholdMs: 250 });
    this.inFlight.add(execution);
    void execution.finally(() => this.inFlight.delete(execution));
    return run;
  }

  /** Resolves when no run is left in the background. */
  async drain(): Promise<void> {
    await Promise.all(this.inFlight);
  }

  private async execute(run: Run): Promise<void> {
    const startedAt = Date.now();
    let status: 'completed' | 'failed' = 'completed';
    try {
      run.fingerprint = await fingerprint(run.task);
      run.setStatus('running');
      run.addEvent('run.started', { task: run.task });
      await this.runSteps(run);
    } catch (error) {
      status = 'failed';
      run.error = error instanceof Error ? error.message : String(error);
    }
    run.finishedAt = new Date().toISOString();
    if (status === 'completed') run.addEvent('run.completed', { result: run.result });
    else run.addEvent('run.failed', { error: run.error });
    await this.store(run.toRecord(status), run.events);
    run.setStatus(status);
    this.log.info(`run ${run.id} ${status} in ${Date.now() - startedAt}ms`);
  }

  private async runSteps(run: Run): Promise<void> {
    run.decision = this.reasoner.decide(run.task);
    run.addEvent('plan.created', run.decision);
    for (const tool of run.decision.steps) {
      run.addEvent('step.started', { tool });
      const output = await runTool(tool, run, this.log);
      run.steps.push({ tool, output });
      if (tool === 'render_report') run.result = String(output);
      run.addEvent('step.completed', { tool, output });
    }
  }

  private async store(record: RunRecord, events: readonly RunEvent[]): Promise<void> {
    this.log.debug(`storing run: ${JSON.stringify(record, null, 2)}`);
    try {
      await timedOperation('history.save', () => this.history.save(record, events));
    } catch (error) {
      this.log.error({ err: error }, `run ${record.workflowId} could not be stored`);
    }
  }
}
