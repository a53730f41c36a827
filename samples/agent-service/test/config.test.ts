import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { describe, it } from 'node:test';
import { changeConfig, configFile, post, runTask, startApp, writeConfig } from './helpers';

describe('the configuration', () => {
  it('is served with the time of its last change', async () => {
    const { app } = await startApp();
    const response = await app.inject('/api/v1/config');
    assert.equal(response.statusCode, 200);
    const { file, updatedAt, config } = response.json();
    assert.equal(file, 'workflow_config.yaml');
    assert.ok(!Number.isNaN(Date.parse(updatedAt)), updatedAt);
    assert.equal(config.agent.name, 'desk-agent');
    assert.equal(config.workflow.max_steps, 6);
  });

  it('is in force from the request after an edit', async () => {
    const { app } = await startApp();
    const before = (await app.inject('/api/v1/config')).json();
    assert.equal((await runTask(app, 'What are 2 tools?')).decision?.steps.length, 4);

    changeConfig(/max_steps: 6/, 'max_steps: 2');
    const after = (await app.inject('/api/v1/config')).json();
    assert.equal(after.config.workflow.max_steps, 2);
    assert.notEqual(after.updatedAt, before.updatedAt);
    const run = await runTask(app, 'What are 2 tools?');
    assert.deepEqual(run.decision?.steps, ['word_stats', 'number_summary']);
    assert.equal(run.result, null);

    changeConfig(/max_steps: 2/, 'max_steps: 6');
    assert.equal((await runTask(app, 'What are 2 tools?')).decision?.steps.length, 4);
  });

  it('limits what a task may use', async () => {
    const { app } = await startApp();
    changeConfig(/\n {4}- number_summary/, '');
    const run = await runTask(app, 'Add 1 and 2.');
    changeConfig(/- word_stats/, '- word_stats\n    - number_summary');
    assert.deepEqual(run.decision?.steps, ['word_stats', 'render_report']);
  });

  it('makes requests fail while it is broken and work when it is repaired', async () => {
    const { app } = await startApp();
    const good = readFileSync(configFile, 'utf8');
    for (const broken of [
      'agent: [',
      'agent: {}\n',
      good.replace('max_steps: 6', 'max_steps: 0'),
    ]) {
      writeConfig(broken);
      assert.equal((await app.inject('/api/v1/config')).statusCode, 500, broken);
      assert.equal((await post(app, '/api/v1/workflow/run', { task: 'x' })).statusCode, 500);
      assert.equal((await app.inject('/health')).statusCode, 200);
      writeConfig(good);
    }
    assert.equal((await app.inject('/api/v1/config')).statusCode, 200);
    assert.equal((await runTask(app, 'x')).status, 'completed');
  });
});

describe('health', () => {
  it('answers while the service runs', async () => {
    const { app } = await startApp();
    const { status, runs, checks } = (await app.inject('/health')).json();
    assert.deepEqual([status, runs, checks], ['ok', 0, undefined]);
  });

  it('looks at what the service depends on when asked to', async () => {
    const { app } = await startApp();
    const response = await app.inject('/health?deep=true');
    assert.equal(response.statusCode, 200);
    assert.deepEqual(response.json().checks, {
      dataDirWritable: true,
      documents: 6,
      searchWorks: true,
    });
  });

  it('has no other routes', async () => {
    const { app } = await startApp();
    const response = await app.inject('/api/v1/nothing');
    assert.equal(response.statusCode, 404);
    assert.equal(response.json().error.message, 'There is no GET /api/v1/nothing.');
  });
});
