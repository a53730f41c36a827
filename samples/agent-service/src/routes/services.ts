import type { Reasoner } from '../agent/reasoner';
import type { WorkflowRunner } from '../agent/runner';
import type { ConversationStore } from '../store/conversation-store';
import type { HistoryStore } from '../store/history-store';
import type { RunRegistry } from '../store/run-registry';

/** What the routes work with; made once in `buildApp`. */
export interface Services {
  dataDir: string;
  reasoner: Reasoner;
  runner: WorkflowRunner;
  registry: RunRegistry;
  history: HistoryStore;
  conversations: ConversationStore;
}
