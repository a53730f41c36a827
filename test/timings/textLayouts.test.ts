import { describe, expect, it } from 'vitest';
import { readLine, readLog, statsByName } from './readLog';

const PLAIN = [
  ['Slow operation: load_config took 123.4ms (threshold: 100.0ms)', 'load_config = 123.4 ms'],
  ['load_config completed in 12.3ms', 'load_config = 12.3 ms'],
  ['load_config: 12.3ms', 'load_config = 12.3 ms'],
  ['load_config completed in 12.3 ms', 'load_config = 12.3 ms'],
  ['load_config completed in 12ms', 'load_config = 12 ms'],
  ['GET /history/:id completed in 1.5ms', 'GET /history/:id = 1.5 ms'],
  ['db: query: users: 1.5ms', 'db: query: users = 1.5 ms'],
  ['took a nap took 2.0ms completed in 3.0ms', 'took a nap took 2.0ms = 3 ms'],
  ['Slow operation: it took 5.0ms took 200.0ms (threshold: 100.0ms)', 'it took 5.0ms = 200 ms'],
  ['Über/größe 测试 completed in 7.0ms', 'Über/größe 测试 = 7 ms'],
] as const;

const PREFIXES = [
  '2025-12-13 10:00:00,123 WARNING agentic_fleet.utils.profiling: ',
  '2025-12-13 10:00:00,123 - agentic_fleet.utils.profiling - WARNING - ',
  '2025-12-13 10:00:00,123 - WARNING - ',
  '2025-12-13T10:00:00.123456Z [warning  ] ',
  '2025-12-13T10:00:00+01:00 INFO     [worker-1] ',
  '[2025-12-13 10:00:00,123] [4711] [INFO] ',
  '2025-12-13 10:00:00.123 | DEBUG    | fleet.profiling:timed_operation:54 - ',
  '10:00:00 INFO ',
  '[2025-12-13 10:00:00,123] {profiling.py:54} WARNING - ',
  '2025-12-13 10:00:00,123 WARNING profiling.py:54: ',
  'WARNING  agentic_fleet.utils.profiling:profiling.py:54 ',
  'WARNING:root:',
  'DEBUG:agentic_fleet.utils.profiling:',
  'INFO:     ',
  'INFO ',
  '[DEBUG] ',
  '\u001b[33mWARNING\u001b[0m ',
];

describe('text layouts', () => {
  it.each(PLAIN)('reads %s', (line, expected) => {
    expect(readLine(line)).toBe(expected);
  });

  it.each(PREFIXES)('takes off the prefix %j', (prefix) => {
    const name = prefix.includes('[worker-1]') ? '[worker-1] load config/a' : 'load config/a';
    expect(readLine(`${prefix}Slow operation: load config/a took 123.4ms (threshold: 9.0ms)`)).toBe(
      'load config/a = 123.4 ms',
    );
    expect(readLine(`${prefix}load config/a completed in 1.5ms`)).toBe(`${name} = 1.5 ms`);
    expect(readLine(`${prefix}load config/a: 1.5ms`)).toBe(`${name} = 1.5 ms`);
  });

  it('takes a name before the message for the logger until a slow line shows there is none', () => {
    const line = '2025-12-13 10:00:00,123 INFO agent: run completed in 2.0ms\n';
    const slow =
      '2025-12-13 10:00:00,123 WARNING Slow operation: agent: run took 9.0ms (threshold: 5.0ms)\n';
    const fast = '2025-12-13 10:00:00,123 INFO fetch completed in 2.0ms\n';
    expect(Object.keys(statsByName(readLog(line)))).toEqual(['run']);
    const apart = '2025-12-13 10:00:00,123 INFO [w 1] fleet.profiling ';
    const both = `${apart}Slow operation: a b took 9.0ms (threshold: 5.0ms)\n${apart}a b completed in 1.0ms\n`;
    expect(statsByName(readLog(both))).toMatchObject({ 'a b': { count: 2, slow: 1 } });
    expect(statsByName(readLog(slow + line))['agent: run']).toMatchObject({ count: 2, slow: 1 });
    expect(Object.keys(statsByName(readLog(line + fast)))).toEqual(['run', 'fetch']);
  });

  it.each([
    [
      '{"levelname":"WARNING","message":"Slow operation: a b took 120.0ms (threshold: 100.0ms)"}',
      'a b = 120 ms',
    ],
    ['{"level":30,"time":1765620000000,"msg":"a: b completed in 1.5ms"}', 'a: b = 1.5 ms'],
    ['{"event":"a/b: 1.5ms","timestamp":"2025-12-13T10:00:00Z"}', 'a/b = 1.5 ms'],
    ['{"text":"2025-12-13 10:00:00.1 | INFO | m:f:1 - a: 2.5ms\\n","record":{}}', 'a = 2.5 ms'],
    ['{"log":"WARNING:root:a completed in 2.5ms\\n","stream":"stderr"}', 'a = 2.5 ms'],
    ['{"message":"a took 12.3s"}', 'unrelated 1'],
    ['{"message":"server started"}', 'unrelated 1'],
  ])('reads the JSON layout %s', (line, expected) => {
    expect(readLine(line)).toBe(expected);
  });

  it.each([
    'load_config took 12.3s',
    'load_config took 12.3ms',
    'load_config completed in 3 s',
    'load_config completed in 3s',
    'load_config completed in 3.5 seconds',
    'load_config completed in 1m 12.3ms later',
    'load_config: 12.3s',
    'load_config: 12.3',
    'load_config: 12.3µs',
    'load_config: 12.3msec',
    'load_config: 1,012.3ms',
    'Slow operation: load_config took 12.3s (threshold: 100.0ms)',
    'Slow operation: load_config took 12.3s threshold: 100.0ms',
    'job took 12.3s, budget: 100.0ms',
    'WARNING:root:load_config took 12.3s',
    ': 12.3ms',
    'load_config: count=3, avg=2.0s, max=3.0s',
    'http requests completed',
  ])('leaves the look-alike %j alone', (line) => {
    expect(readLine(line)).toBe('unrelated 1');
  });

  it.each([
    ['a completed in -1.0ms', 'duration-negative'],
    ['a completed in nanms', 'duration-not-finite'],
    ['a: infms', 'duration-not-finite'],
    ['Slow operation: a took infms (threshold: 1.0ms)', 'duration-not-finite'],
    ['a: 99999999999999.0ms', 'duration-absurd'],
    ['a: count=2, avg=-2.0ms', 'duration-negative'],
  ])('rejects %j', (line, reason) => {
    expect(readLine(line)).toBe(`rejected: ${reason}`);
  });

  it('reads times: zones as given, none as local time', () => {
    const timesOf = (line: string): number => readLog(line).runs[0]!.firstT;
    expect(timesOf('2025-12-13T10:00:00.250Z INFO a: 1.0ms')).toBe(
      Date.UTC(2025, 11, 13, 10, 0, 0, 250),
    );
    expect(timesOf('2025-12-13T10:00:00+02:00 INFO a: 1.0ms')).toBe(Date.UTC(2025, 11, 13, 8));
    expect(timesOf('2025-12-13 10:00:00,123 INFO a: 1.0ms')).toBe(
      new Date(2025, 11, 13, 10, 0, 0, 123).getTime(),
    );
    expect(timesOf('{"message":"a: 1.0ms","created":1765620000.5}')).toBe(1_765_620_000_500);
  });
});

