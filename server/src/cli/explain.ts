import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { closest } from '../linter/closest';
import { rules } from '../rules/index';
import { UsageError } from './errors';

/**
 * @returns the documentation page of a rule, which is shipped beside the bundle, in Markdown
 * @throws UsageError for a rule that does not exist
 */
export function explain(id: string): string {
  if (!rules.some(({ meta }) => meta.id === id)) throw unknownRule(id);
  return readFileSync(join(__dirname, '../docs/rules', `${id}.md`), 'utf8');
}

/** The error for an id that no rule has, with the one that was probably meant. */
export function unknownRule(id: string): UsageError {
  const ids = rules.map(({ meta }) => meta.id);
  const meant = closest(id, ids);
  const hint = meant === null ? `The rules are: ${ids.join(', ')}.` : `Did you mean "${meant}"?`;
  return new UsageError(`there is no rule "${id}". ${hint}`);
}
