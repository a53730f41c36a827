import { copyFileSync, mkdtempSync, readFileSync, utimesSync, writeFileSync } from 'node:fs';
import { rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after } from 'node:test';
import { fileURLToPath } from 'node:url';
import type { FastifyInstance, LightMyRequestResponse } from 'fastify';
import type { RunEvent, RunRecord } from '../src/agent/types';

/** Folder of this test file's process: configuration, data, timing log. */
export const workFolder = mkdtempSync(join(tmpdir(), 'agent-service-'));
export const configFile = join(workFolder, 'workflow_config.yaml');
export const packageFolder = fileURLToPath(new URL('../', import.meta.url));

let configAge = 100; // in s; each edit makes the file younger

process.env.AGENT_CONFIG = configFile;
process.env.SLOWPATH_TIMINGS_DIR = join(workFolder, 'timings');
copyFileSync(join(packageFolder, 'config/workflow_config.yaml'), configFile);
changeConfig(/poll_interval_ms: \d+/, 'poll_interval_ms: 20');

/** Edits the configuration file, each time with a later modification time. */
export function changeConfig(pattern: RegExp, replacement: string): void {
  const text = readFileSync(configFile, 'utf8');
  const changed = text.replace(pattern, replacement);
  if (changed === text) throw new Error(`${pattern} changes nothing in ${configFile}.`);
  writeConfig(changed);
}

export function writeConfig(text: string): void {
  writeFileSync(configFile, text);
  // File systems may keep times in steps of some ms; edits by people are further apart.
  configAge -= 1;
  const time = Date.now() / 1000 - configAge;
  utimesSync(configFile, time, time);
}

const running = new Set<FastifyInstance>();

after(async () => {
  await Promise.all([...running].map((app) => app.close()));
  await rm(workFolder, { recursive: true, force: true, maxRetries: 5 });
});

/** An app with a data folder of its own, or with the one of an earlier app. */
export async function startApp(dataDir = mkdtempSync(join(workFolder, 'data-'))) {
  const { buildApp } = await import('../src/app');
  const app = buildApp({ dataDir, logLevel: 'silent' });
  running.add(app);
  return { app, dataDir };
}

export async function stopApp(app: FastifyInstance): Promise<void> {
  running.delete(app);
  await app.close();
}

export function post(
  app: FastifyInstance,
  url: string,
  payload: object,
): Promise<LightMyRequestResponse> {
  return app.inject({ method: 'POST', url, payload });
}

/** Runs a task to its end. */
export async function runTask(app: FastifyInstance, task: string): Promise<RunRecord> {
  const response = await post(app, '/api/v1/workflow/run?wait=true', { task });
  if (response.statusCode !== 200) throw new Error(response.body);
  return response.json();
}

/** Events of a server-sent event stream, read as the specification of the format says. */
export function parseEventStream(text: string): { id: string; event: string; data: RunEvent }[] {
  return text
    .split('\n\n')
    .filter((block) => block !== '')
    .map((block) => {
      const lines = block.split('\n');
      const field = (name: string) =>
        lines
          .filter((line) => line.startsWith(`${name}: `))
          .map((line) => line.slice(name.length + 2))
          .join('\n');
      return { id: field('id'), event: field('event'), data: JSON.parse(field('data')) };
    });
}

export const unknownId = '3f2f6c8e-5f0b-4c55-9a53-0d9a4c5b7e11';
