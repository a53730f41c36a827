import { expect, test } from 'vitest';
import { stylish } from '../../server/src/reporters/stylish';
import type { Finding } from '../../shared/finding';

const FINDING: Finding = {
  rule: 'sync-io-in-async',
  file: '/project/src/a.ts',
  start: 0,
  end: 1,
  from: { line: 0, character: 0 },
  to: { line: 0, character: 1 },
  severity: 'warning',
  tier: 'hot',
  message: 'Seven words that do not fit one line, and one-word-that-is-longer-than-any-line.',
  evidence: [],
  fix: null,
};

function firstBlock(width: number | null): string {
  const stats = { files: 1, parsed: 1, bytes: 1, ms: 1, rules: {} };
  const report = { cwd: '/project', findings: [FINDING], faults: [], stats, fixed: null };
  return stylish(report, { colour: false, width }).split('\n\n')[0] ?? '';
}

const START = 'src/a.ts\n  1:1  warning  sync-io-in-async  ';

test('in a terminal, messages are broken between words and stay in their column', () => {
  const column = ' '.repeat(34);
  expect(firstBlock(74)).toBe(
    `${START}Seven words that do not fit one line,\n${column}and\n${column}one-word-that-is-longer-than-any-line.`,
  );
});

test('elsewhere, and where a column would be too narrow, each is one line', () => {
  const expected = START + FINDING.message;
  expect([firstBlock(null), firstBlock(73)]).toEqual([expected, expected]);
});
