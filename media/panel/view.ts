import type { StringKey } from '../../shared/timingStrings';
import type { Chart } from '../../shared/timings';
import { LatencyChart } from './chart';
import { element, setAttribute, setText } from './dom';
import type { PanelModel } from './model';
import { chartSummary, notesOf, statusOf } from './notes';
import { OperationTable, type TableActions } from './table';
import type { Text } from './text';
import { Toolbar, type ToolbarActions } from './toolbar';

export interface ViewActions extends TableActions, ToolbarActions {
  chartAll(): void;
  retry(): void;
}

/** The whole page, drawn from the model. */
export class View {
  readonly chart: LatencyChart;
  private readonly toolbar: Toolbar;
  private readonly table: OperationTable;
  /** No live region: its figures change several times a second. */
  private readonly status = element('p', { class: 'status' });
  private readonly message = element('h2');
  private readonly guidance = element('p');
  private readonly retry = document.createElement('vscode-button');
  private readonly empty: HTMLElement;
  private readonly heading = element('h2', { class: 'chart-heading' });
  private readonly showAll = document.createElement('vscode-button');
  private readonly summary = element('p', { class: 'chart-summary' });
  private readonly twin = element('details', { class: 'twin' });
  private readonly twinLabel = element('summary');
  private readonly twinBody = element('div', { class: 'scroll' });
  private readonly content: HTMLElement;
  private readonly notes = element('ul', { class: 'notes' });
  private readonly noMatch = element('p', { class: 'no-match' });
  private twinChart: Chart | null = null;

  constructor(
    root: HTMLElement,
    private readonly text: Text,
    actions: ViewActions,
  ) {
    this.toolbar = new Toolbar(text, actions);
    this.table = new OperationTable(text, actions);
    this.chart = new LatencyChart(text);
    this.retry.addEventListener('click', () => actions.retry());
    this.showAll.addEventListener('click', () => actions.chartAll());
    this.showAll.setAttribute('secondary', '');
    this.empty = element(
      'section',
      { class: 'empty', role: 'status' },
      this.message,
      this.guidance,
      this.retry,
    );
    this.twin.append(this.twinLabel, this.twinBody);
    const chartHead = element('div', { class: 'chart-head' }, this.heading, this.showAll);
    const chartPart = element('section', {}, chartHead, this.chart.root, this.summary, this.twin);
    const tablePart = element('div', { class: 'scroll' }, this.table.root);
    this.content = element('div', {}, chartPart, this.notes, tablePart, this.noMatch);
    root.append(this.toolbar.root, this.status, this.empty, this.content);
  }

  render(model: PanelModel): void {
    document.title = this.text.say('title');
    this.toolbar.render(model);
    setText(this.status, statusOf(model, this.text));
    const message = emptyMessage(model, this.text);
    this.empty.hidden = message === null;
    this.content.hidden = message !== null;
    if (message !== null) this.renderEmpty(message);
    else this.renderContent(model);
  }

  private renderEmpty({ title, guidance, retry }: EmptyMessage): void {
    setText(this.message, title);
    setText(this.guidance, guidance);
    setText(this.retry, this.text.say('retry'));
    this.retry.hidden = !retry;
  }

  private renderContent(model: PanelModel): void {
    const { text } = this;
    const selected = model.view?.selected ?? null;
    setText(
      this.heading,
      selected === null ? text.say('chartAll') : text.say('chartOf', selected.label),
    );
    setText(this.showAll, text.say('showAll'));
    this.showAll.hidden = selected === null;
    const chart = model.view?.chart ?? null;
    this.chart.render(chart);
    setText(this.summary, chartSummary(model, text));
    setText(this.twinLabel, text.say('chartTable'));
    this.renderTwin(chart);
    this.table.render(model);
    setText(
      this.noMatch,
      model.view?.matching === 0 && model.filter !== '' ? text.say('noMatch', model.filter) : '',
    );
    this.renderNotes(notesOf(model, text));
  }

  private renderNotes(notes: string[]): void {
    while (this.notes.children.length > notes.length) this.notes.lastElementChild!.remove();
    for (const [index, note] of notes.entries()) {
      setText(this.notes.children[index] ?? this.notes.appendChild(element('li')), note);
    }
    this.notes.hidden = notes.length === 0;
  }

  private renderTwin(chart: Chart | null): void {
    setAttribute(this.twin, 'hidden', chart === null ? '' : null);
    if (chart === null || chart === this.twinChart) return;
    this.twinChart = chart;
    this.twinBody.replaceChildren(this.twinTable(chart));
  }

  private twinTable(chart: Chart): HTMLTableElement {
    const { text } = this;
    const first: StringKey = chart.axis === 'time' ? 'time' : 'record';
    const keys: StringKey[] = [first, 'count', 'min', 'median', 'p95', 'max'];
    const head = element(
      'tr',
      {},
      ...keys.map((key) => element('th', { scope: 'col' }, text.say(key))),
    );
    const rows = chart.x.map((x, index) => {
      const at = chart.axis === 'time' ? text.time(x) : text.count(Math.round(x));
      const figures = [
        text.count(chart.count[index]!),
        ...[chart.min, chart.median, chart.p95, chart.max].map((one) => text.ms(one[index]!)),
      ];
      const cells = figures.map((figure) => element('td', { class: 'figure' }, figure));
      return element('tr', {}, element('th', { scope: 'row' }, at), ...cells);
    });
    return element('table', {}, element('thead', {}, head), element('tbody', {}, ...rows));
  }
}

interface EmptyMessage {
  title: string;
  guidance: string;
  retry: boolean;
}

/** Stands in for the figures while there are none; `null` when there are. */
function emptyMessage(model: PanelModel, text: Text): EmptyMessage | null {
  const { view, error } = model;
  if (error !== null) {
    return { title: text.say('requestFailed', error), guidance: '', retry: true };
  }
  if (model.runs === null) return { title: text.say('loadingRuns'), guidance: '', retry: false };
  if (model.file === null) {
    return { title: text.say('noRuns'), guidance: text.say('noRunsHelp'), retry: true };
  }
  if (view === null) return { title: text.say('loading', 0), guidance: '', retry: false };
  if (view.status.phase === 'failed') {
    return { title: text.say('failed'), guidance: view.status.message ?? '', retry: true };
  }
  if (view.records === 0 && view.operations.length === 0 && model.filter === '') {
    return emptyLog(model, text);
  }
  return null;
}

function emptyLog(model: PanelModel, text: Text): EmptyMessage {
  const phase = model.view!.status.phase;
  if (phase === 'loading') return { title: statusOf(model, text), guidance: '', retry: false };
  const guidance = [text.say('noRecordsHelp'), ...notesOf(model, text)].join(' ');
  return { title: text.say('noRecords'), guidance, retry: phase === 'missing' };
}
