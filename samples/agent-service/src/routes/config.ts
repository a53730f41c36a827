import { statSync } from 'node:fs';
import { basename } from 'node:path';
import type { FastifyInstance } from 'fastify';
import { timedOperation } from 'slowpath-profiling';
import { defaultConfigPath, loadConfig } from '../config/load-config';

/** The configuration in force. */
export function registerConfigRoutes(app: FastifyInstance): void {
  app.get('/api/v1/config', async () => {
    const config = timedOperation('load_config', () => loadConfig());
    const configPath = defaultConfigPath();
    const { mtime } = statSync(configPath);
    return { file: basename(configPath), updatedAt: mtime.toISOString(), config };
  });
}
