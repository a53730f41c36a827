import type { Connection } from 'vscode-languageserver/node';
import type { ClientSupport } from './client';
import type { Documents } from './documents';
import { FaultLog } from './faults';
import { Folders } from './folders';
import { Publisher } from './publish';
import { Refresher } from './refresh';
import type { Engine, Runtime } from './runtime';
import { Scanner } from './scan';
import type { Settings } from './settings';
import { Status } from './status';
import { Validator } from './validator';

/** What there is before the linter is loaded. */
export interface Host {
  connection: Connection;
  runtime: Runtime;
  client: ClientSupport;
  documents: Documents;
  settings: Settings;
}

/** What the handlers share. */
export interface Session extends Host {
  engine: Engine;
  folders: Folders;
  validator: Validator;
  scanner: Scanner;
  status: Status;
  faults: FaultLog;
  /** `null` when diagnostics are pushed. */
  refresher: Refresher | null;
}

/** Connects the parts of a server whose linter is loaded; opens no folder yet. */
export function createSession(host: Host, engine: Engine): Session {
  const { client, connection, documents } = host;
  const faults = new FaultLog(connection.console);
  const folders: Folders = new Folders({
    ...host,
    engine,
    faults,
    onChanged: (files) => validator.changedInSlices(files),
  });
  const validator: Validator = new Validator({ ...host, engine, folders, faults });
  const status: Status = new Status(connection, { folders, validator, scanner: () => scanner });
  const scanner: Scanner = new Scanner({
    ...host,
    folders,
    validator,
    faults,
    showsProgress: client.workDoneProgress,
    onStatus: () => status.update(),
  });
  const refresher =
    client.pull && client.refresh ? new Refresher(connection, documents, validator) : null;
  if (!client.pull) new Publisher(connection, documents, validator);
  return { ...host, engine, folders, validator, scanner, status, faults, refresher };
}
