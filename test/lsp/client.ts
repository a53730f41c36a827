import { type ChildProcess, spawn } from 'node:child_process';
import { onTestFinished } from 'vitest';
import {
  type ClientCapabilities,
  type CodeAction,
  CodeActionRequest,
  CodeActionResolveRequest,
  ConfigurationRequest,
  createProtocolConnection,
  type Diagnostic,
  DiagnosticRefreshRequest,
  DidChangeConfigurationNotification,
  DidChangeTextDocumentNotification,
  DidChangeWatchedFilesNotification,
  DidCloseTextDocumentNotification,
  DidOpenTextDocumentNotification,
  DidSaveTextDocumentNotification,
  type DocumentDiagnosticReport,
  DocumentDiagnosticRequest,
  ExitNotification,
  type FileChangeType,
  type Hover,
  HoverRequest,
  InitializedNotification,
  InitializeRequest,
  type InitializeResult,
  LogMessageNotification,
  type ProtocolConnection,
  PublishDiagnosticsNotification,
  type PublishDiagnosticsParams,
  type Range,
  RegistrationRequest,
  ShutdownRequest,
  StreamMessageReader,
  StreamMessageWriter,
  type TextEdit,
  WorkDoneProgressCreateRequest,
  type WorkspaceEdit,
} from 'vscode-languageserver/node';
import { TextDocument } from 'vscode-languageserver-textdocument';
import { SCAN_REQUEST, STATUS_NOTIFICATION, type StatusParams } from '../../shared/protocol';
import { exitOf, toUri } from './workspaceFolder';

/** Capabilities of an editor of today, without pulled diagnostics. */
export const PUSH: ClientCapabilities = {
  workspace: {
    configuration: true,
    workspaceFolders: true,
    didChangeConfiguration: { dynamicRegistration: true },
    didChangeWatchedFiles: { dynamicRegistration: true },
    workspaceEdit: { documentChanges: true },
  },
  window: { workDoneProgress: true },
  textDocument: {
    publishDiagnostics: {
      relatedInformation: true,
      codeDescriptionSupport: true,
      dataSupport: true,
    },
    hover: { contentFormat: ['markdown', 'plaintext'] },
    codeAction: {
      dataSupport: true,
      isPreferredSupport: true,
      resolveSupport: { properties: ['edit'] },
      codeActionLiteralSupport: { codeActionKind: { valueSet: ['quickfix', 'source'] } },
    },
  },
};

/** The same with pulled diagnostics. */
export const PULL: ClientCapabilities = {
  ...PUSH,
  workspace: { ...PUSH.workspace, diagnostics: { refreshSupport: true } },
  textDocument: {
    ...PUSH.textDocument,
    diagnostic: {
      relatedInformation: true,
      codeDescriptionSupport: true,
      dataSupport: true,
    },
  },
};

export interface ClientOptions {
  capabilities?: ClientCapabilities;
  /** Absolute folders of the workspace. */
  folders?: readonly string[];
  /** The `slowpath` settings of every resource. */
  settings?: object;
  initializationOptions?: object;
  /** Command line of the server's script; `--stdio` when it is absent. */
  args?: readonly string[];
}

/** An editor's side of the protocol, with a real server process that ends with the test. */
export class Client {
  readonly process: ChildProcess;
  readonly connection: ProtocolConnection;
  /** Everything published so far, by URI: only the last one counts. */
  readonly published = new Map<string, PublishDiagnosticsParams>();
  readonly log: string[] = [];
  readonly statuses: StatusParams[] = [];
  readonly registrations: string[] = [];
  refreshes = 0;
  settings: object;
  readonly #options: ClientOptions;
  readonly #documents = new Map<string, TextDocument>();

  constructor(script: string, options: ClientOptions = {}) {
    this.#options = options;
    this.settings = options.settings ?? {};
    this.process = spawn(process.execPath, [script, ...(options.args ?? ['--stdio'])], {
      stdio: ['pipe', 'pipe', 'inherit'],
    });
    this.connection = createProtocolConnection(
      new StreamMessageReader(this.process.stdout!),
      new StreamMessageWriter(this.process.stdin!),
    );
    const { connection } = this;
    connection.onNotification(PublishDiagnosticsNotification.type, (params) => {
      this.published.set(params.uri, params);
    });
    connection.onNotification(LogMessageNotification.type, ({ message }) => {
      this.log.push(message);
    });
    connection.onNotification(STATUS_NOTIFICATION, (status: StatusParams) => {
      this.statuses.push(status);
    });
    connection.onRequest(ConfigurationRequest.type, ({ items }) => items.map(() => this.settings));
    connection.onRequest(RegistrationRequest.type, ({ registrations }) => {
      this.registrations.push(...registrations.map(({ method }) => method));
    });
    connection.onRequest(WorkDoneProgressCreateRequest.type, () => undefined);
    connection.onRequest(DiagnosticRefreshRequest.type, () => {
      this.refreshes++;
    });
    connection.listen();
    onTestFinished(() => {
      this.connection.dispose();
      this.process.kill('SIGKILL');
    });
  }

