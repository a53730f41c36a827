import { randomBytes } from 'node:crypto';
import * as vscode from 'vscode';
import { type LanguageClient, State } from 'vscode-languageclient/node';
import { timingPage } from '../../shared/timingPage';
import { PANEL_STRINGS } from '../../shared/timingStrings';
import {
  type HostMessage,
  type PageMessage,
  TIMINGS_CHANGED,
  type TimingsChanged,
  type TimingsRequest,
  type TimingsResults,
  timingsMethod,
} from '../../shared/timings';
import { revealOperation } from './operationSource';

const VIEW_TYPE = 'slowpath.timings';

type GetClient = () => LanguageClient | undefined;

/**
 * Registers the timing panel: the commands `slowpath.openTimings` and `slowpath.openTimingsFile`
 * (which takes a file or asks for one), and the restoring of a panel after a reload.
 *
 * @param getClient the language client, which does the reading; it may still be starting.
 */
export function registerTimingPanel(context: vscode.ExtensionContext, getClient: GetClient): void {
  let current: TimingPanel | undefined;
  const adopt = (panel: vscode.WebviewPanel): TimingPanel => {
    const made = new TimingPanel(panel, context.extensionUri, getClient);
    panel.onDidDispose(() => {
      if (current === made) current = undefined;
    });
    current = made;
    return made;
  };
  const show = (): TimingPanel => {
    if (current === undefined) return adopt(createPanel(context.extensionUri));
    current.reveal();
    return current;
  };
  context.subscriptions.push(
    vscode.commands.registerCommand('slowpath.openTimings', () => void show()),
    vscode.commands.registerCommand('slowpath.openTimingsFile', async (uri?: vscode.Uri) => {
      const file = uri ?? (await pickFile());
      if (file !== undefined) show().openFile(file.fsPath);
    }),
    vscode.window.registerWebviewPanelSerializer(VIEW_TYPE, {
      async deserializeWebviewPanel(panel) {
        // The page finds its own state; only a panel of an earlier session needs to be replaced.
        current?.dispose();
        adopt(panel);
      },
    }),
    { dispose: () => current?.dispose() },
  );
}

/** One webview with the timing page, and its line to the language server. */
export class TimingPanel {
  private readonly subscriptions: vscode.Disposable[] = [];
  private readonly wired = new WeakSet<LanguageClient>();
  private session: number | null = null;
  private ready = false;
  private fileToShow: string | null = null;

  constructor(
    private readonly panel: vscode.WebviewPanel,
    extensionUri: vscode.Uri,
    private readonly getClient: GetClient,
  ) {
    const { webview } = panel;
    webview.options = webviewOptions(extensionUri);
    const inDist = (name: string): string =>
      webview.asWebviewUri(vscode.Uri.joinPath(extensionUri, 'dist', name)).toString();
    this.subscriptions.push(
      webview.onDidReceiveMessage((message: PageMessage) => this.receive(message)),
      panel.onDidDispose(() => this.release()),
    );
    webview.html = timingPage({
      scriptUri: inDist('panel.js'),
      styleUri: inDist('panel.css'),
      cspSource: webview.cspSource,
      nonce: randomBytes(16).toString('base64'),
      language: vscode.env.language,
      title: panel.title,
    });
  }

  /** Brings the panel to the front where it is. */
  reveal(): void {
    this.panel.reveal();
  }

  /** Shows a log by its absolute path. */
  openFile(file: string): void {
    if (this.ready) this.post({ type: 'show', file });
    else this.fileToShow = file;
  }

  dispose(): void {
    this.panel.dispose();
  }

  private release(): void {
    for (const subscription of this.subscriptions) subscription.dispose();
    const client = this.getClient();
    if (this.session === null || client?.state !== State.Running) return;
    client.sendRequest(timingsMethod('close'), { session: this.session }).catch(() => {
      // The server is going away, and the session with it.
    });
  }

  private post(message: HostMessage): void {
    void this.panel.webview.postMessage(message);
  }

  private async receive(message: PageMessage): Promise<void> {
    switch (message.type) {
      case 'ready':
        this.welcome();
        break;
      case 'request':
        await this.forward(message.id, message.request);
        break;
      case 'pickFile': {
        const file = await pickFile();
        if (file !== undefined) this.openFile(file.fsPath);
        break;
      }
      case 'reveal':
        await revealOperation(message);
    }
  }

  /** A page starts anew whenever the panel was hidden. */
  private welcome(): void {
    this.ready = true;
    const strings: Record<string, string> = {};
    for (const [key, text] of Object.entries(PANEL_STRINGS)) strings[key] = vscode.l10n.t(text);
    this.post({ type: 'strings', strings, locale: vscode.env.language });
    if (this.fileToShow !== null) this.post({ type: 'show', file: this.fileToShow });
    this.fileToShow = null;
  }

  private async forward(id: number, request: TimingsRequest): Promise<void> {
    const client = this.getClient();
    if (client === undefined) {
      const message = vscode.l10n.t('The Slowpath language server is not running.');
      this.post({ type: 'response', id, ok: false, message });
      return;
    }
    this.wire(client);
    const { type, ...params } = request;
    try {
      const result = await client.sendRequest<TimingsResults[typeof type]>(
        timingsMethod(type),
        params,
      );
      if (type === 'open') this.session = (result as TimingsResults['open']).session;
      this.post({ type: 'response', id, ok: true, result });
    } catch (error) {
      const message = error instanceof Error ? error.message : String(error);
      this.post({ type: 'response', id, ok: false, message });
    }
  }

  private wire(client: LanguageClient): void {
    if (this.wired.has(client)) return;
    this.wired.add(client);
    this.subscriptions.push(
      client.onNotification(TIMINGS_CHANGED, ({ session }: TimingsChanged) =>
        this.post({ type: 'changed', session }),
      ),
      // A restarted server knows no session: the page's next query finds out and opens it again.
      client.onDidChangeState(({ newState }) => {
        if (newState === State.Running && this.session !== null) {
          this.post({ type: 'changed', session: this.session });
        }
      }),
    );
  }
}

function createPanel(extensionUri: vscode.Uri): vscode.WebviewPanel {
  const title = vscode.l10n.t(PANEL_STRINGS.title);
  return vscode.window.createWebviewPanel(VIEW_TYPE, title, vscode.ViewColumn.Active, {
    ...webviewOptions(extensionUri),
    retainContextWhenHidden: false,
    enableFindWidget: true,
  });
}

function webviewOptions(extensionUri: vscode.Uri): vscode.WebviewOptions {
  return {
    enableScripts: true,
    localResourceRoots: ['dist', 'media'].map((name) => vscode.Uri.joinPath(extensionUri, name)),
  };
}

async function pickFile(): Promise<vscode.Uri | undefined> {
  const chosen = await vscode.window.showOpenDialog({
    title: vscode.l10n.t('Open Timing Log'),
    openLabel: vscode.l10n.t('Open'),
    filters: {
      [vscode.l10n.t('Timing logs')]: ['ndjson', 'jsonl', 'json', 'log', 'txt'],
      [vscode.l10n.t('All files')]: ['*'],
    },
  });
  return chosen?.[0];
}
