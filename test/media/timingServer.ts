import { PassThrough } from 'node:stream';
import {
  createConnection,
  createMessageConnection,
  type MessageConnection,
  StreamMessageReader,
  StreamMessageWriter,
} from 'vscode-languageserver/node';
import { registerTimings, type TimingsService } from '../../server/src/lsp/timings';

export interface TimingServer {
  /** The client's end of the connection. */
  client: MessageConnection;
  service: TimingsService;
  close(): Promise<void>;
}

/** The real request handlers behind a real JSON-RPC connection, within this process. */
export function startTimingServer(folders: string[]): TimingServer {
  const toServer = new PassThrough();
  const toClient = new PassThrough();
  const connection = createConnection(
    new StreamMessageReader(toServer),
    new StreamMessageWriter(toClient),
  );
  const service = registerTimings(connection, { workspaceFolders: () => folders });
  connection.listen();
  const client = createMessageConnection(
    new StreamMessageReader(toClient),
    new StreamMessageWriter(toServer),
  );
  client.listen();
  return {
    client,
    service,
    async close() {
      await service.dispose();
      client.dispose();
      connection.dispose();
    },
  };
}
