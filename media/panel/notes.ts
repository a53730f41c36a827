import type { PanelModel } from './model';
import type { Text } from './text';

/** What a reader must know to read the figures right, in words. */
export function notesOf(model: PanelModel, text: Text): string[] {
  const { view } = model;
  if (view === null) return [];
  const notes: string[] = [];
  if (view.status.phase === 'missing') notes.push(text.say('missing'));
  if (view.operations.some(({ censored }) => censored)) notes.push(text.say('censoredNote'));
  if (view.operations.some(({ basis }) => basis === 'summary')) notes.push(text.say('summaryNote'));
  if (view.droppedRecords > 0) {
    notes.push(text.say('droppedNote', text.count(view.droppedRecords)));
  }
  if (view.rejectedLines > 0) {
    const reasons = view.rejected.map(({ reason, count }) =>
      text.say(`reject.${reason}`, text.count(count)),
    );
    notes.push(text.say('rejectedNote', text.count(view.rejectedLines), reasons.join(', ')));
  }
  if (view.unrelatedLines > 0) {
    notes.push(text.say('unrelatedNote', text.count(view.unrelatedLines)));
  }
  if (view.foldedRecords > 0) notes.push(text.say('foldedNote', text.count(view.foldedRecords)));
  if (view.status.rotations > 0) {
    notes.push(text.say('rotatedNote', text.count(view.status.rotations)));
  }
  if (view.pendingLine) notes.push(text.say('pendingNote'));
  if (view.matching > view.operations.length) {
    const [shown, all] = [text.count(view.operations.length), text.count(view.matching)];
    notes.push(text.say('moreRows', shown, all));
  }
  return notes;
}

/** One line on how the log stands. */
export function statusOf(model: PanelModel, text: Text): string {
  const { view } = model;
  if (view === null) return '';
  const { phase, bytesRead, totalBytes } = view.status;
  if (phase === 'loading') {
    const share = totalBytes > 0 ? Math.floor((bytesRead / totalBytes) * 100) : 0;
    return text.say('loading', share);
  }
  return text.say('records', text.count(view.records), text.count(view.matching));
}

/** The chart in words: the text that stands for it where it is not seen. */
export function chartSummary(model: PanelModel, text: Text): string {
  const chart = model.view?.chart ?? null;
  if (chart === null) return '';
  const at = (x: number): string =>
    chart.axis === 'time' ? text.dateTime(x) : text.count(Math.round(x));
  const count = chart.count.reduce((sum, one) => sum + one, 0);
  const lowest = chart.median.reduce((low, one) => Math.min(low, one), Number.POSITIVE_INFINITY);
  const highest = chart.median.reduce((high, one) => Math.max(high, one), 0);
  const top = chart.max.reduce((high, one) => Math.max(high, one), 0);
  const parts = [
    text.say(
      'chartSummary',
      at(chart.x[0]!),
      at(chart.x.at(-1)!),
      text.count(count),
      text.ms(lowest),
      text.ms(highest),
      text.ms(top),
    ),
  ];
  if (chart.thresholdMs !== null) {
    parts.push(text.say('chartSummaryThreshold', text.ms(chart.thresholdMs)));
  }
  if (model.view?.selected?.censored) parts.push(text.say('chartCensored'));
  if (chart.untimed > 0) parts.push(text.say('chartUntimed', text.count(chart.untimed)));
  return parts.join(' ');
}
