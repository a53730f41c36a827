import * as vscode from 'vscode';
import { type LanguageClient, State } from 'vscode-languageclient/node';
import { registerCommands } from './commands';
import { createClient } from './languageClient';
import { registerLanguageStatus } from './languageStatus';
import { registerTimingPanel } from './timingPanel';

let client: LanguageClient | undefined;

/** Registers what the user reaches the language server by, and starts it without waiting for it. */
export function activate(context: vscode.ExtensionContext): void {
  const output = vscode.window.createOutputChannel('Slowpath', { log: true });
  const { version } = context.extension.packageJSON as { version: string };
  client = createClient(context, output);
  context.subscriptions.push(
    output,
    client,
    client.onDidChangeState(({ newState }) => {
      if (newState === State.Running) output.info(`Slowpath ${version} is running.`);
    }),
  );
  registerLanguageStatus(context, client);
  registerCommands(context, client, output);
  registerTimingPanel(context, () => client);
  void start(client, output);
}

/** Stops the server; VS Code waits for it. */
export async function deactivate(): Promise<void> {
  if (client?.needsStop()) await client.stop();
}

async function start(starting: LanguageClient, output: vscode.LogOutputChannel): Promise<void> {
  try {
    await starting.start();
  } catch (error) {
    output.error(error instanceof Error ? error : String(error));
    const show = vscode.l10n.t('Show Output');
    const message = vscode.l10n.t(
      'The Slowpath language server did not start, so nothing is analysed. The output says why.',
    );
    const chosen = await vscode.window.showErrorMessage(message, show);
    if (chosen === show) output.show();
  }
}
