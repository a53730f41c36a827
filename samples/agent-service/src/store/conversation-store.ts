import { randomUUID } from 'node:crypto';
import { existsSync, mkdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { SerialQueue } from './serial-queue';

export interface Message {
  role: 'user' | 'agent';
  content: string;
  at: string;
}

export interface Conversation {
  id: string;
  title: string;
  createdAt: string;
  messages: Message[];
}

/** Conversations, held in memory and kept in `conversations.json`. */
export class ConversationStore {
  private readonly file: string;
  private readonly conversations: Conversation[];
  private readonly writes = new SerialQueue();

  constructor(dataDir: string) {
    mkdirSync(dataDir, { recursive: true });
    this.file = join(dataDir, 'conversations.json');
    this.conversations = existsSync(this.file)
      ? (JSON.parse(readFileSync(this.file, 'utf8')) as Conversation[])
      : [];
  }

  async create(title: string): Promise<Conversation> {
    const createdAt = new Date().toISOString();
    const conversation: Conversation = { id: randomUUID(), title, createdAt, messages: [] };
    this.conversations.push(conversation);
    await this.writes.run(() => this.persist());
    return conversation;
  }

  /** All conversations in the order of their creation. */
  list(): readonly Conversation[] {
    return this.conversations;
  }

  get(id: string): Conversation | undefined {
    return this.conversations.find((conversation) => conversation.id === id);
  }

  /** Appends messages and drops the oldest beyond `maxMessages`; undefined for an unknown id. */
  async append(
    id: string,
    messages: readonly Omit<Message, 'at'>[],
    maxMessages: number,
  ): Promise<Conversation | undefined> {
    const conversation = this.conversations.find((candidate) => candidate.id === id);
    if (!conversation) return undefined;
    const at = new Date().toISOString();
    for (const message of messages) conversation.messages.push({ ...message, at });
    conversation.messages.splice(0, Math.max(0, conversation.messages.length - maxMessages));
    await this.writes.run(() => this.persist());
    return conversation;
  }

  private async persist(): Promise<void> {
    writeFileSync(`${this.file}.tmp`, JSON.stringify(this.conversations, null, 2));
    renameSync(`${this.file}.tmp`, this.file);
  }
}
