import type { InitializeParams } from 'vscode-languageserver/node';
import { SHOW_RULE_COMMAND } from '../../../shared/protocol';

/** What the client can do, as far as the server asks. */
export interface ClientSupport {
  /** Findings are pulled by the client; they are pushed when `false`. */
  pull: boolean;
  /** The server may ask for documents to be pulled again. */
  refresh: boolean;
  configuration: boolean;
  watchConfiguration: boolean;
  workspaceFolders: boolean;
  watchFiles: boolean;
  workDoneProgress: boolean;
  relatedInformation: boolean;
  codeDescription: boolean;
  codeActionLiterals: boolean;
  /** Edits of a code action may be computed when it is chosen. */
  codeActionResolve: boolean;
  isPreferred: boolean;
  /** Edits can name the document version they are for. */
  documentChanges: boolean;
  markdownHover: boolean;
  /** The client has the command that shows a rule's page. */
  showRule: boolean;
}

/** Reads from the client's `initialize` parameters what it supports. */
export function readClient(params: InitializeParams): ClientSupport {
  const { textDocument, window, workspace } = params.capabilities;
  const action = textDocument?.codeAction;
  const pull = textDocument?.diagnostic;
  const diagnostics = pull ?? textDocument?.publishDiagnostics;
  const commands: unknown = params.initializationOptions?.commands;
  return {
    pull: pull !== undefined,
    refresh: workspace?.diagnostics?.refreshSupport === true,
    configuration: workspace?.configuration === true,
    watchConfiguration: workspace?.didChangeConfiguration?.dynamicRegistration === true,
    workspaceFolders: workspace?.workspaceFolders === true,
    watchFiles: workspace?.didChangeWatchedFiles?.dynamicRegistration === true,
    workDoneProgress: window?.workDoneProgress === true,
    relatedInformation: diagnostics?.relatedInformation === true,
    codeDescription: diagnostics?.codeDescriptionSupport === true,
    codeActionLiterals: action?.codeActionLiteralSupport !== undefined,
    codeActionResolve:
      action?.dataSupport === true && action.resolveSupport?.properties.includes('edit') === true,
    isPreferred: action?.isPreferredSupport === true,
    documentChanges: workspace?.workspaceEdit?.documentChanges === true,
    markdownHover: textDocument?.hover?.contentFormat?.includes('markdown') === true,
    showRule: Array.isArray(commands) && commands.includes(SHOW_RULE_COMMAND),
  };
}
