export const toolNames = [
  'word_stats',
  'number_summary',
  'search_documents',
  'compile_script',
  'render_report',
] as const;

export type ToolName = (typeof toolNames)[number];

export type RunStatus = 'queued' | 'running' | 'completed' | 'failed';

export type Complexity = 'simple' | 'standard' | 'complex';

export interface Decision {
  complexity: Complexity;
  strategy: 'sequential' | 'divided';
  steps: ToolName[];
}

export interface StepResult {
  tool: ToolName;
  output: unknown;
}

export type RunEventType =
  | 'run.started'
  | 'plan.created'
  | 'step.started'
  | 'step.completed'
  | 'run.completed'
  | 'run.failed';

export interface RunEvent {
  seq: number;
  workflowId: string;
  type: RunEventType;
  at: string;
  data: unknown;
}

/** What is known of a run: the answer of the API and the record in the history. */
export interface RunRecord {
  workflowId: string;
  task: string;
  fingerprint: string;
  status: RunStatus;
  createdAt: string;
  finishedAt: string | null;
  decision: Decision | null;
  steps: StepResult[];
  result: string | null;
  error: string | null;
}
