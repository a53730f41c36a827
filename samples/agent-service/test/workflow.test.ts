import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import type { RunRecord } from '../src/agent/types';
import { RunTimeoutError, RunWaiter } from '../src/client/wait-for-run';
import { post, runTask, startApp, stopApp, unknownId } from './helpers';

describe('running a workflow', () => {
  it('answers at once with the id of a run that can be looked at', async () => {
    const { app } = await startApp();
    const response = await post(app, '/api/v1/workflow/run', { task: 'Describe the event loop.' });
    assert.equal(response.statusCode, 202);
    const { workflowId, status } = response.json();
    assert.equal(status, 'queued');
    const state = await app.inject(`/api/v1/workflow/${workflowId}`);
    assert.equal(state.statusCode, 200);
    assert.equal(state.json().task, 'Describe the event loop.');
  });

  it('answers with the finished run when asked to wait', async () => {
    const { app } = await startApp();
    const run = await runTask(app, 'How does backoff work with 3 retries and 4.5 seconds?');
    assert.equal(run.status, 'completed');
    assert.deepEqual(run.decision, {
      complexity: 'simple',
      strategy: 'sequential',
      steps: ['word_stats', 'number_summary', 'search_documents', 'render_report'],
    });
    const [stats, numbers, documents] = run.steps.map((step) => step.output);
    assert.deepEqual(stats, {
      words: 11,
      uniqueWords: 11,
      sentences: 1,
      averageWordLength: 3.82,
      topTerms: [
        { term: 'backoff', count: 1 },
        { term: 'does', count: 1 },
        { term: 'retries', count: 1 },
        { term: 'seconds', count: 1 },
        { term: 'work', count: 1 },
      ],
    });
    assert.deepEqual(numbers, { count: 2, sum: 7.5, smallest: 3, largest: 4.5 });
    assert.equal((documents as { document: string }[])[0]?.document, 'retries.md');
    assert.match(run.result ?? '', /^# How does backoff work/);
    assert.match(run.result ?? '', /Prepared by desk-agent\.\n$/);
  });

  it('gives equal tasks equal plans, outputs and fingerprints', async () => {
    const { app } = await startApp();
    const first = await runTask(app, 'Search the history for 12 runs.');
    const second = await runTask(app, 'Search the history  for 12 runs.');
    assert.notEqual(first.workflowId, second.workflowId);
    assert.equal(first.fingerprint, second.fingerprint);
    assert.deepEqual(first.decision, second.decision);
    assert.deepEqual(first.steps.slice(0, 3), second.steps.slice(0, 3));
  });

  it('runs many workflows at the same time, each with its own result', async () => {
    const { app } = await startApp();
    const tasks = Array.from({ length: 20 }, (_, n) => `Count task number ${n} and nothing else.`);
    const runs = await Promise.all(tasks.map((task) => runTask(app, task)));
    assert.deepEqual(
      runs.map((run) => run.task),
      tasks,
    );
    assert.equal(new Set(runs.map((run) => run.workflowId)).size, 20);
    for (const [n, run] of runs.entries()) {
      assert.deepEqual(run.steps[1]?.output, { count: 1, sum: n, smallest: n, largest: n });
    }
    const history = await app.inject('/api/v1/history');
    const stored = (history.json().items as RunRecord[]).map((item) => item.workflowId);
    assert.deepEqual(stored.sort(), runs.map((run) => run.workflowId).sort());
  });

  it('compiles the script of a task', async () => {
    const { app } = await startApp();
    const run = await runTask(app, 'Compile:\n```ts\nconst n: number = 1;\nexport { n };\n```');
    const step = run.steps.find(({ tool }) => tool === 'compile_script');
    assert.deepEqual(step?.output, { javascript: 'const n = 1;\nexport { n };\n', bytes: 27 });
  });

  it('ends a run as failed when a step fails, and stores it', async () => {
    const { app } = await startApp();
    const run = await runTask(app, 'Compile:\n```ts\nconst ok = 1;\nconst = ;\n```');
    assert.equal(run.status, 'failed');
    assert.match(run.error ?? '', /^The script does not compile: line 2: /);
    assert.equal(run.result, null);
    const stored = await app.inject(`/api/v1/history/${run.workflowId}`);
    assert.deepEqual(stored.json(), run);
  });

  it('finishes runs in the background before it stops', async () => {
    const { app, dataDir } = await startApp();
    const { workflowId } = (await post(app, '/api/v1/workflow/run', { task: 'Stop.' })).json();
    await stopApp(app);
    const { app: next } = await startApp(dataDir);
    const stored = await next.inject(`/api/v1/history/${workflowId}`);
    assert.equal(stored.json().status, 'completed');
  });

  it('rejects a body that is no task', async () => {
    const { app } = await startApp();
    for (const payload of [{}, { task: '' }, { task: '  ' }, { task: 5 }, []]) {
      const response = await post(app, '/api/v1/workflow/run', payload);
      assert.equal(response.statusCode, 400, JSON.stringify(payload));
      assert.equal(response.json().error.code, 'bad_request');
    }
    const broken = await app.inject({
      method: 'POST',
      url: '/api/v1/workflow/run',
      headers: { 'content-type': 'application/json' },
      payload: '{"task":',
    });
    assert.equal(broken.statusCode, 400);
    const tooLong = await post(app, '/api/v1/workflow/run', { task: 'x'.repeat(20_001) });
    assert.equal(tooLong.statusCode, 400);
    assert.match(tooLong.json().error.message, /20000 characters, this one has 20001/);
  });

  it('knows no run under another id', async () => {
    const { app } = await startApp();
    assert.equal((await app.inject(`/api/v1/workflow/${unknownId}`)).statusCode, 404);
    assert.equal((await app.inject('/api/v1/workflow/nonsense')).statusCode, 400);
  });

  it('stops waiting at the timeout', async () => {
    const endless = {
      getRun: async (workflowId: string) => ({ workflowId, status: 'running' }) as RunRecord,
    };
    await assert.rejects(new RunWaiter(endless, 5, 20).waitForRun(unknownId), RunTimeoutError);
  });
});

describe('compiling a script', () => {
  it('answers with JavaScript', async () => {
    const { app } = await startApp();
    const response = await post(app, '/api/v1/scripts/compile', {
      source: 'enum Side { Left }\nexport const side: Side = Side.Left;',
    });
    assert.equal(response.statusCode, 200);
    assert.match(response.json().javascript, /export const side = Side\.Left;/);
    assert.equal(response.json().bytes, Buffer.byteLength(response.json().javascript));
  });

  it('names the line that does not compile', async () => {
    const { app } = await startApp();
    const response = await post(app, '/api/v1/scripts/compile', {
      source: 'let a = 1;\n\nlet = ;',
    });
    assert.equal(response.statusCode, 422);
    assert.equal(response.json().error.code, 'script_error');
    assert.match(response.json().error.message, /line 3: /);
  });

  it('rejects a body without a source', async () => {
    const { app } = await startApp();
    assert.equal((await post(app, '/api/v1/scripts/compile', {})).statusCode, 400);
  });
});
