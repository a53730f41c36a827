import { appendFile, mkdir, mkdtemp, rm, symlink, utimes, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import {
  TIMINGS_CHANGED,
  type TimingsChanged,
  type TimingsQuery,
  type TimingsResults,
  type TimingsView,
  timingsMethod,
} from '../../shared/timings';
import { startTimingServer, type TimingServer } from '../media/timingServer';

let folder: string;
let logs: string;
let server: TimingServer;
let changes: number[];

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'slowpath-requests-'));
  logs = join(folder, '.slowpath', 'timings');
  await mkdir(logs, { recursive: true });
  server = startTimingServer([folder, join(folder, 'no-logs')]);
  changes = [];
  server.client.onNotification(TIMINGS_CHANGED, ({ session }: TimingsChanged) => {
    changes.push(session);
  });
});

afterEach(async () => {
  await server.close();
  await rm(folder, { recursive: true, force: true });
});

async function request<T extends keyof TimingsResults>(
  type: T,
  params: object = {},
): Promise<TimingsResults[T]> {
  return server.client.sendRequest(timingsMethod(type), params);
}

const QUERY: Omit<TimingsQuery, 'session'> = {
  run: null,
  filter: '',
  sort: { column: 'totalMs', descending: true },
  limit: 100,
  chartOp: null,
  buckets: 100,
};

/** Asks until the answer satisfies the test. */
async function viewWhen(
  session: number,
  query: Partial<TimingsQuery>,
  check: (view: TimingsView) => void,
): Promise<TimingsView> {
  return vi.waitFor(
    async () => {
      const view = await request('query', { ...QUERY, session, ...query });
      check(view!);
      return view!;
    },
    { timeout: 10_000 },
  );
}

const record = (op: string, ms: number, t = 1000): string =>
  `${JSON.stringify({ v: 1, op, t, ms, thr: 10, run: 'r' })}\n`;

describe('timing requests', () => {
  it('list the logs of the workspace, newest first', async () => {
    for (const [index, name] of ['b.ndjson', 'a.ndjson', 'c.txt'].entries()) {
      await writeFile(join(logs, name), 'x'.repeat(index));
      await utimes(join(logs, name), 1000 + index, 1000 + index);
    }
    await mkdir(join(logs, 'd.ndjson'));
    await symlink(join(logs, 'gone'), join(logs, 'e.ndjson'));
    expect((await request('list')).runs).toEqual([
      {
        file: join(logs, 'a.ndjson'),
        label: '.slowpath/timings/a.ndjson',
        bytes: 1,
        modified: 1_001_000,
      },
      {
        file: join(logs, 'b.ndjson'),
        label: '.slowpath/timings/b.ndjson',
        bytes: 0,
        modified: 1_000_000,
      },
    ]);
  });

  it('answer queries by filter, order, limit and operation', async () => {
    const file = join(logs, 'run.ndjson');
    await writeFile(file, record('load a', 5) + record('load b', 20) + record('save', 8, 2000));
    const { session } = await request('open', { file });
    const all = await viewWhen(session, {}, ({ status }) => expect(status.phase).toBe('live'));
    expect(all.operations.map(({ op }) => op)).toEqual(['load b', 'save', 'load a']);
    expect(all.chart?.count).toEqual([2, 1]);
    const some = await viewWhen(session, { filter: 'LOAD', limit: 1 }, () => undefined);
    expect(some.operations.map(({ op, slow }) => [op, slow])).toEqual([['load b', 1]]);
    expect(some.matching).toBe(2);
    const { id } = all.operations.find(({ op }) => op === 'save')!;
    const one = await viewWhen(session, { chartOp: id, filter: 'load' }, () => undefined);
    expect(one.selected?.op).toBe('save');
    expect(one.chart).toMatchObject({ median: [8], thresholdMs: 10 });
  });

  it('tell of growth, once subscribed, and of nothing else', async () => {
    const file = join(logs, 'run.ndjson');
    await writeFile(file, record('a', 1));
    const { session } = await request('open', { file });
    await request('subscribe', { session });
    await vi.waitFor(() => expect(changes.length).toBeGreaterThan(0));
    await viewWhen(session, {}, ({ records }) => expect(records).toBe(1));
    const before = changes.length;
    await appendFile(file, `${record('a', 2)}{"v":1,`);
    await vi.waitFor(() => expect(changes.length).toBeGreaterThan(before));
    const view = await viewWhen(session, {}, ({ records }) => expect(records).toBe(2));
    expect(view).toMatchObject({ pendingLine: true, rejectedLines: 0 });
    expect(new Set(changes)).toEqual(new Set([session]));
  });

  it('share the session of an open log and forget a closed one', async () => {
    const file = join(logs, 'run.ndjson');
    await writeFile(file, record('a', 1));
    const first = await request('open', { file });
    expect(await request('open', { file })).toEqual(first);
    await request('close', { session: first.session });
    expect(await request('query', { ...QUERY, session: first.session })).toBeNull();
    expect((await request('open', { file })).session).not.toBe(first.session);
  });

  it('say what is wrong with a log that is missing or no file', async () => {
    const missing = await request('open', { file: join(logs, 'later.ndjson') });
    await viewWhen(missing.session, {}, ({ status }) => expect(status.phase).toBe('missing'));
    await writeFile(join(logs, 'later.ndjson'), record('a', 1));
    await viewWhen(missing.session, {}, ({ records }) => expect(records).toBe(1));
    const directory = await request('open', { file: logs });
    const view = await viewWhen(directory.session, {}, ({ status }) =>
      expect(status.phase).toBe('failed'),
    );
    expect(view.status.message).toContain('timings is a folder; a file was expected.');
    await expect(request('open', { file: 'relative.ndjson' })).rejects.toThrow(
      'Expected the absolute path of a timing log, found relative.ndjson.',
    );
  });
});
