import type { Connection } from 'vscode-languageserver/node';
import type { Documents } from './documents';
import type { Validator } from './validator';

/** Pushes diagnostics to a client that does not pull them. */
export class Publisher {
  readonly #connection: Connection;
  readonly #documents: Documents;
  readonly #validator: Validator;
  /** What was last sent, by URI: the result, and the version it was sent for. */
  readonly #sent = new Map<string, string>();

  constructor(connection: Connection, documents: Documents, validator: Validator) {
    this.#connection = connection;
    this.#documents = documents;
    this.#validator = validator;
    validator.onDidChange((files) => {
      for (const file of files) this.#publish(file);
    });
  }

  #publish(file: string): void {
    const { items, resultId, version, current } = this.#validator.diagnostics(file);
    // The text has moved on; its own validation publishes.
    if (!current) return;
    const uri = this.#documents.uriOf(file);
    const state = `${resultId} ${version}`;
    const before = this.#sent.get(uri);
    if (before === state || (before === undefined && items.length === 0 && version === null))
      return;
    if (items.length === 0 && version === null) this.#sent.delete(uri);
    else this.#sent.set(uri, state);
    void this.#connection.sendDiagnostics({
      uri,
      diagnostics: items,
      ...(version === null ? {} : { version }),
    });
  }
}
