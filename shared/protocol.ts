/** Custom messages between client and server, beside the language server protocol's own. */

/** Server → client notification: what the language status item shows. */
export const STATUS_NOTIFICATION = 'slowpath/status';

export interface StatusParams {
  state: 'idle' | 'scanning' | 'error';
  /** Files analysed by the last or running scan. */
  files: number;
  /** Findings shown at present, over all files. */
  findings: number;
  /** Duration of the last finished scan, in ms. */
  scanMs: number | null;
  /** Why the state is `error`, in words for the user. */
  message?: string;
}

/** Client → server request without parameters: scan the whole workspace again. */
export const SCAN_REQUEST = 'slowpath/scanWorkspace';

/**
 * Server → client request: show the documentation page of a rule. Parameter: the rule id. Clients
 * that do not know it open `codeDescription.href` instead.
 */
export const SHOW_RULE_COMMAND = 'slowpath.showRule';

/** What travels in `Diagnostic.data`; the server keeps no code-action state. */
export interface DiagnosticData {
  rule: string;
  /** Document version the finding was computed for. */
  version: number;
  /** Start offset of the finding, in UTF-16 units: with the rule it names the finding. */
  start: number;
  fix: { title: string; safety: 'safe' | 'suggestion' } | null;
}
