import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';

const ROOT = join(import.meta.dirname, '../..');
const read = (file: string) => readFileSync(join(ROOT, file), 'utf8');

it('the page about the architecture names tests that exist, for each of seven invariants', () => {
  const [, section = ''] = read('docs/architecture.md').split('## Invariants\n');
  const invariants = (section.split('\n## ')[0] ?? '').split(/^(?=\d\. )/m).slice(1);
  expect(invariants.length).toBe(7);
  for (const invariant of invariants) {
    const named = [...invariant.matchAll(/^ {3}- `([^`]+)`: (.+)$/gm)];
    expect(named.length, invariant).toBeGreaterThan(0);
    for (const [line, file = '', title = ''] of named) {
      const titles = [...read(file).matchAll(/\b(?:it|test)(?:\.each\([^)]*\))?\(\s*'([^']+)'/g)];
      expect(
        titles.map(([, it]) => it),
        line,
      ).toContain(title);
    }
  }
});
