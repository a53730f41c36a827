import { readFile, stat } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';

interface CachedTemplate {
  mtimeMs: number;
  text: string;
}

const cache = new Map<string, CachedTemplate>();

/** Reads a prompt template; a template edited on disk is picked up at its next use. */
export async function loadTemplate(name: 'report' | 'reply'): Promise<string> {
  const file = fileURLToPath(new URL(`../../prompts/${name}.md`, import.meta.url));
  const { mtimeMs } = await stat(file);
  const cached = cache.get(file);
  if (cached && cached.mtimeMs === mtimeMs) return cached.text;
  const text = await readFile(file, 'utf8');
  cache.set(file, { mtimeMs, text });
  return text;
}

/**
 * Fills `{{name}}` with a value and `{{#name}}` with the blocks of a list.
 *
 * @throws when the template names a value that was not given
 */
export function renderTemplate(
  template: string,
  values: Record<string, string | number>,
  sections: Record<string, string[]> = {},
): string {
  return template.replace(/\{\{(#?)(\w+)\}\}/g, (_match, hash: string, name: string) => {
    const value = hash ? sections[name]?.join('\n\n') : values[name];
    if (value === undefined) throw new Error(`The template needs a value for "${name}".`);
    return String(value);
  });
}
