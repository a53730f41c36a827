import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { changeConfig, runTask, startApp, stopApp, unknownId } from './helpers';

describe('the history', () => {
  it('is empty at first', async () => {
    const { app } = await startApp();
    assert.deepEqual((await app.inject('/api/v1/history')).json(), { total: 0, items: [] });
    assert.equal((await app.inject(`/api/v1/history/${unknownId}`)).statusCode, 404);
  });

  it('lists runs from the newest to the oldest, in pages', async () => {
    const { app } = await startApp();
    for (const task of ['one', 'two', 'three']) await runTask(app, task);
    const titles = async (query: string) => {
      const { total, items } = (await app.inject(`/api/v1/history${query}`)).json();
      return [total, ...items.map((item: { title: string }) => item.title)];
    };
    assert.deepEqual(await titles(''), [3, 'three', 'two', 'one']);
    assert.deepEqual(await titles('?limit=2'), [3, 'three', 'two']);
    assert.deepEqual(await titles('?limit=2&offset=2'), [3, 'one']);
    assert.deepEqual(await titles('?offset=9'), [3]);
    assert.equal((await app.inject('/api/v1/history?limit=0')).statusCode, 400);
    assert.equal((await app.inject('/api/v1/history?offset=-1')).statusCode, 400);
  });

  it('gives each run by its id', async () => {
    const { app } = await startApp();
    for (const task of ['alpha', 'beta', 'gamma']) {
      const run = await runTask(app, task);
      const stored = await app.inject(`/api/v1/history/${run.workflowId}`);
      assert.equal(stored.statusCode, 200);
      assert.deepEqual(stored.json(), run);
    }
    assert.equal((await app.inject(`/api/v1/history/${unknownId}`)).statusCode, 404);
    assert.equal((await app.inject('/api/v1/history/17')).statusCode, 400);
  });

  it('gives the report of a run as Markdown', async () => {
    const { app } = await startApp();
    const run = await runTask(app, 'Report on the event loop: “ünïcode” included.');
    const report = await app.inject(`/api/v1/history/${run.workflowId}/report`);
    assert.equal(report.statusCode, 200);
    assert.equal(report.headers['content-type'], 'text/markdown; charset=utf-8');
    assert.equal(report.body, run.result);
    assert.equal((await app.inject(`/api/v1/history/${unknownId}/report`)).statusCode, 404);
  });

  it('survives a restart', async () => {
    const { app, dataDir } = await startApp();
    const run = await runTask(app, 'Keep this.');
    const list = (await app.inject('/api/v1/history')).json();
    await stopApp(app);
    const { app: next } = await startApp(dataDir);
    const later = await runTask(next, 'And this.');
    assert.deepEqual((await next.inject(`/api/v1/history/${run.workflowId}`)).json(), run);
    assert.deepEqual((await next.inject(`/api/v1/workflow/${run.workflowId}`)).json(), run);
    const { total, items } = (await next.inject('/api/v1/history')).json();
    assert.equal(total, 2);
    assert.equal(items[0].workflowId, later.workflowId);
    assert.deepEqual(items[1], list.items[0]);
  });

  it('lists no more runs than configured and still finds the older ones', async () => {
    const { app } = await startApp();
    changeConfig(/max_entries: 10000/, 'max_entries: 2');
    const runs = [await runTask(app, 'a'), await runTask(app, 'b'), await runTask(app, 'c')];
    changeConfig(/max_entries: 2/, 'max_entries: 10000');
    assert.equal((await app.inject('/api/v1/history')).json().total, 2);
    const oldest = await app.inject(`/api/v1/history/${runs[0]?.workflowId}`);
    assert.equal(oldest.json().task, 'a');
  });
});
