import { createHash } from 'node:crypto';
import { type Diagnostic, Emitter, type Event } from 'vscode-languageserver/node';
import type { Finding } from '../../../shared/finding';
import { CLOSED, type DiagnosticContext, toConfigDiagnostic, toDiagnostic } from './diagnostics';
import type { Documents } from './documents';
import type { FaultLog } from './faults';
import type { Folder } from './folder';
import type { Folders } from './folders';
import { messages } from './messages';
import type { Runtime } from './runtime';
import { Slices } from './slices';

/** Time an answer waits for findings that depend on other files; these follow when they are known. */
const LINK_BUDGET_MS = 100;

/** Files told of at once; each has all its findings converted and compared. */
const BATCH = 20;

/** Why a document is looked at. `pull`: the client asks for what is known. */
export type Reason = 'change' | 'save' | 'pull';

/** What is shown of one file at present. */
export interface FileDiagnostics {
  items: Diagnostic[];
  /** Equal for equal items. */
  resultId: string;
  /** Version of the open document the items are for; `null` when it is not open. */
  version: number | null;
  /** Whether that version is the open document's present one; `true` when it is not open. */
  current: boolean;
}

export interface ValidatorDeps extends Omit<DiagnosticContext, 'uriOf'> {
  runtime: Runtime;
  documents: Documents;
  folders: Folders;
  faults: FaultLog;
}

/** The one source of diagnostics behind push, document pull and workspace pull. */
export class Validator {
  readonly #deps: ValidatorDeps;
  readonly #context: DiagnosticContext;
  readonly #changed = new Emitter<readonly string[]>();
  /** Files that show anything, with the number of their findings. */
  readonly #shown = new Map<string, number>();
  #total = 0;

  /** Fires with files whose diagnostics may have changed. */
  readonly onDidChange: Event<readonly string[]> = this.#changed.event;

  constructor(deps: ValidatorDeps) {
    this.#deps = deps;
    this.#context = { ...deps, uriOf: (file) => deps.documents.uriOf(file) };
  }

  /** Number of findings shown, over all files. */
  get total(): number {
    return this.#total;
  }

  /** Files that show anything. */
  files(): string[] {
    return [...this.#shown.keys()];
  }

  /**
   * Brings what is known of an open document up to date. Findings that need other files may be
   * missing after `LINK_BUDGET_MS`; `onDidChange` tells when they are there.
   */
  async validate(file: string, reason: Reason): Promise<void> {
    const { documents, folders } = this.#deps;
    if (this.isConfig(file)) return;
    const document = documents.get(file);
    if (document === undefined) return;
    const folder = await folders.of(file);
    const accepted = await folder.accepts(file);
    // Closed, or closed and opened again, while this was waiting.
    if (documents.get(file) !== document || folder.gone.aborted) return;
    if (!accepted) {
      if (folder.remove(file)) this.changed([file]);
      return;
    }
    const known = folder.versionOf(file);
    const wanted =
      known === undefined ||
      known === CLOSED ||
      (known !== document.version && (reason === 'save' || folder.settings.run === 'onType'));
    if (wanted) folder.analyse(file, document.getText(), document.version);
    await within(LINK_BUDGET_MS, folder.link());
    if (wanted) this.changed([file]);
  }

  /** Goes back to the text on disk of a file that is not open, or forgets the file. */
  async readAgain(file: string): Promise<void> {
    const { documents, folders, runtime } = this.#deps;
    const folder = folders.peek(file);
    if (folder === undefined) return;
    const wanted = folder.kind === 'workspace' && folder.settings.scanWorkspace;
    const mark = folder.mark();
    const read = wanted && (await folder.accepts(file)) ? await runtime.read(file) : null;
    const open = documents.get(file) !== undefined;
    if (open || folder.gone.aborted || folder.isNewer(file, mark)) return;
    if (read !== null && 'text' in read) {
      folder.files.add(file);
      folder.analyse(file, read.text, CLOSED);
    } else {
      if (read !== null) this.#deps.faults.once(messages.fileSkipped(file, read.problem));
      folder.remove(file);
    }
    await within(LINK_BUDGET_MS, folder.link());
    this.changed([file]);
  }

  /** Tells everybody that files may show something else now. */
  changed(files: readonly string[]): void {
    for (const file of files) {
      const folder = this.#deps.folders.peek(file);
      if (folder !== undefined) this.#deps.faults.report(folder.project.report(file).faults);
      const count = this.isConfig(file) ? 0 : this.findings(file).length;
      const shows = count > 0 || (this.isConfig(file) && this.#configProblems(file).length > 0);
      this.#total += count - (this.#shown.get(file) ?? 0);
      if (shows) this.#shown.set(file, count);
      else this.#shown.delete(file);
    }
    if (files.length > 0) this.#changed.fire(files);
  }

  /** Does what `changed` does for many files, and lets requests in between. */
  async changedInSlices(files: readonly string[]): Promise<void> {
    const slices = new Slices(this.#deps.runtime);
    for (let at = 0; at < files.length; at += BATCH) {
      this.changed(files.slice(at, at + BATCH));
      await slices.rest();
    }
  }

  /** @returns the findings of a file that the settings let through */
  findings(file: string): Finding[] {
    const folder = this.#deps.folders.peek(file);
    return folder === undefined || !isShown(folder, file)
      ? []
      : folder.project.report(file).findings;
  }

  diagnostics(file: string): FileDiagnostics {
    const { documents, folders } = this.#deps;
    const document = documents.get(file);
    if (this.isConfig(file)) {
      const items = this.#configProblems(file);
      return { items, resultId: hash(items), version: document?.version ?? null, current: true };
    }
    const analysed = folders.peek(file)?.versionOf(file);
    const items = this.findings(file).map((finding) =>
      toDiagnostic(finding, analysed ?? CLOSED, this.#context),
    );
    const version = analysed === undefined || analysed === CLOSED ? null : analysed;
    const current =
      document === undefined || analysed === undefined || analysed === document.version;
    return { items, resultId: hash(items), version, current };
  }

  /** Whether a file is a configuration file by its name. */
  isConfig(file: string): boolean {
    return this.#deps.runtime.configNames.some((name) => file.endsWith(`/${name}`));
  }

  #configProblems(file: string): Diagnostic[] {
    const folder = this.#deps.folders.all().find(({ config }) => config.file === file);
    return (folder?.config.problems ?? []).map(toConfigDiagnostic);
  }
}

function isShown(folder: Folder, file: string): boolean {
  return folder.settings.enable && folder.versionOf(file) !== undefined;
}

function hash(items: readonly Diagnostic[]): string {
  return createHash('sha1').update(JSON.stringify(items)).digest('base64url');
}

/** Waits for a promise, but not longer than the given time. */
async function within(ms: number, promise: Promise<void>): Promise<void> {
  let timer: NodeJS.Timeout | undefined;
  const deadline = new Promise<void>((resolve) => {
    timer = setTimeout(resolve, ms);
  });
  await Promise.race([promise, deadline]);
  clearTimeout(timer);
}
