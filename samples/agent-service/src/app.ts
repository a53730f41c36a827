import Fastify, { type FastifyInstance } from 'fastify';
import { Reasoner } from './agent/reasoner';
import { WorkflowRunner } from './agent/runner';
import { loadConfig } from './config/load-config';
import { registerConfigRoutes } from './routes/config';
import { registerConversationRoutes } from './routes/conversations';
import { registerErrorHandler } from './routes/errors';
import { registerEventRoutes } from './routes/events';
import { registerHealthRoutes } from './routes/health';
import { registerHistoryRoutes } from './routes/history';
import type { Services } from './routes/services';
import { registerWorkflowRoutes } from './routes/workflow';
import { ConversationStore } from './store/conversation-store';
import { HistoryStore } from './store/history-store';
import { RunRegistry } from './store/run-registry';

export interface AppOptions {
  /** Folder for history and conversations; made if it does not exist. */
  dataDir: string;
  /** Level of the JSON log on standard output. */
  logLevel?: string;
}

/**
 * Builds the service without listening.
 *
 * @throws when the configuration is not valid or the data folder cannot be written
 */
export function buildApp({ dataDir, logLevel = 'warn' }: AppOptions): FastifyInstance {
  const app = Fastify({ logger: { level: logLevel } });
  const { agent } = loadConfig();
  const registry = new RunRegistry();
  const history = new HistoryStore(dataDir);
  const reasoner = new Reasoner(agent.enhanced_signatures, agent.typed_signatures);
  const runner = new WorkflowRunner(reasoner, registry, history, app.log);
  const conversations = new ConversationStore(dataDir);
  const services: Services = { dataDir, reasoner, runner, registry, history, conversations };

  registerErrorHandler(app);
  registerHealthRoutes(app, services);
  registerConfigRoutes(app);
  registerWorkflowRoutes(app, services);
  registerEventRoutes(app, services);
  registerHistoryRoutes(app, services);
  registerConversationRoutes(app, services);
  app.addHook('onClose', () => runner.drain());
  return app;
}
