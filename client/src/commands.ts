import * as vscode from 'vscode';
import type { LanguageClient } from 'vscode-languageclient/node';
import { SCAN_REQUEST, SHOW_RULE_COMMAND } from '../../shared/protocol';
import { showRule } from './ruleDocumentation';

/** Code actions of this kind are the safe fixes of a whole file. */
const FIX_ALL_KIND = 'source.fixAll.slowpath';

/** Registers the commands of the category "Slowpath", without those of the timing panel. */
export function registerCommands(
  context: vscode.ExtensionContext,
  client: LanguageClient,
  output: vscode.LogOutputChannel,
): void {
  const register = (id: string, run: (...args: unknown[]) => unknown) =>
    context.subscriptions.push(vscode.commands.registerCommand(id, run));

  register('slowpath.showOutput', () => output.show());
  register('slowpath.restartServer', () => restart(client));
  register('slowpath.scanWorkspace', () => scanWorkspace(client));
  register('slowpath.fixAll', fixAll);
  register(SHOW_RULE_COMMAND, (rule) => showRule(context, rule));
}

async function restart(client: LanguageClient): Promise<void> {
  if (client.isRunning()) await client.restart();
  else await client.start();
}

async function scanWorkspace(client: LanguageClient): Promise<void> {
  if (client.isRunning()) {
    await client.sendRequest(SCAN_REQUEST);
    return;
  }
  const start = vscode.l10n.t('Restart Server');
  const message = vscode.l10n.t('The Slowpath language server is not running.');
  const chosen = await vscode.window.showWarningMessage(message, start);
  if (chosen === start) await restart(client);
}

/** Applies what the editor offers as `source.fixAll.slowpath`, as fixing on save does. */
async function fixAll(): Promise<void> {
  if (!vscode.window.activeTextEditor) {
    void vscode.window.showInformationMessage(
      vscode.l10n.t('Open the file to fix in an editor, then run the command again.'),
    );
    return;
  }
  await vscode.commands.executeCommand('editor.action.codeAction', {
    kind: FIX_ALL_KIND,
    apply: 'first',
  });
}
