import { randomUUID } from 'node:crypto';
import { EventEmitter, once } from 'node:events';
import type { Decision, RunEvent, RunEventType, RunRecord, RunStatus, StepResult } from './types';

/** One run of a task, from the request until it is stored. */
export class Run {
  readonly id = randomUUID();
  readonly createdAt = new Date().toISOString();
  readonly events: RunEvent[] = [];
  readonly steps: StepResult[] = [];
  fingerprint = '';
  decision: Decision | null = null;
  result: string | null = null;
  error: string | null = null;
  finishedAt: string | null = null;
  private currentStatus: RunStatus = 'queued';
  private readonly changes = new EventEmitter().setMaxListeners(0);

  constructor(readonly task: string) {}

  get status(): RunStatus {
    return this.currentStatus;
  }

  get finished(): boolean {
    return this.currentStatus === 'completed' || this.currentStatus === 'failed';
  }

  setStatus(status: RunStatus): void {
    this.currentStatus = status;
    this.changes.emit('change');
  }

  addEvent(type: RunEventType, data: unknown): void {
    const at = new Date().toISOString();
    this.events.push({ seq: this.events.length + 1, workflowId: this.id, type, at, data });
    this.changes.emit('change');
  }

  /** All events so far and those still to come, in order; ends when the run has finished. */
  async *follow(signal: AbortSignal): AsyncGenerator<RunEvent> {
    for (let next = 0; ; ) {
      while (next < this.events.length) {
        const event = this.events[next++];
        if (event) yield event;
      }
      if (this.finished) return;
      await once(this.changes, 'change', { signal });
    }
  }

  toRecord(status: RunStatus = this.currentStatus): RunRecord {
    return {
      workflowId: this.id,
      task: this.task,
      fingerprint: this.fingerprint,
      status,
      createdAt: this.createdAt,
      finishedAt: this.finishedAt,
      decision: this.decision,
      steps: this.steps,
      result: this.result,
      error: this.error,
    };
  }
}
