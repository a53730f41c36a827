import type { Run } from '../agent/run';

/** Runs of this process, by id. Finished runs leave it, oldest first, once it is full. */
export class RunRegistry {
  private readonly runs = new Map<string, Run>();

  constructor(private readonly capacity = 1000) {}

  get size(): number {
    return this.runs.size;
  }

  add(run: Run): void {
    this.runs.set(run.id, run);
    if (this.runs.size > this.capacity) this.evict();
  }

  get(id: string): Run | undefined {
    return this.runs.get(id);
  }

  private evict(): void {
    for (const [id, run] of this.runs) {
      if (this.runs.size <= this.capacity) return;
      if (run.finished) this.runs.delete(id);
    }
  }
}
