import type {
  HostMessage,
  PageMessage,
  PanelState,
  TimingsRequest,
  TimingsResults,
} from '../../shared/timings';

/** What VS Code gives a webview's page. */
interface VsCodeApi {
  postMessage(message: PageMessage): void;
  getState(): PanelState | undefined;
  setState(state: PanelState): void;
}

declare function acquireVsCodeApi(): VsCodeApi;

interface Waiting {
  resolve(result: unknown): void;
  reject(error: Error): void;
}

type Told = Exclude<HostMessage, { type: 'response' }>;

/** The page's line to the extension: requests with answers, and what the extension tells. */
export class Host {
  private readonly api = acquireVsCodeApi();
  private readonly open = new Map<number, Waiting>();
  private lastId = 0;

  /** @param told receives what the extension says unasked. */
  constructor(told: (message: Told) => void) {
    window.addEventListener('message', ({ data }: MessageEvent<HostMessage>) => {
      if (data.type === 'response') this.answer(data);
      else told(data);
    });
  }

  /** @throws Error with the extension's message when the request failed. */
  async request<R extends TimingsRequest>(request: R): Promise<TimingsResults[R['type']]> {
    const id = ++this.lastId;
    return new Promise<TimingsResults[R['type']]>((resolve, reject) => {
      this.open.set(id, { resolve: resolve as Waiting['resolve'], reject });
      this.api.postMessage({ type: 'request', id, request });
    });
  }

  send(message: PageMessage): void {
    this.api.postMessage(message);
  }

  get state(): PanelState | undefined {
    return this.api.getState();
  }

  save(state: PanelState): void {
    this.api.setState(state);
  }

  private answer(message: Extract<HostMessage, { type: 'response' }>): void {
    const waiting = this.open.get(message.id);
    this.open.delete(message.id);
    if (message.ok) waiting?.resolve(message.result);
    else waiting?.reject(new Error(message.message));
  }
}
