import type { FastifyInstance } from 'fastify';
import { timedOperation } from 'slowpath-profiling';
import { z } from 'zod';
import { searchDocuments } from '../agent/tools/document-search';
import { loadConfig } from '../config/load-config';
import { loadTemplate, renderTemplate } from '../config/prompt-templates';
import { idParams, NotFoundError } from './errors';
import type { Services } from './services';

const createBody = z.object({ title: z.string().trim().min(1).max(200) });
const messageBody = z.object({ content: z.string().trim().min(1).max(20_000) });

/** Conversations and their messages. */
export function registerConversationRoutes(app: FastifyInstance, services: Services): void {
  const { conversations, reasoner } = services;

  const answer = async (content: string): Promise<string> => {
    const { steps, strategy } = reasoner.decide(content);
    const [hit] = await searchDocuments(content, 1);
    return renderTemplate(await loadTemplate('reply'), {
      count: steps.length,
      steps: steps.join(', '),
      strategy,
      reading: hit ? `See “${hit.title}”.` : 'No document matches.',
    }).trim();
  };

  app.post('/api/v1/conversations', async (request, reply) => {
    const { title } = createBody.parse(request.body);
    return reply.code(201).send(await conversations.create(title));
  });

  app.get('/api/v1/conversations', async () => ({
    items: conversations.list().map(({ id, title, createdAt, messages }) => ({
      id,
      title,
      createdAt,
      messages: messages.length,
    })),
  }));

  app.get('/api/v1/conversations/:id', async (request) => {
    const { id } = idParams.parse(request.params);
    const conversation = timedOperation('conversation.lookup', () => conversations.get(id));
    if (!conversation) throw new NotFoundError(`There is no conversation ${id}.`);
    return conversation;
  });

  app.post('/api/v1/conversations/:id/messages', async (request, reply) =>
    timedOperation('conversation.append', async () => {
      const { id } = idParams.parse(request.params);
      const { content } = messageBody.parse(request.body);
      const { conversations: limits } = loadConfig();
      const conversation = await conversations.append(
        id,
        [
          { role: 'user', content },
          { role: 'agent', content: await answer(content) },
        ],
        limits.max_messages,
      );
      if (!conversation) throw new NotFoundError(`There is no conversation ${id}.`);
      return reply.code(201).send({ id, messages: conversation.messages.slice(-2) });
    }),
  );
}
