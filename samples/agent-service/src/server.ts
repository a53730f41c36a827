import { resolve } from 'node:path';
import { buildApp } from './app';

const app = buildApp({
  dataDir: resolve(process.env.AGENT_DATA_DIR ?? 'data'),
  logLevel: process.env.LOG_LEVEL ?? 'warn',
});

for (const signal of ['SIGTERM', 'SIGINT'] as const) {
  process.once(signal, () => {
    app.close().catch((error: unknown) => {
      app.log.error({ err: error }, 'the service did not stop cleanly');
      process.exitCode = 1;
    });
  });
}

const address = await app.listen({ host: '127.0.0.1', port: Number(process.env.PORT ?? 8787) });
console.log(`agent-service listening on ${address}`);
