import { createConnection } from 'vscode-languageserver/node';
import { nodeRuntime } from './lsp/nodeRuntime';
import { startServer } from './lsp/server';

// The transport is named on the command line: --node-ipc, --stdio, --socket=… or --pipe=….
startServer(createConnection(), nodeRuntime);
