import {
  type CancellationToken,
  type DocumentDiagnosticParams,
  type DocumentDiagnosticReport,
  LSPErrorCodes,
  ResponseError,
} from 'vscode-languageserver/node';
import { messages } from './messages';
import type { Session } from './session';

/**
 * Answers `textDocument/diagnostic`, also for files that are not open: clients pull once more after
 * closing a document.
 * @param version of the document when the request arrived; `undefined` when it is not open
 * @throws ResponseError `ServerCancelled`, to be retried, when the document was edited meanwhile
 */
export async function documentDiagnostic(
  { documents, folders, refresher, validator }: Session,
  { textDocument, previousResultId }: DocumentDiagnosticParams,
  { token, version }: { token: CancellationToken; version: number | undefined },
): Promise<DocumentDiagnosticReport> {
  const file = documents.pathOf(textDocument.uri);
  if (file === undefined) return { kind: 'full', items: [] };
  if (validator.isConfig(file)) {
    await Promise.all(folders.configuredBy(file).map(({ settled }) => settled));
  } else {
    await validator.validate(file, 'pull');
  }
  if (token.isCancellationRequested || documents.get(file)?.version !== version) {
    throw new ResponseError(LSPErrorCodes.ServerCancelled, messages.edited, {
      retriggerRequest: true,
    });
  }
  const { items, resultId } = validator.diagnostics(file);
  refresher?.answered(file, resultId);
  if (resultId === previousResultId) return { kind: 'unchanged', resultId };
  return { kind: 'full', resultId, items };
}
