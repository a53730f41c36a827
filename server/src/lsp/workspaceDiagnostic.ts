import {
  type CancellationToken,
  LSPErrorCodes,
  ResponseError,
  type ResultProgressReporter,
  type WorkspaceDiagnosticParams,
  type WorkspaceDiagnosticReport,
  type WorkspaceDiagnosticReportPartialResult,
  type WorkspaceDocumentDiagnosticReport,
} from 'vscode-languageserver/node';
import { messages } from './messages';
import type { Session } from './session';
import { Slices } from './slices';

type Partial = ResultProgressReporter<WorkspaceDiagnosticReportPartialResult>;

/** Files per partial result: large enough to be worth a message, small enough not to block. */
const CHUNK = 20;

/**
 * Answers `workspace/diagnostic`. A client that takes partial results gets them while the scan
 * runs; when it knows everything already, the answer waits until something changes, because
 * clients ask again as soon as they are answered.
 */
export async function workspaceDiagnostic(
  session: Session,
  params: WorkspaceDiagnosticParams,
  token: CancellationToken,
  partial: Partial | undefined,
): Promise<WorkspaceDiagnosticReport> {
  const pull = new Pull(session, params);
  try {
    if (partial === undefined) {
      await unless(token, session.scanner.idle());
      return { items: pull.all() };
    }
    const firstPull = params.previousResultIds.length === 0;
    let sent = await pull.stream(partial, pull.differing());
    while (session.scanner.busy || (!sent && !firstPull)) {
      await unless(token, Promise.race([pull.nextChange(), whenIdle(session)]));
      sent = (await pull.stream(partial, pull.takeChanged())) || sent;
    }
    await pull.stream(partial, pull.takeChanged());
    return { items: [] };
  } finally {
    pull.dispose();
  }
}

/** One request: what its client knows, and what has changed since. */
class Pull {
  readonly #session: Session;
  /** Result ids the client has, by path. */
  readonly #known = new Map<string, string>();
  readonly #changed = new Set<string>();
  readonly #subscriptions: { dispose(): void }[];
  #wake: () => void = () => undefined;

  constructor(session: Session, { previousResultIds }: WorkspaceDiagnosticParams) {
    this.#session = session;
    for (const { uri, value } of previousResultIds) {
      const file = session.documents.pathOf(uri);
      if (file !== undefined) this.#known.set(file, value);
    }
    this.#subscriptions = [
      session.validator.onDidChange((files) => this.#note(files)),
      // From now on the client shows what it pulled for the open document, not what it got here.
      session.documents.onDidClose((file) => {
        this.#known.delete(file);
        this.#note([file]);
      }),
    ];
  }

  dispose(): void {
    for (const subscription of this.#subscriptions) subscription.dispose();
  }

  /** A report of every file that shows something or that the client knows. */
  all(): WorkspaceDocumentDiagnosticReport[] {
    return this.#files().flatMap((file) => this.#report(file, true) ?? []);
  }

  /** Files of which the client knows something else than there is. */
  differing(): string[] {
    return this.#files();
  }

  takeChanged(): string[] {
    const changed = [...this.#changed];
    this.#changed.clear();
    return changed;
  }

  /** Sends reports of those files of which the client knows something else. @returns if any */
  async stream(partial: Partial, files: readonly string[]): Promise<boolean> {
    const slices = new Slices(this.#session.runtime);
    let any = false;
    for (let at = 0; at < files.length; at += CHUNK) {
      const chunk = files.slice(at, at + CHUNK);
      const items = chunk.flatMap((file) => this.#report(file, false) ?? []);
      if (items.length > 0) partial.report({ items });
      any ||= items.length > 0;
      await slices.rest();
    }
    return any;
  }

  nextChange(): Promise<void> {
    if (this.#changed.size > 0) return Promise.resolve();
    return new Promise((resolve) => {
      this.#wake = resolve;
    });
  }

  #note(files: readonly string[]): void {
    for (const file of files) this.#changed.add(file);
    this.#wake();
  }

  #files(): string[] {
    return [...new Set([...this.#session.validator.files(), ...this.#known.keys()])];
  }

  #report(file: string, unchanged: boolean): WorkspaceDocumentDiagnosticReport | null {
    const { documents, validator } = this.#session;
    const { items, resultId, version, current } = validator.diagnostics(file);
    const known = this.#known.get(file);
    // A document that is being edited is pulled by itself.
    if (!current || (known === undefined && items.length === 0)) return null;
    const uri = documents.uriOf(file);
    if (known === resultId) {
      return unchanged ? { kind: 'unchanged', uri, version, resultId } : null;
    }
    this.#known.set(file, resultId);
    return { kind: 'full', uri, version, resultId, items };
  }
}

/** Never resolves while nothing is scanned: then only a change is of interest. */
function whenIdle({ scanner }: Session): Promise<void> {
  return scanner.busy ? scanner.idle() : new Promise(() => undefined);
}

/** @throws ResponseError when the request is cancelled before the promise resolves */
async function unless(token: CancellationToken, promise: Promise<void>): Promise<void> {
  let listener: { dispose(): void } | undefined;
  const cancelled = new Promise<never>((_, reject) => {
    const cancel = () =>
      reject(
        new ResponseError(LSPErrorCodes.RequestCancelled, messages.cancelled, {
          retriggerRequest: false,
        }),
      );
    if (token.isCancellationRequested) cancel();
    else listener = token.onCancellationRequested(cancel);
  });
  try {
    await Promise.race([promise, cancelled]);
  } finally {
    listener?.dispose();
  }
}
