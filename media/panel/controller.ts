import type { HostMessage } from '../../shared/timings';
import { Host } from './host';
import {
  chooseFile,
  chooseSort,
  fileToOpen,
  newModel,
  newQuery,
  type PanelModel,
  savedState,
  takeView,
} from './model';
import { Text } from './text';
import { View } from './view';

/** Look for new logs this often while none is open, in ms. */
const LIST_INTERVAL_MS = 2000;

/** Joins model, view and extension: acts on what the reader does and on what the server tells. */
export class Controller {
  private readonly text = new Text();
  private readonly host = new Host((message) => this.told(message));
  private readonly model: PanelModel;
  private readonly view: View;
  private querying = false;
  private queryAgain = false;
  private drawing = false;

  constructor(root: HTMLElement) {
    this.model = newModel(this.host.state);
    this.view = new View(root, this.text, {
      chooseFile: (file) => void this.openFile(file),
      pickFile: () => this.host.send({ type: 'pickFile' }),
      chooseRun: (run) => this.change({ run, frozen: false }),
      filter: (filter) => this.change({ filter }),
      follow: (on) => this.change({ frozen: !on }),
      sort: (column) => {
        chooseSort(this.model, column);
        this.change({});
      },
      chart: (op) => this.change({ chartOp: this.model.chartOp === op ? null : op }),
      chartAll: () => this.change({ chartOp: null }),
      retry: () => void this.begin(),
      reveal: (row) => {
        const { file } = this.model;
        if (file !== null) this.host.send({ type: 'reveal', file, op: row.op, src: row.src });
      },
    });
  }

  start(): void {
    this.draw();
    this.host.send({ type: 'ready' });
    void this.begin();
    setInterval(() => {
      if (this.model.file === null && !document.hidden) void this.begin();
    }, LIST_INTERVAL_MS);
  }

  private told(message: Exclude<HostMessage, { type: 'response' }>): void {
    switch (message.type) {
      case 'strings':
        this.text.use(message.strings, message.locale);
        break;
      case 'show':
        void this.openFile(message.file);
        return;
      case 'changed':
        if (message.session !== this.model.session) return;
        if (this.model.frozen) this.model.waiting = true;
        else this.query();
    }
    this.draw();
  }

  /** Lists the logs and opens one where none is open. */
  private async begin(): Promise<void> {
    await this.attempt(async () => {
      this.model.runs = (await this.host.request({ type: 'list' })).runs;
      this.model.error = null;
      const file = fileToOpen(this.model);
      if (this.model.session === null && file !== null) await this.openFile(file);
    });
    this.draw();
  }

  private async openFile(file: string): Promise<void> {
    const before = this.model.session;
    if (file !== this.model.file) chooseFile(this.model, file);
    this.draw();
    this.host.save(savedState(this.model));
    await this.attempt(async () => {
      const { session } = await this.host.request({ type: 'open', file });
      if (this.model.file !== file) return;
      this.model.session = session;
      if (before !== null && before !== session) {
        await this.host.request({ type: 'close', session: before });
      }
      await this.host.request({ type: 'subscribe', session });
      this.query();
      this.model.runs = (await this.host.request({ type: 'list' })).runs;
    });
    this.draw();
  }

  private change(part: Partial<PanelModel>): void {
    const wasFrozen = this.model.frozen;
    const oldOp = this.model.chartOp;
    Object.assign(this.model, part);
    this.host.save(savedState(this.model));
    if (!this.model.frozen || oldOp !== this.model.chartOp) this.query();
    else if (!wasFrozen) this.model.waiting = false;
    this.draw();
  }

  /** Asks for the figures; while an answer is on its way, once more after it. */
  private query(): void {
    if (this.querying) {
      this.queryAgain = true;
      return;
    }
    this.querying = true;
    void this.attempt(() => this.ask()).finally(() => {
      this.querying = false;
      this.draw();
      if (!this.queryAgain) return;
      this.queryAgain = false;
      this.query();
    });
  }

  private async ask(): Promise<void> {
    const { session, file } = this.model;
    if (session === null) return;
    const query = newQuery(this.model, session, this.view.chart.width);
    const view = await this.host.request({ type: 'query', ...query });
    if (this.model.session !== session) return;
    if (view !== null) {
      takeView(this.model, view);
    } else if (file !== null) {
      // The server was restarted and knows the log no more.
      this.model.session = null;
      await this.openFile(file);
    }
  }

  private async attempt(work: () => Promise<void>): Promise<void> {
    try {
      await work();
    } catch (error) {
      this.model.error = error instanceof Error ? error.message : String(error);
    }
  }

  /** Draws at most once a frame. A hidden page draws when it is shown. */
  private draw(): void {
    if (this.drawing) return;
    this.drawing = true;
    requestAnimationFrame(() => {
      this.drawing = false;
      this.view.render(this.model);
    });
  }
}
