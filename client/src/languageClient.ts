import type * as vscode from 'vscode';
import {
  LanguageClient,
  type LanguageClientOptions,
  type ServerOptions,
  TransportKind,
} from 'vscode-languageclient/node';
import { SHOW_RULE_COMMAND } from '../../shared/protocol';
import { SETTINGS_SECTION } from '../../shared/settings';
import { CODE_LANGUAGES, CONFIG_PATTERN } from './documents';

/**
 * @param output receives the server's log; with `slowpath.trace.server`, the messages too
 * @returns a client that is not started yet
 */
export function createClient(
  context: vscode.ExtensionContext,
  output: vscode.LogOutputChannel,
): LanguageClient {
  const module = context.asAbsolutePath('dist/server.js');
  const server: ServerOptions = {
    run: { module, transport: TransportKind.ipc },
    debug: { module, transport: TransportKind.ipc, options: { execArgv: ['--inspect=6013'] } },
  };
  const options: LanguageClientOptions = {
    documentSelector: [
      ...CODE_LANGUAGES.flatMap((language) => [
        { language, scheme: 'file' },
        { language, scheme: 'untitled' },
      ]),
      { language: 'yaml', scheme: 'file', pattern: CONFIG_PATTERN },
    ],
    outputChannel: output,
    traceOutputChannel: output,
    // Commands the server may put into a code action because this client has them.
    initializationOptions: { commands: [SHOW_RULE_COMMAND] },
  };
  // The id is the settings prefix: the client reads `<id>.trace.server`.
  return new LanguageClient(SETTINGS_SECTION, 'Slowpath', server, options);
}