describe('summary lines', () => {
  it('reads statistics in any order and derives the total only', () => {
    const stats = statsByName(
      readLog('db: query: count=12, avg=3.0ms, min=1.0ms, max=9.9ms, p95=9.1ms\n'),
    );
    expect(stats['db: query']).toMatchObject({
      count: 12,
      totalMs: 36,
      minMs: 1,
      meanMs: 3,
      maxMs: 9.9,
      p50: null,
      p95: 9.1,
      p99: null,
      basis: 'summary',
    });
  });

  it.each([
    'load: 12 calls, avg 3.0ms, max 9.9ms',
    'load: n=12 total=36.0ms max=9.9ms',
    'INFO:root:load: count=12 slow=1 errors=0 cacheHits=3/12 min=1.00ms avg=3.00ms max=9.90ms',
    '2025-12-13 10:00:00,123 INFO fleet.profiling: load | count: 12 | mean: 3.0ms | max: 9.9ms',
  ])('reads %s', (line) => {
    expect(statsByName(readLog(line)).load).toMatchObject({ count: 12, totalMs: 36, maxMs: 9.9 });
  });

  it('prefers samples, and the later summary over the earlier', () => {
    const summaries = 'a: count=1, avg=1.0ms\na: count=2, avg=1.0ms\n';
    expect(statsByName(readLog(summaries)).a).toMatchObject({ count: 2, basis: 'summary' });
    const samples = 'a completed in 5.0ms\n';
    expect(statsByName(readLog(samples + summaries)).a).toMatchObject({
      count: 1,
      basis: 'samples',
    });
  });
});

describe('censored logs', () => {
  const slow = (op: string): string => `Slow operation: ${op} took 120.0ms (threshold: 100.0ms)\n`;

  it('withholds percentiles when a log has slow lines only', () => {
    expect(statsByName(readLog(slow('a') + slow('a'))).a).toMatchObject({
      censored: true,
      count: 2,
      slow: 2,
      p50: null,
      p95: null,
      p99: null,
      maxMs: 120,
    });
  });

  it('knows them when the log shows fast calls, be it of another operation', () => {
    const stats = statsByName(readLog(`${slow('a')}b completed in 1.0ms\n`));
    expect(stats.a).toMatchObject({ censored: false, p50: 120 });
    expect(stats.b).toMatchObject({ slow: 0, withThreshold: 1 });
  });

  it('lets a summary line speak for all calls', () => {
    const stats = statsByName(readLog(`${slow('a')}a: count=9, avg=20.0ms, p95=110.0ms\n`));
    expect(stats.a).toMatchObject({ count: 9, p95: 110, p50: null, slow: 1, basis: 'summary' });
  });
});
