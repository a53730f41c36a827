import { describe, expect, it } from 'vitest';
import {
  chooseFile,
  chooseSort,
  fileToOpen,
  newModel,
  newQuery,
  type PanelModel,
  takeView,
  visibleRows,
} from '../../media/panel/model';
import { aggregate, runStats } from '../../server/src/timings/aggregate';
import type { OperationRow, TimingsView } from '../../shared/timings';
import { readLog } from '../timings/readLog';

/** A view as the server gives it, of a real log. */
function viewOf(log: string, session = 1): TimingsView {
  const store = readLog(log);
  const operations: OperationRow[] = aggregate(store, null).map(({ id, stats }) => ({
    id,
    label: stats.op,
    ...stats,
  }));
  return {
    session,
    file: '/w/run.ndjson',
    status: { phase: 'live', bytesRead: 1, totalBytes: 1, rotations: 0, message: null },
    records: store.records,
    rejected: [],
    rejectedLines: 0,
    unrelatedLines: 0,
    pendingLine: false,
    foldedRecords: 0,
    droppedRecords: 0,
    runs: runStats(store),
    matching: operations.length,
    operations,
    selected: null,
    chart: null,
  };
}

function modelOf(log: string): PanelModel {
  const model = newModel(undefined);
  chooseFile(model, '/w/run.ndjson');
  model.session = 1;
  takeView(model, viewOf(log));
  return model;
}

const ops = (model: PanelModel): string[] => visibleRows(model).map(({ op }) => op);

describe('panel model', () => {
  it('sorts figures from the top, names from the start, and turns round', () => {
    const model = newModel(undefined);
    expect(model.sort).toEqual({ column: 'totalMs', descending: true });
    chooseSort(model, 'p95');
    expect(model.sort).toEqual({ column: 'p95', descending: true });
    chooseSort(model, 'p95');
    expect(model.sort).toEqual({ column: 'p95', descending: false });
    chooseSort(model, 'op');
    expect(model.sort).toEqual({ column: 'op', descending: false });
  });

  it('holds its rows while frozen, yet filters and sorts them', () => {
    const model = modelOf('a: 1.0ms\nb: 3.0ms\nab: 2.0ms\n');
    model.frozen = true;
    takeView(model, viewOf('z: 1.0ms\n'));
    expect(ops(model)).toEqual(['b', 'ab', 'a']);
    model.filter = 'A';
    chooseSort(model, 'op');
    expect(ops(model)).toEqual(['a', 'ab']);
    model.frozen = false;
    takeView(model, viewOf('z: 1.0ms\n'));
    expect(ops(model)).toEqual(['z']);
  });

  it('takes the chart of a newly chosen operation also while frozen', () => {
    const model = modelOf('a: 1.0ms\n');
    model.frozen = true;
    const news = viewOf('a: 1.0ms\na: 2.0ms\n');
    takeView(model, { ...news, selected: news.operations[0]! });
    expect(model.view?.selected?.count).toBe(2);
    expect(model.view?.operations[0]?.count).toBe(1);
  });

  it('lets go of a run or operation that a restarted log does not have', () => {
    const model = modelOf('a: 1.0ms\n');
    Object.assign(model, { run: 3, chartOp: 9 });
    takeView(model, viewOf('a: 1.0ms\n'));
    expect([model.run, model.chartOp]).toEqual([null, null]);
  });

  it('opens the log shown before, else the newest', () => {
    const model = newModel(undefined);
    expect(fileToOpen(model)).toBeNull();
    model.runs = [{ file: '/w/new.ndjson', label: 'new.ndjson', bytes: 1, modified: 2 }];
    expect(fileToOpen(model)).toBe('/w/new.ndjson');
    model.file = '/w/old.ndjson';
    expect(fileToOpen(model)).toBe('/w/old.ndjson');
  });

  it('asks for buckets by the width of the chart', () => {
    const model = modelOf('a: 1.0ms\n');
    expect(newQuery(model, 1, 1200).buckets).toBe(300);
    expect(newQuery(model, 1, 10).buckets).toBe(20);
  });

  it('takes no order from a saved state that is not one', () => {
    const state = { file: null, filter: '', sort: { column: 'constructor', descending: true } };
    expect(newModel(state as never).sort).toEqual({ column: 'totalMs', descending: true });
  });
});
