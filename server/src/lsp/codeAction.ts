import {
  type CodeAction,
  CodeActionKind,
  type CodeActionParams,
  type Diagnostic,
} from 'vscode-languageserver/node';
import type { TextDocument } from 'vscode-languageserver-textdocument';
import { type DiagnosticData, SHOW_RULE_COMMAND } from '../../../shared/protocol';
import { type ActionData, computeEdit } from './codeActionResolve';
import { isRule, readData } from './diagnostics';
import { messages } from './messages';
import type { Session } from './session';

/** Kind of the action that applies every safe fix of a file. */
export const FIX_ALL_KIND = `${CodeActionKind.SourceFixAll}.slowpath`;

interface Shown {
  diagnostic: Diagnostic;
  data: DiagnosticData;
}

/**
 * Answers `textDocument/codeAction` from what the client's diagnostics carry. Edits are computed
 * when an action is chosen, or now if the client cannot wait.
 */
export async function codeAction(
  session: Session,
  { textDocument, context }: CodeActionParams,
): Promise<CodeAction[]> {
  const { client, documents } = session;
  const file = documents.pathOf(textDocument.uri);
  const document = file === undefined ? undefined : documents.get(file);
  if (file === undefined || document === undefined || !client.codeActionLiterals) return [];
  const actions: CodeAction[] = [];
  if (wants(context.only, CodeActionKind.QuickFix)) {
    // A diagnostic of another version names another place; the client gets new ones soon.
    const shown = context.diagnostics.flatMap((diagnostic): Shown[] => {
      const data = readData(diagnostic);
      return data?.version === document.version ? [{ diagnostic, data }] : [];
    });
    actions.push(...quickFixes(session, document, shown));
  }
  if (wants(context.only, FIX_ALL_KIND)) actions.push(...(await fixAll(session, file, document)));
  if (client.codeActionResolve) return actions;
  return actions.flatMap((action) => withEdit(session, action) ?? []);
}

function quickFixes(session: Session, document: TextDocument, shown: readonly Shown[]) {
  return [
    ...shown.flatMap((one) => fixThis(session, document, one)),
    ...firstOf(shown, ({ data }) => (data.fix === null ? null : data.rule)).map((one) =>
      fixRule(document, one, shown),
    ),
    ...firstOf(shown, ({ data, diagnostic }) => `${data.rule} ${diagnostic.range.start.line}`).map(
      (one) => disable(document, one, 'disableLine'),
    ),
    ...firstOf(shown, ({ data }) => data.rule).flatMap((one) => [
      disable(document, one, 'disableFile'),
      ...showRule(session, one),
    ]),
  ];
}

function fixThis({ client }: Session, document: TextDocument, { diagnostic, data }: Shown) {
  if (data.fix === null) return [];
  const action = quickFix(data.fix.title, [diagnostic], {
    ...target(document),
    action: 'fix',
    rule: data.rule,
    start: data.start,
  });
  if (client.isPreferred && data.fix.safety === 'safe') action.isPreferred = true;
  return [action];
}

/** Applies what the one finding's fix would: a suggestion only where a suggestion was looked at. */
function fixRule(document: TextDocument, { data }: Shown, shown: readonly Shown[]): CodeAction {
  const { rule } = data;
  const same = shown.filter((other) => other.data.rule === rule);
  const upTo = same.some((other) => other.data.fix?.safety === 'suggestion')
    ? 'suggestion'
    : 'safe';
  return quickFix(
    messages.fixRule(rule),
    same.map(({ diagnostic }) => diagnostic),
    { ...target(document), action: 'fixRule', rule, upTo },
  );
}

function disable(
  document: TextDocument,
  { diagnostic, data }: Shown,
  action: 'disableLine' | 'disableFile',
): CodeAction {
  return quickFix(messages[action](data.rule), [diagnostic], {
    ...target(document),
    action,
    rule: data.rule,
    start: data.start,
  });
}

function showRule({ client, engine }: Session, { diagnostic, data }: Shown): CodeAction[] {
  if (!client.showRule || !isRule(engine, data.rule)) return [];
  const title = messages.showRule(data.rule);
  return [
    {
      title,
      kind: CodeActionKind.QuickFix,
      diagnostics: [diagnostic],
      command: { title, command: SHOW_RULE_COMMAND, arguments: [data.rule] },
    },
  ];
}

async function fixAll(
  { validator }: Session,
  file: string,
  document: TextDocument,
): Promise<CodeAction[]> {
  await validator.validate(file, 'pull');
  if (!validator.findings(file).some(({ fix }) => fix?.safety === 'safe')) return [];
  const data: ActionData = { ...target(document), action: 'fixAll' };
  return [{ title: messages.fixAllSafe, kind: FIX_ALL_KIND, data }];
}

function quickFix(title: string, diagnostics: Diagnostic[], data: ActionData): CodeAction {
  return { title, kind: CodeActionKind.QuickFix, diagnostics, data };
}

function target({ uri, version }: TextDocument): { uri: string; version: number } {
  return { uri, version };
}

function withEdit(session: Session, { data, ...action }: CodeAction): CodeAction | null {
  if (data === undefined) return action;
  const edit = computeEdit(session, data as ActionData);
  return edit === null ? null : { ...action, edit };
}

/** Whether a client that asks for some kinds of action wants this one; sub-kinds follow a dot. */
function wants(only: readonly string[] | undefined, kind: string): boolean {
  return only === undefined || only.some((asked) => `${kind}.`.startsWith(`${asked}.`));
}

function firstOf(shown: readonly Shown[], keyOf: (one: Shown) => string | null): Shown[] {
  const first = new Map<string, Shown>();
  for (const one of shown) {
    const key = keyOf(one);
    if (key !== null && !first.has(key)) first.set(key, one);
  }
  return [...first.values()];
}
