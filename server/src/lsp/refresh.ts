import type { Connection } from 'vscode-languageserver/node';
import type { Documents } from './documents';
import type { Validator } from './validator';

/**
 * Asks a pulling client to pull again when an open document shows something else than it was
 * answered, though its text is the same: another file was edited, or the scan has come further.
 */
export class Refresher {
  readonly #connection: Connection;
  readonly #documents: Documents;
  readonly #validator: Validator;
  readonly #answered = new Map<string, { resultId: string; version: number }>();
  #scheduled = false;

  constructor(connection: Connection, documents: Documents, validator: Validator) {
    this.#connection = connection;
    this.#documents = documents;
    this.#validator = validator;
    documents.onDidClose((file) => this.#answered.delete(file));
    validator.onDidChange((files) => {
      if (files.some((file) => this.#answered.has(file))) this.#schedule();
    });
  }

  /** Notes what the client has been answered for a document. */
  answered(file: string, resultId: string): void {
    const document = this.#documents.get(file);
    if (document !== undefined) this.#answered.set(file, { resultId, version: document.version });
  }

  /** Not at once: the answer to a pull that is under way may make it needless. */
  #schedule(): void {
    if (this.#scheduled) return;
    this.#scheduled = true;
    setImmediate(() => {
      this.#scheduled = false;
      if (![...this.#answered].some(([file, answer]) => this.#isOutdated(file, answer))) return;
      // A client that cannot refresh just now will pull at the next edit.
      this.#connection.languages.diagnostics.refresh().catch(() => undefined);
    });
  }

  #isOutdated(file: string, answer: { resultId: string; version: number }): boolean {
    // The client pulls after its own edits unasked.
    if (this.#documents.get(file)?.version !== answer.version) return false;
    const { resultId, current } = this.#validator.diagnostics(file);
    return current && resultId !== answer.resultId;
  }
}
