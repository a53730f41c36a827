import {
  CodeActionKind,
  type Connection,
  DidChangeConfigurationNotification,
  type InitializeResult,
  TextDocumentSyncKind,
} from 'vscode-languageserver/node';
import { SCAN_REQUEST } from '../../../shared/protocol';
import { SETTINGS_SECTION } from '../../../shared/settings';
import { type ClientSupport, readClient } from './client';
import { codeAction, FIX_ALL_KIND } from './codeAction';
import { codeActionResolve } from './codeActionResolve';
import { registerConfiguration, reload } from './configuration';
import { documentDiagnostic } from './documentDiagnostic';
import { Documents } from './documents';
import { hover } from './hover';
import { messages } from './messages';
import { registerOpenDocuments, validateOpen } from './openDocuments';
import { describe, runSafe } from './runSafe';
import type { Runtime } from './runtime';
import { createSession, type Host, type Session } from './session';
import { Settings } from './settings';
import { sendFailure } from './status';
import { registerTimings } from './timings';
import { uriToPath } from './uri';
import { registerWatchedFiles } from './watchedFiles';
import { workspaceDiagnostic } from './workspaceDiagnostic';
import { changeFolders, initialFolders, openFolders } from './workspaceFolders';

/** Starts a language server on a connection that does not listen yet. */
export function startServer(connection: Connection, runtime: Runtime): void {
  const documents = new Documents(connection);
  let host: Host | undefined;
  /** URIs of the workspace's folders as they are now. */
  const folders = new Set<string>();
  let opened: (session: Promise<Session | null>) => void;
  const session = new Promise<Session | null>((resolve) => {
    opened = resolve;
  });

  connection.onInitialize((params): InitializeResult => {
    const client = readClient(params);
    const settings = new Settings(connection, client, params.initializationOptions?.settings);
    host = { connection, runtime, client, documents, settings };
    for (const uri of initialFolders(params)) folders.add(uri);
    if (client.pull) registerPull(host, session);
    return { capabilities: capabilities(client), serverInfo: { name: 'slowpath' } };
  });
  connection.onInitialized(() => {
    if (host === undefined) return;
    registerChanges(host, session, folders);
    opened(openSession(host, [...folders]));
  });
  registerRequests(connection, session);
  const timings = registerTimings(connection, {
    workspaceFolders: () => [...folders].flatMap((uri) => uriToPath(uri) ?? []),
  });
  connection.onShutdown(async () => {
    await timings.dispose();
    void session.then((open) => {
      for (const folder of open?.folders.all() ?? []) folder.close();
    });
  });
  connection.listen();
}

function capabilities(client: ClientSupport): InitializeResult['capabilities'] {
  const folders = { filters: [{ scheme: 'file', pattern: { glob: '**' } }] };
  return {
    textDocumentSync: { openClose: true, change: TextDocumentSyncKind.Incremental, save: true },
    hoverProvider: true,
    codeActionProvider: {
      codeActionKinds: [CodeActionKind.QuickFix, FIX_ALL_KIND],
      resolveProvider: client.codeActionResolve,
    },
    ...(client.pull && {
      diagnosticProvider: {
        identifier: SETTINGS_SECTION,
        interFileDependencies: true,
        workspaceDiagnostics: true,
      },
    }),
    workspace: {
      workspaceFolders: { supported: true, changeNotifications: true },
      fileOperations: { didDelete: folders, didRename: folders },
    },
  };
}

/** Loads the linter, now that the client has its answer, and opens the workspace with it. */
async function openSession(host: Host, folders: readonly string[]): Promise<Session | null> {
  const { connection, runtime } = host;
  try {
    const session = createSession(host, await runtime.loadEngine());
    registerOpenDocuments(session);
    registerConfiguration(session);
    registerWatchedFiles(connection, session);
    const open = await openFolders(session, folders);
    session.status.update();
    void runSafe(connection.console, 'validation', undefined, () => validateOpen(session));
    void session.scanner.start(open);
    return session;
  } catch (error) {
    connection.console.error(messages.engineFailed(describe(error)));
    sendFailure(connection, messages.engineFailed(error instanceof Error ? error.message : ''));
    return null;
  }
}

/** Follows settings and folders from the first moment: their news may come before the linter. */
function registerChanges(
  { connection, client, settings }: Host,
  session: Promise<Session | null>,
  folders: Set<string>,
): void {
  connection.onDidChangeConfiguration(async (params) => {
    settings.invalidate(params.settings);
    const opened = await session;
    if (opened !== null) await reload(opened, opened.folders.all());
  });
  if (client.watchConfiguration) {
    void runSafe(connection.console, 'client/registerCapability', undefined, async () => {
      const options = { section: SETTINGS_SECTION };
      await connection.client.register(DidChangeConfigurationNotification.type, options);
    });
  }
  if (!client.workspaceFolders) return;
  connection.workspace.onDidChangeWorkspaceFolders(async (event) => {
    for (const { uri } of event.removed) folders.delete(uri);
    for (const { uri } of event.added) folders.add(uri);
    const opened = await session;
    if (opened !== null) await changeFolders(opened, event);
  });
}

function registerRequests(connection: Connection, session: Promise<Session | null>): void {
  const log = connection.console;
  connection.onHover((params) =>
    runSafe(log, 'textDocument/hover', null, async () => {
      const opened = await session;
      return opened === null ? null : hover(opened, params);
    }),
  );
  connection.onCodeAction((params) =>
    runSafe(log, 'textDocument/codeAction', [], async () => {
      const opened = await session;
      return opened === null ? [] : codeAction(opened, params);
    }),
  );
  connection.onCodeActionResolve((action) =>
    runSafe(log, 'codeAction/resolve', action, async () => {
      const opened = await session;
      return opened === null ? action : codeActionResolve(opened, action);
    }),
  );
  connection.onRequest(SCAN_REQUEST, () =>
    runSafe(log, SCAN_REQUEST, null, async () => {
      const opened = await session;
      await opened?.scanner.start(opened.folders.all(), { force: true });
      return null;
    }),
  );
}

function registerPull({ connection, documents }: Host, session: Promise<Session | null>): void {
  const log = connection.console;
  connection.languages.diagnostics.on((params, token) =>
    runSafe(log, 'textDocument/diagnostic', { kind: 'full', items: [] }, async () => {
      const version = documents.get(documents.pathOf(params.textDocument.uri) ?? '')?.version;
      const opened = await session;
      if (opened === null) return { kind: 'full', items: [] };
      return documentDiagnostic(opened, params, { token, version });
    }),
  );
  connection.languages.diagnostics.onWorkspace((params, token, _progress, partial) =>
    runSafe(log, 'workspace/diagnostic', { items: [] }, async () => {
      const opened = await session;
      return opened === null ? { items: [] } : workspaceDiagnostic(opened, params, token, partial);
    }),
  );
}
