import {
  type CodeAction,
  LSPErrorCodes,
  type TextEdit as ProtocolEdit,
  ResponseError,
  type WorkspaceEdit,
} from 'vscode-languageserver/node';
import type { TextDocument } from 'vscode-languageserver-textdocument';
import type { TextEdit } from '../../../shared/finding';
import { diffEdits } from './edits';
import type { Folder } from './folder';
import { messages } from './messages';
import type { Session } from './session';

/** What travels in `CodeAction.data`: all that is needed to compute its edit. */
export type ActionData = { uri: string; version: number } & (
  | { action: 'fix' | 'disableLine' | 'disableFile'; rule: string; start: number }
  | { action: 'fixRule'; rule: string; upTo: 'safe' | 'suggestion' }
  | { action: 'fixAll' }
);

/**
 * Answers `codeAction/resolve`.
 * @throws ResponseError `ContentModified` when the document is not the one the action was offered for
 */
export function codeActionResolve(session: Session, action: CodeAction): CodeAction {
  const data = action.data as ActionData | undefined;
  if (data === undefined) return action;
  const edit = computeEdit(session, data);
  if (edit === null) throw new ResponseError(LSPErrorCodes.ContentModified, messages.fixGone);
  return { ...action, edit };
}

/**
 * @returns the action's edit, or `null` when there is nothing to change
 * @throws ResponseError `ContentModified` when the document has another version or is closed
 */
export function computeEdit(session: Session, data: ActionData): WorkspaceEdit | null {
  const { client, documents, folders } = session;
  const file = documents.pathOf(data.uri);
  const document = file === undefined ? undefined : documents.get(file);
  const folder = file === undefined ? undefined : folders.peek(file);
  if (file === undefined || folder === undefined || document?.version !== data.version) {
    throw new ResponseError(LSPErrorCodes.ContentModified, messages.staleEdit);
  }
  const edits = editsOf(session, folder, file, document.getText(), data);
  if (edits === null || edits.length === 0) return null;
  const converted = edits.map((edit) => toProtocol(document, edit));
  if (!client.documentChanges) return { changes: { [document.uri]: converted } };
  const { uri, version } = document;
  return { documentChanges: [{ textDocument: { uri, version }, edits: converted }] };
}

function editsOf(
  { engine }: Session,
  { project }: Folder,
  file: string,
  text: string,
  data: ActionData,
): TextEdit[] | null {
  switch (data.action) {
    case 'fix':
      return project.fix(file, text, { rule: data.rule, start: data.start });
    case 'fixRule':
      return diffEdits(text, project.fixAll(file, text, { rule: data.rule, upTo: data.upTo }));
    case 'fixAll':
      return diffEdits(text, project.fixAll(file, text, { upTo: 'safe' }));
    case 'disableLine':
      return [engine.disableForLine(file, text, data.start, data.rule)];
    case 'disableFile':
      return [engine.disableForFile(text, data.rule)];
  }
}

function toProtocol(document: TextDocument, { start, end, newText }: TextEdit): ProtocolEdit {
  return {
    range: { start: document.positionAt(start), end: document.positionAt(end) },
    newText,
  };
}
