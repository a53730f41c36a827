import type { StringKey } from '../../shared/timingStrings';
import {
  cacheHitShare,
  type OperationRow,
  SORT_COLUMNS,
  type SortColumn,
  slowShare,
} from '../../shared/timings';
import { element, setAttribute, setText } from './dom';
import { type PanelModel, visibleRows } from './model';
import type { Text } from './text';

export interface TableActions {
  sort(column: SortColumn): void;
  chart(op: number): void;
  reveal(row: OperationRow): void;
}

const HEADINGS: Record<SortColumn, StringKey> = {
  op: 'op',
  count: 'count',
  totalMs: 'total',
  p50: 'p50',
  p95: 'p95',
  p99: 'p99',
  maxMs: 'max',
  slowPct: 'slow',
  cacheHitPct: 'cacheHit',
};

interface RowParts {
  row: HTMLTableRowElement;
  name: HTMLButtonElement;
  marks: HTMLElement;
  cells: HTMLTableCellElement[];
  source: HTMLButtonElement;
  shown: OperationRow;
}

/** The operations table. Rows keep their elements between updates, so that focus stays put. */
export class OperationTable {
  readonly root: HTMLTableElement;
  private readonly body = element('tbody');
  private readonly headings = new Map<SortColumn, { cell: HTMLElement; button: HTMLElement }>();
  private readonly sourceHeading = element('th', { scope: 'col' });
  private readonly rows = new Map<number, RowParts>();

  constructor(
    private readonly text: Text,
    private readonly actions: TableActions,
  ) {
    const row = element('tr');
    for (const column of SORT_COLUMNS) {
      const button = element('button', { type: 'button', class: 'heading' });
      button.addEventListener('click', () => actions.sort(column));
      const cell = element('th', { scope: 'col', 'data-column': column }, button);
      this.headings.set(column, { cell, button });
      row.append(cell);
    }
    row.append(this.sourceHeading);
    this.root = element('table', { class: 'operations' }, element('thead', {}, row), this.body);
    this.root.addEventListener('keydown', (event) => this.moveFocus(event));
  }

  render(model: PanelModel): void {
    this.renderHeadings(model);
    const rows = visibleRows(model);
    const wanted = new Set(rows.map(({ id }) => id));
    for (const [id, parts] of this.rows) {
      if (wanted.has(id)) continue;
      parts.row.remove();
      this.rows.delete(id);
    }
    let next: Element | null = this.body.firstElementChild;
    for (const shown of rows) {
      const parts = this.rows.get(shown.id) ?? this.newRow(shown);
      this.fill(parts, shown, model.chartOp === shown.id);
      if (parts.row === next) next = next.nextElementSibling;
      else this.place(parts.row, next);
    }
  }

  /** Moving an element takes its focus away; the reader's place must survive a new order. */
  private place(row: HTMLTableRowElement, before: Element | null): void {
    const focused = row.contains(document.activeElement) ? document.activeElement : null;
    this.body.insertBefore(row, before);
    if (focused instanceof HTMLElement) focused.focus({ preventScroll: true });
  }

  private renderHeadings({ sort }: PanelModel): void {
    setAttribute(this.root, 'aria-label', this.text.say('operations'));
    setText(this.sourceHeading, this.text.say('source'));
    for (const [column, { cell, button }] of this.headings) {
      const name = this.text.say(HEADINGS[column]);
      setText(button, name);
      button.title = this.text.say('sortBy', name);
      const order = sort.descending ? 'descending' : 'ascending';
      setAttribute(cell, 'aria-sort', sort.column === column ? order : 'none');
    }
  }

  private newRow(shown: OperationRow): RowParts {
    const name = element('button', { type: 'button', class: 'name' });
    const marks = element('span', { class: 'marks' });
    const source = element('button', { type: 'button', class: 'source' });
    const cells = SORT_COLUMNS.slice(1).map(() => element('td', { class: 'figure' }));
    const heading = element('th', { scope: 'row' }, name, marks);
    const row = element('tr', {}, heading, ...cells, element('td', {}, source));
    const parts: RowParts = { row, name, marks, cells, source, shown };
    name.addEventListener('click', () => this.actions.chart(parts.shown.id));
    source.addEventListener('click', () => this.actions.reveal(parts.shown));
    this.rows.set(shown.id, parts);
    return parts;
  }

  private fill(parts: RowParts, shown: OperationRow, charted: boolean): void {
    parts.shown = shown;
    setText(parts.name, shown.label);
    parts.name.title = this.text.say('showChart', shown.label);
    setAttribute(parts.name, 'aria-pressed', String(charted));
    setText(parts.marks, this.marksOf(shown).join(', '));
    for (const [index, figure] of this.figures(shown).entries())
      setText(parts.cells[index]!, figure);
    setText(parts.source, this.text.say('goToSourceShort'));
    setAttribute(parts.source, 'aria-label', this.text.say('goToSource', shown.label));
    parts.source.title = shown.src ?? this.text.say('goToSource', shown.label);
  }

  private marksOf(row: OperationRow): string[] {
    const marks: string[] = [];
    if (row.censored) marks.push(this.text.say('censoredMark'));
    if (row.basis === 'summary') marks.push(this.text.say('summaryMark'));
    if (row.errors > 0) marks.push(this.text.say('errorsMark', this.text.count(row.errors)));
    return marks;
  }

  private figures(row: OperationRow): string[] {
    const { text } = this;
    return [
      text.count(row.count),
      text.ms(row.totalMs),
      text.ms(row.p50),
      text.ms(row.p95),
      text.ms(row.p99),
      text.ms(row.maxMs),
      text.percent(slowShare(row)),
      text.percent(cacheHitShare(row)),
    ];
  }

  /** Arrow keys go from row to row, Home and End to the ends, beside Tab through every button. */
  private moveFocus(event: KeyboardEvent): void {
    const from = event.target as HTMLElement;
    const kind = from.classList.contains('name') ? '.name' : '.source';
    const row = from.closest('tbody tr');
    if (row === null) return;
    const target: Record<string, Element | null> = {
      ArrowDown: row.nextElementSibling,
      ArrowUp: row.previousElementSibling,
      Home: this.body.firstElementChild,
      End: this.body.lastElementChild,
    };
    const to = target[event.key];
    if (to === undefined) return;
    event.preventDefault();
    to?.querySelector<HTMLElement>(kind)?.focus();
  }
}
