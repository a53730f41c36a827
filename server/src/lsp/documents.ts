import type { Connection } from 'vscode-languageserver/node';
import { Emitter, type Event, TextDocuments } from 'vscode-languageserver/node';
import { TextDocument } from 'vscode-languageserver-textdocument';
import { pathToUri, schemeOf, uriToPath } from './uri';

/** Folder of the paths that unsaved documents are given; no file can have them. */
export const UNTITLED_FOLDER = '/<untitled>';

/** Extension that makes the compiler read a document as its language, by language id. */
const EXTENSIONS: Readonly<Record<string, string>> = {
  typescript: '.ts',
  typescriptreact: '.tsx',
  javascript: '.js',
  javascriptreact: '.jsx',
};

/**
 * The open documents, found by path. Documents of other schemes than `file` and `untitled` (git
 * revisions, notebook cells, output panels) are no files of the workspace and stay unknown.
 */
export class Documents {
  readonly #manager = new TextDocuments(TextDocument);
  /** URIs the client has used, kept so that a file has one name for as long as the server runs. */
  readonly #uris = new Map<string, string>();
  readonly #open = new Set<string>();
  readonly #changed = new Emitter<string>();
  readonly #saved = new Emitter<string>();
  readonly #closed = new Emitter<string>();

  /** Fires with the path of a document that was opened or edited. */
  readonly onDidChange: Event<string> = this.#changed.event;
  readonly onDidSave: Event<string> = this.#saved.event;
  /** Fires after the document is gone from `get`. */
  readonly onDidClose: Event<string> = this.#closed.event;

  constructor(connection: Connection) {
    this.#manager.onDidChangeContent(({ document }) => {
      const file = pathOf(document);
      if (file === undefined) return;
      this.#uris.set(file, document.uri);
      this.#open.add(file);
      this.#changed.fire(file);
    });
    this.#manager.onDidSave(({ document }) => {
      const file = pathOf(document);
      if (file !== undefined) this.#saved.fire(file);
    });
    this.#manager.onDidClose(({ document }) => {
      const file = pathOf(document);
      if (file === undefined || !this.#open.delete(file)) return;
      this.#closed.fire(file);
    });
    this.#manager.listen(connection);
  }

  /** @returns the open document of a path; its version and text change in place */
  get(file: string): TextDocument | undefined {
    const uri = this.#open.has(file) ? this.#uris.get(file) : undefined;
    return uri === undefined ? undefined : this.#manager.get(uri);
  }

  /** @returns paths of all open documents */
  files(): Iterable<string> {
    return this.#open;
  }

  /** @returns the path of a URI, whether it is open or not; `undefined` for foreign schemes */
  pathOf(uri: string): string | undefined {
    const document = this.#manager.get(uri);
    return document === undefined ? uriToPath(uri) : pathOf(document);
  }

  /** @returns the URI of a path, as the client writes it where it is known */
  uriOf(file: string): string {
    return this.#uris.get(file) ?? pathToUri(file);
  }
}

function pathOf(document: TextDocument): string | undefined {
  if (schemeOf(document.uri) !== 'untitled') return uriToPath(document.uri);
  const extension = EXTENSIONS[document.languageId];
  if (extension === undefined) return undefined;
  const name = document.uri.slice('untitled:'.length);
  return `${UNTITLED_FOLDER}/${name}${name.endsWith(extension) ? '' : extension}`;
}
