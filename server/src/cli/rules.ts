import { ruleDocsUrl } from '../linter/docs';
import { rules } from '../rules/index';
import { columns } from './output';

/** @returns the rules that exist, as a table for people or as JSON (version 1) */
export function listRules(format: 'table' | 'json'): string {
  if (format === 'json') {
    const list = rules.map(({ meta }) => ({
      id: meta.id,
      summary: meta.summary,
      fix: meta.fix,
      docs: ruleDocsUrl(meta.id),
    }));
    return `${JSON.stringify({ version: 1, rules: list }, null, 2)}\n`;
  }
  return columns([
    ['RULE', 'FIX', 'FINDS'],
    ...rules.map(({ meta }) => [meta.id, meta.fix ?? 'none', meta.summary]),
  ]);
}
