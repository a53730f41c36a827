import picomatch from 'picomatch';

/**
 * @param globs `ignores` of a configuration. A glob that names a folder means all that is in it;
 * one that begins with `!` takes files out again.
 * @returns whether a path, relative to the configuration's root and `/`-separated, is ignored
 */
export function ignoring(globs: readonly string[]): (path: string) => boolean {
  const isIgnored = matcher(globs.filter((it) => !it.startsWith('!')));
  const isKept = matcher(globs.filter((it) => it.startsWith('!')).map((it) => it.slice(1)));
  return (path) => isIgnored(path) && !isKept(path);
}

function matcher(globs: readonly string[]): (path: string) => boolean {
  const paths = globs.map((it) => it.trim().replace(/^(\.?\/)+|\/+$/g, '')).filter(Boolean);
  if (paths.length === 0) return () => false;
  return picomatch(
    paths.flatMap((it) => [it, `${it}/**`]),
    { dot: true },
  );
}
