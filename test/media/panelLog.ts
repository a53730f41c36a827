/** Logs whose figures the panel's tests compute without the engine. */

export interface Sample {
  op: string;
  ms: number;
}

/** A log whose figures are easily checked and whose chart has a shape. */
export function samples(): Sample[] {
  const ops = ['load_config', 'GET /history/:id', 'db: query'];
  return Array.from({ length: 3000 }, (_, i) => ({
    op: ops[i % 3]!,
    ms: Math.round(1000 * (1 + ((i * 7919) % 997) / 10) * (1.2 + Math.sin(i / 300))) / 1000,
  }));
}

export const START = Date.UTC(2026, 0, 5, 12);

export function toLog(list: Sample[], extra: object = {}): string {
  return list
    .map(({ op, ms }, i) =>
      JSON.stringify({ v: 1, op, t: START + i * 20, ms, thr: 100, run: 'r1', ...extra }),
    )
    .join('\n')
    .concat('\n');
}

/** The figures of a row as the page must show them, computed without the engine. */
export function expectedRow(list: Sample[], op: string): string[] {
  const sorted = list.filter((one) => one.op === op).map(({ ms }) => ms);
  sorted.sort((a, b) => a - b);
  const rank = (p: number): number => sorted[Math.ceil((sorted.length * p) / 100) - 1]!;
  const ms = (value: number): string => {
    const digits = value < 10 ? 2 : value < 1000 ? 1 : 0;
    const options = { minimumFractionDigits: digits, maximumFractionDigits: digits };
    return `${value.toLocaleString('en', options)} ms`;
  };
  const slow = sorted.filter((value) => value > 100).length / sorted.length;
  const total = sorted.reduce((sum, value) => sum + value, 0);
  return [
    sorted.length.toLocaleString('en'),
    ms(total),
    ...[rank(50), rank(95), rank(99), sorted.at(-1)!].map(ms),
    slow.toLocaleString('en', { style: 'percent', maximumFractionDigits: 1 }),
    '–',
  ];
}