  initialize(): Promise<InitializeResult> {
    const { capabilities = PULL, folders = [], initializationOptions } = this.#options;
    return this.connection.sendRequest(InitializeRequest.type, {
      processId: process.pid,
      rootUri: null,
      capabilities,
      workspaceFolders: folders.map((folder) => ({ uri: toUri(folder), name: folder })),
      initializationOptions,
    });
  }

  /** Initializes the server and lets it load the linter. */
  async start(): Promise<this> {
    await this.initialize();
    await this.connection.sendNotification(InitializedNotification.type, {});
    return this;
  }

  async open(uri: string, text: string, languageId = 'typescript'): Promise<void> {
    const document = TextDocument.create(uri, languageId, 1, text);
    this.#documents.set(uri, document);
    await this.connection.sendNotification(DidOpenTextDocumentNotification.type, {
      textDocument: { uri, languageId, version: 1, text },
    });
  }

  /** Replaces a range of an open document, given in offsets; the whole text when it is absent. */
  async edit(uri: string, newText: string, start = 0, end = this.text(uri).length): Promise<void> {
    const document = this.document(uri);
    const range = { start: document.positionAt(start), end: document.positionAt(end) };
    const version = document.version + 1;
    TextDocument.update(document, [{ range, text: newText }], version);
    await this.connection.sendNotification(DidChangeTextDocumentNotification.type, {
      textDocument: { uri, version },
      contentChanges: [{ range, text: newText }],
    });
  }

  async save(uri: string): Promise<void> {
    await this.connection.sendNotification(DidSaveTextDocumentNotification.type, {
      textDocument: { uri },
    });
  }

  async close(uri: string): Promise<void> {
    this.#documents.delete(uri);
    await this.connection.sendNotification(DidCloseTextDocumentNotification.type, {
      textDocument: { uri },
    });
  }

  document(uri: string): TextDocument {
    const document = this.#documents.get(uri);
    if (document === undefined) throw new Error(`${uri} is not open`);
    return document;
  }

  text(uri: string): string {
    return this.document(uri).getText();
  }

  async configure(settings: object): Promise<void> {
    this.settings = settings;
    await this.connection.sendNotification(DidChangeConfigurationNotification.type, {
      settings: null,
    });
  }

  async watched(changes: readonly { file: string; type: FileChangeType }[]): Promise<void> {
    await this.connection.sendNotification(DidChangeWatchedFilesNotification.type, {
      changes: changes.map(({ file, type }) => ({ uri: toUri(file), type })),
    });
  }

  pull(uri: string, previousResultId?: string): Promise<DocumentDiagnosticReport> {
    return this.connection.sendRequest(DocumentDiagnosticRequest.type, {
      textDocument: { uri },
      ...(previousResultId === undefined ? {} : { previousResultId }),
    });
  }

  async pullItems(uri: string): Promise<Diagnostic[]> {
    const report = await this.pull(uri);
    return report.kind === 'full' ? report.items : [];
  }

  scan(): Promise<null> {
    return this.connection.sendRequest(SCAN_REQUEST);
  }

  async actions(
    uri: string,
    diagnostics: Diagnostic[],
    only?: string[],
    range: Range = diagnostics[0]?.range ?? WHOLE,
  ): Promise<CodeAction[]> {
    const answer = await this.connection.sendRequest(CodeActionRequest.type, {
      textDocument: { uri },
      range,
      context: { diagnostics, ...(only === undefined ? {} : { only }) },
    });
    return (answer ?? []) as CodeAction[];
  }

  resolve(action: CodeAction): Promise<CodeAction> {
    return this.connection.sendRequest(CodeActionResolveRequest.type, action);
  }

  hover(uri: string, line: number, character: number): Promise<Hover | null> {
    return this.connection.sendRequest(HoverRequest.type, {
      textDocument: { uri },
      position: { line, character },
    });
  }

  /** @returns the document's text with a versioned edit applied; the document stays as it is */
  applied(uri: string, edit: WorkspaceEdit | undefined): string {
    const document = this.document(uri);
    const [change, ...more] = edit?.documentChanges ?? [];
    if (change === undefined || !('edits' in change) || more.length > 0) {
      throw new Error(`Expected the edits of one document, found ${JSON.stringify(edit)}`);
    }
    const { textDocument, edits } = change;
    if (textDocument.uri !== uri || textDocument.version !== document.version) {
      throw new Error(`The edit is for ${textDocument.uri} version ${textDocument.version}`);
    }
    return TextDocument.applyEdits(document, edits as TextEdit[]);
  }

  async stop(): Promise<number | null> {
    const exited = exitOf(this.process);
    await this.connection.sendRequest(ShutdownRequest.type);
    await this.connection.sendNotification(ExitNotification.type);
    return exited;
  }
}

export const WHOLE: Range = {
  start: { line: 0, character: 0 },
  end: { line: 2 ** 31 - 1, character: 0 },
};
