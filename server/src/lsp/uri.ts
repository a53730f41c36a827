import { URI } from 'vscode-uri';

/**
 * @param uri as the client writes it; any percent-encoding
 * @returns absolute, `/`-separated path with a lower-case drive letter; `undefined` when the URI
 * does not name a file
 */
export function uriToPath(uri: string): string | undefined {
  const parsed = parse(uri);
  if (parsed?.scheme !== 'file') return undefined;
  if (parsed.authority !== '') return `//${parsed.authority}${parsed.path}`;
  const path = normaliseDrive(
    /^\/[A-Za-z]:/.test(parsed.path) ? parsed.path.slice(1) : parsed.path,
  );
  return path.length > 1 && path.endsWith('/') && !path.endsWith(':/') ? path.slice(0, -1) : path;
}

/** @param path absolute, `/`-separated; also `c:/…` and `//server/share/…` */
export function pathToUri(path: string): string {
  const unc = /^\/\/([^/]+)(\/.*)$/.exec(path);
  const parts =
    unc === null
      ? { scheme: 'file', path: path.startsWith('/') ? path : `/${path}` }
      : { scheme: 'file', authority: unc[1] ?? '', path: unc[2] ?? '/' };
  return URI.from(parts).toString();
}

/** @returns the path with a lower-case drive letter, as URIs have it; other paths as they are */
export function normaliseDrive(path: string): string {
  return /^[A-Z]:/.test(path) ? path.charAt(0).toLowerCase() + path.slice(1) : path;
}

/** @returns the URI's scheme, or `undefined` for what is not a URI */
export function schemeOf(uri: string): string | undefined {
  return parse(uri)?.scheme;
}

/** Whether a path is a folder itself or lies below it; both absolute and `/`-separated. */
export function isInside(folder: string, path: string): boolean {
  return path === folder || path.startsWith(folder.endsWith('/') ? folder : `${folder}/`);
}

function parse(uri: string): URI | undefined {
  try {
    return URI.parse(uri, true);
  } catch {
    return undefined;
  }
}
