import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { parseEventStream, post, runTask, startApp, stopApp, unknownId } from './helpers';

const expected = [
  'run.started',
  'plan.created',
  'step.started',
  'step.completed',
  'step.started',
  'step.completed',
  'step.started',
  'step.completed',
  'run.completed',
];

describe('the event stream of a run', () => {
  it('follows a run from its first event to its last', async () => {
    const { app } = await startApp();
    const { workflowId } = (
      await post(app, '/api/v1/workflow/run', { task: 'Find the report templates.' })
    ).json();
    const response = await app.inject(`/api/v1/workflow/${workflowId}/events`);
    assert.equal(response.statusCode, 200);
    assert.equal(response.headers['content-type'], 'text/event-stream; charset=utf-8');
    const events = parseEventStream(response.body);
    assert.deepEqual(
      events.map(({ event }) => event),
      expected,
    );
    assert.deepEqual(
      events.map(({ id, data }) => [id, data.seq, data.workflowId]),
      expected.map((_, n) => [String(n + 1), n + 1, workflowId]),
    );
    const steps = events.filter(({ event }) => event === 'step.started');
    assert.deepEqual(
      steps.map(({ data }) => data.data),
      [{ tool: 'word_stats' }, { tool: 'search_documents' }, { tool: 'render_report' }],
    );
  });

  it('sends each event to a client over HTTP, also while the run goes on', async () => {
    const { app } = await startApp();
    const address = await app.listen({ host: '127.0.0.1', port: 0 });
    const started = await fetch(`${address}/api/v1/workflow/run`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ task: 'What are the tools?' }),
    });
    const { workflowId } = (await started.json()) as { workflowId: string };
    const streams = await Promise.all(
      [1, 2, 3].map(async () =>
        (await fetch(`${address}/api/v1/workflow/${workflowId}/events`)).text(),
      ),
    );
    for (const text of streams) {
      assert.deepEqual(
        parseEventStream(text).map(({ event }) => event),
        expected,
      );
    }
  });

  it('is replayed after a restart as it was', async () => {
    const { app, dataDir } = await startApp();
    const { workflowId } = await runTask(app, 'Multi-line task:\n\nwhat is a "run"?\r\ndata: x');
    const url = `/api/v1/workflow/${workflowId}/events`;
    const before = await app.inject(url);
    await stopApp(app);
    const { app: next } = await startApp(dataDir);
    const after = await next.inject(url);
    assert.equal(parseEventStream(after.body).length, expected.length);
    assert.deepEqual(parseEventStream(after.body), parseEventStream(before.body));
  });

  it('ends with the failure of a run that failed', async () => {
    const { app } = await startApp();
    const { workflowId } = await runTask(app, '```ts\nlet = ;\n```');
    const events = parseEventStream(
      (await app.inject(`/api/v1/workflow/${workflowId}/events`)).body,
    );
    const last = events.at(-1);
    assert.equal(last?.event, 'run.failed');
    assert.match(JSON.stringify(last?.data.data), /The script does not compile: line 1/);
  });

  it('does not exist for an unknown run', async () => {
    const { app } = await startApp();
    assert.equal((await app.inject(`/api/v1/workflow/${unknownId}/events`)).statusCode, 404);
    assert.equal((await app.inject('/api/v1/workflow/..%2f..%2fx/events')).statusCode, 400);
  });
});
