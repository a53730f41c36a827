const EXTENSIONS = ['.ts', '.tsx', '.mts', '.cts', '.js', '.jsx', '.mjs', '.cjs'];

/** What a written extension may stand for in TypeScript sources. */
const SOURCE_OF: Readonly<Record<string, readonly string[]>> = {
  '.js': ['.ts', '.tsx'],
  '.jsx': ['.tsx'],
  '.mjs': ['.mts'],
  '.cjs': ['.cts'],
};

/**
 * Resolves a relative import. Path aliases and packages are left to the workspace call graph.
 * @param from absolute path of the importing file
 * @param isFile whether the workspace holds a file of this absolute path
 * @returns absolute path, or `null`
 */
export function resolveModule(
  from: string,
  specifier: string,
  isFile: (file: string) => boolean,
): string | null {
  if (!/^\.\.?(\/|$)/.test(specifier)) return null;
  const path = normalise(`${from.slice(0, from.lastIndexOf('/'))}/${specifier}`);
  const extension = /\.[cm]?[jt]sx?$/.exec(path)?.[0];
  if (extension && isFile(path)) return path;
  for (const source of (extension && SOURCE_OF[extension]) || []) {
    const candidate = path.slice(0, -(extension?.length ?? 0)) + source;
    if (isFile(candidate)) return candidate;
  }
  for (const suffix of EXTENSIONS) if (isFile(path + suffix)) return path + suffix;
  for (const suffix of EXTENSIONS) {
    if (isFile(`${path}/index${suffix}`)) return `${path}/index${suffix}`;
  }
  return null;
}

function normalise(path: string): string {
  const parts: string[] = [];
  for (const part of path.split('/')) {
    if (part === '..') parts.pop();
    else if (part !== '.' && part !== '') parts.push(part);
  }
  const isDrive = /^[a-zA-Z]:$/.test(parts[0] ?? '');
  return (isDrive ? '' : '/') + parts.join('/');
}

/** @returns the word by which other files import a file: its name, or its folder's for an index. */
export function importWord(file: string): string {
  const parts = file.split('/');
  const base = (parts.at(-1) ?? '').replace(/\.[cm]?[jt]sx?$/, '');
  return base === 'index' ? (parts.at(-2) ?? base) : base;
}
