import { basename } from 'node:path/posix';
import type { Connection } from 'vscode-languageserver/node';
import { STATUS_NOTIFICATION, type StatusParams } from '../../../shared/protocol';
import type { Folders } from './folders';
import { messages } from './messages';
import type { Scanner } from './scan';
import type { Validator } from './validator';

/** Tells the client what the server does and has found, whenever that changes. */
export class Status {
  readonly #connection: Connection;
  readonly #state: { folders: Folders; validator: Validator; scanner: () => Scanner };
  #sent = '';
  #scheduled = false;

  constructor(
    connection: Connection,
    state: { folders: Folders; validator: Validator; scanner: () => Scanner },
  ) {
    this.#connection = connection;
    this.#state = state;
    state.validator.onDidChange(() => this.update());
  }

  /** Sends the status in this turn's end, if it is another than the client knows. */
  update(): void {
    if (this.#scheduled) return;
    this.#scheduled = true;
    setImmediate(() => {
      this.#scheduled = false;
      const status = this.#read();
      const text = JSON.stringify(status);
      if (text === this.#sent) return;
      this.#sent = text;
      void this.#connection.sendNotification(STATUS_NOTIFICATION, status);
    });
  }

  #read(): StatusParams {
    const { folders, validator } = this.#state;
    const scanner = this.#state.scanner();
    const broken = folders.all().find(({ config }) => config.broken)?.config.file ?? null;
    const idle = broken === null ? 'idle' : 'error';
    return {
      state: scanner.busy ? 'scanning' : idle,
      files: folders.all().reduce((sum, { size }) => sum + size, 0),
      findings: validator.total,
      scanMs: scanner.lastMs,
      ...(broken === null ? {} : { message: messages.configBroken(basename(broken)) }),
    };
  }
}

/** Tells the client that the linter is not there at all. */
export function sendFailure(connection: Connection, message: string): void {
  const status: StatusParams = { state: 'error', files: 0, findings: 0, scanMs: null, message };
  void connection.sendNotification(STATUS_NOTIFICATION, status);
}
