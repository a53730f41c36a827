import type { ProjectStats } from '../linter/inspector';
import { columns } from './output';

/**
 * @param bytes size of all files read
 * @param ms duration of the whole run
 * @returns a table for people of where time and memory went
 */
export function describeStats(stats: ProjectStats, bytes: number, ms: number): string {
  const figure = (value: number) => value.toFixed(1);
  const byTime = Object.entries(stats.ruleMs).sort(([, a], [, b]) => b - a);
  // `maxRSS` is in KB on every platform (libuv).
  const peak = process.resourceUsage().maxRSS / 1024;
  return `\n${columns(
    [
      ['files', `${stats.files}`, ''],
      ['parsed', `${stats.parsed}`, ''],
      ['read', figure(bytes / 1024 / 1024), 'MB'],
      ['total', figure(ms), 'ms'],
      ['parse', figure(stats.parseMs), 'ms'],
      ['walk', figure(stats.walkMs), 'ms'],
      ...byTime.map(([id, time]) => [id, figure(time), 'ms']),
      ['peak memory', figure(peak), 'MB'],
    ],
    [1],
  )}`;
}
