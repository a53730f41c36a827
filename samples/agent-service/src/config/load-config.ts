import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { parse } from 'yaml';
import { z } from 'zod';
import { toolNames } from '../agent/types';

const workflowConfigSchema = z.object({
  agent: z.object({
    name: z.string().min(1),
    enhanced_signatures: z.boolean(),
    typed_signatures: z.boolean(),
  }),
  workflow: z.object({
    max_steps: z.number().int().min(1),
    max_task_length: z.number().int().min(1),
    poll_interval_ms: z.number().min(1),
    wait_timeout_ms: z.number().min(1),
  }),
  tools: z.object({
    enabled: z.array(z.enum(toolNames)).min(1),
    max_document_hits: z.number().int().min(1),
  }),
  history: z.object({
    max_entries: z.number().int().min(1),
    page_size: z.number().int().min(1),
  }),
  conversations: z.object({
    max_messages: z.number().int().min(1),
  }),
});

export type WorkflowConfig = z.infer<typeof workflowConfigSchema>;

/** Path of the configuration: `AGENT_CONFIG` if set, else the file that ships with the service. */
export function defaultConfigPath(): string {
  return (
    process.env.AGENT_CONFIG ??
    fileURLToPath(new URL('../../config/workflow_config.yaml', import.meta.url))
  );
}

/**
 * Loads and validates the workflow configuration.
 *
 * @param configPath YAML file to read
 * @throws when the file cannot be read, is not YAML or does not have the expected shape
 */
export function loadConfig(configPath: string = defaultConfigPath()): WorkflowConfig {
  const raw: unknown = parse(readFileSync(configPath, 'utf8'));
  const checked = workflowConfigSchema.safeParse(raw);
  if (!checked.success) throw new Error(`${configPath}: ${z.prettifyError(checked.error)}`);
  return checked.data;
}
