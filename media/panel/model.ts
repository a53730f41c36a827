import {
  compareStats,
  type OperationRow,
  type PanelState,
  type RunFile,
  SORT_COLUMNS,
  type Sort,
  type SortColumn,
  type TimingsQuery,
  type TimingsView,
} from '../../shared/timings';

/** Rows asked for at most; more are no help to a reader. */
export const ROW_LIMIT = 500;

/** One chart bucket for so many CSS pixels. */
const PIXELS_PER_BUCKET = 4;

/** Everything the page shows. Changed by the functions below only, and knows no document. */
export interface PanelModel {
  runs: RunFile[] | null;
  file: string | null;
  session: number | null;
  view: TimingsView | null;
  error: string | null;
  run: number | null;
  filter: string;
  sort: Sort;
  chartOp: number | null;
  frozen: boolean;
  /** The log has news that a frozen page does not show. */
  waiting: boolean;
}

export function newModel(state: PanelState | undefined): PanelModel {
  return {
    runs: null,
    file: state?.file ?? null,
    session: null,
    view: null,
    error: null,
    run: null,
    filter: state?.filter ?? '',
    sort: validSort(state?.sort),
    chartOp: null,
    frozen: false,
    waiting: false,
  };
}

/** What to keep when the page goes away. A restored page follows again: it starts with fresh data. */
export function savedState({ file, filter, sort }: PanelModel): PanelState {
  return { file, filter, sort };
}

export function newQuery(model: PanelModel, session: number, chartWidth: number): TimingsQuery {
  return {
    session,
    run: model.run,
    filter: model.filter,
    sort: model.sort,
    limit: ROW_LIMIT,
    chartOp: model.chartOp,
    buckets: Math.max(20, Math.floor(chartWidth / PIXELS_PER_BUCKET)),
  };
}

/** Takes a server's view; a frozen page takes only the chart of a newly chosen operation. */
export function takeView(model: PanelModel, view: TimingsView): void {
  model.error = null;
  if (model.frozen && model.view !== null && model.view.session === view.session) {
    model.view = { ...model.view, chart: view.chart, selected: view.selected };
    return;
  }
  model.view = view;
  model.waiting = false;
  if (model.run !== null && model.run >= view.runs.length) model.run = null;
  if (model.chartOp !== null && view.selected === null) model.chartOp = null;
}

/** Forgets the log at hand and turns to another. */
export function chooseFile(model: PanelModel, file: string): void {
  Object.assign(model, {
    file,
    session: null,
    view: null,
    error: null,
    run: null,
    chartOp: null,
    frozen: false,
    waiting: false,
  });
}

/** Sorts by a column; a second time turns the order round. Names start ascending, figures not. */
export function chooseSort(model: PanelModel, column: SortColumn): void {
  const again = model.sort.column === column;
  model.sort = { column, descending: again ? !model.sort.descending : column !== 'op' };
}

/** The rows to show, in order. */
export function visibleRows(model: PanelModel): OperationRow[] {
  const rows = model.view?.operations ?? [];
  if (!model.frozen) return rows;
  const filter = model.filter.toLowerCase();
  return rows
    .filter((row) => row.op.toLowerCase().includes(filter))
    .sort((a, b) => compareStats(a, b, model.sort));
}

/** The log to open first: the one shown before, else the newest. */
export function fileToOpen(model: PanelModel): string | null {
  return model.file ?? model.runs?.[0]?.file ?? null;
}

function validSort(sort: Sort | undefined): Sort {
  return sort !== undefined && SORT_COLUMNS.includes(sort.column)
    ? { column: sort.column, descending: sort.descending === true }
    : { column: 'totalMs', descending: true };
}
