import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { changeConfig, post, startApp, stopApp, unknownId } from './helpers';

const conversationsUrl = '/api/v1/conversations';

describe('conversations', () => {
  it('are created empty and listed in order', async () => {
    const { app } = await startApp();
    const ids: string[] = [];
    for (const title of ['First', 'Second']) {
      const response = await post(app, conversationsUrl, { title });
      assert.equal(response.statusCode, 201);
      assert.deepEqual(response.json().messages, []);
      ids.push(response.json().id);
    }
    const { items } = (await app.inject(conversationsUrl)).json();
    assert.deepEqual(
      items.map(({ id, title, messages }: Record<string, unknown>) => [id, title, messages]),
      [
        [ids[0], 'First', 0],
        [ids[1], 'Second', 0],
      ],
    );
  });

  it('hold a user message and the answer of the agent', async () => {
    const { app } = await startApp();
    const { id } = (await post(app, conversationsUrl, { title: 'Help' })).json();
    const response = await post(app, `${conversationsUrl}/${id}/messages`, {
      content: 'How long should a retry wait at the maximum?',
    });
    assert.equal(response.statusCode, 201);
    const [question, answer] = response.json().messages;
    assert.equal(question.role, 'user');
    assert.equal(question.content, 'How long should a retry wait at the maximum?');
    assert.equal(answer.role, 'agent');
    assert.equal(
      answer.content,
      'I would take 3 steps (word_stats, search_documents, render_report), sequential. See “Retries and backoff”.',
    );
    const stored = (await app.inject(`${conversationsUrl}/${id}`)).json();
    assert.deepEqual(stored.messages, [question, answer]);
  });

  it('keep every message of concurrent requests, across a restart', async () => {
    const { app, dataDir } = await startApp();
    const created = await Promise.all(
      ['a', 'b', 'c'].map((title) => post(app, conversationsUrl, { title })),
    );
    const ids = created.map((response) => response.json().id as string);
    const contents = Array.from({ length: 8 }, (_, n) => `message ${n}`);
    await Promise.all(
      ids.flatMap((id) =>
        contents.map((content) => post(app, `${conversationsUrl}/${id}/messages`, { content })),
      ),
    );
    await stopApp(app);
    const { app: next } = await startApp(dataDir);
    for (const id of ids) {
      const { messages } = (await next.inject(`${conversationsUrl}/${id}`)).json();
      assert.equal(messages.length, 16);
      const asked = messages.filter(({ role }: { role: string }) => role === 'user');
      assert.deepEqual(asked.map(({ content }: { content: string }) => content).sort(), contents);
    }
  });

  it('drop their oldest messages beyond the configured number', async () => {
    const { app } = await startApp();
    changeConfig(/max_messages: 500/, 'max_messages: 4');
    const { id } = (await post(app, conversationsUrl, { title: 'Short' })).json();
    for (const content of ['one', 'two', 'three']) {
      await post(app, `${conversationsUrl}/${id}/messages`, { content });
    }
    changeConfig(/max_messages: 4/, 'max_messages: 500');
    const { messages } = (await app.inject(`${conversationsUrl}/${id}`)).json();
    assert.deepEqual(
      messages.map(({ role }: { role: string }) => role),
      ['user', 'agent', 'user', 'agent'],
    );
    assert.deepEqual([messages[0].content, messages[2].content], ['two', 'three']);
  });

  it('reject bodies and ids that are not right', async () => {
    const { app } = await startApp();
    const { id } = (await post(app, conversationsUrl, { title: 'Errors' })).json();
    const statuses = async (url: string, payload: object) =>
      (await post(app, url, payload)).statusCode;
    assert.equal(await statuses(conversationsUrl, {}), 400);
    assert.equal(await statuses(conversationsUrl, { title: ' ' }), 400);
    assert.equal(await statuses(`${conversationsUrl}/${id}/messages`, { content: '' }), 400);
    assert.equal(
      await statuses(`${conversationsUrl}/${unknownId}/messages`, { content: 'x' }),
      404,
    );
    assert.equal((await app.inject(`${conversationsUrl}/${unknownId}`)).statusCode, 404);
    assert.equal((await app.inject(`${conversationsUrl}/nonsense`)).statusCode, 400);
  });
});
