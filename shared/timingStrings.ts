import type { RejectReason } from './timings';

/** Why lines were rejected, to follow a count. */
const REJECT_STRINGS: { readonly [R in RejectReason as `reject.${R}`]: string } = {
  'reject.line-too-long': '{0} longer than 1 MB',
  'reject.not-text': '{0} not text',
  'reject.malformed-json': '{0} not valid JSON',
  'reject.not-a-record': '{0} not a timing record',
  'reject.unsupported-version': '{0} of a record version other than 1',
  'reject.no-operation': '{0} without operation name',
  'reject.duration-missing': '{0} without duration',
  'reject.duration-negative': '{0} with a negative duration',
  'reject.duration-not-finite': '{0} with a duration that is not a finite number',
  'reject.duration-absurd': '{0} with a duration over 30 days',
  'reject.incomplete-line': '{0} cut off at the end of the file',
};

/**
 * The panel's text in English. The extension translates it with `vscode.l10n.t`, text by text, and
 * sends it to the page. `{0}`, `{1}` stand for values.
 */
export const PANEL_STRINGS = {
  title: 'Slowpath Timings',
  log: 'Timing log',
  run: 'Run',
  allRuns: 'All runs ({0})',
  openFile: 'Open Log…',
  filter: 'Filter operations by name',
  follow: 'Follow live',
  waiting: 'New records are waiting.',
  loadingRuns: 'Looking for timing logs…',
  loading: 'Reading the log: {0}%',
  missing:
    'The log file is gone. The figures are what was read; it is picked up when it comes back.',
  failed: 'The log cannot be read',
  noRuns: 'No timing logs yet',
  noRunsHelp:
    'Run your program with the profiling helper. It writes one log a run to .slowpath/timings in the workspace folder; this page shows it as soon as it exists. Logs of the Python helper open with “Open Log…”.',
  noRecords: 'No timing records in this log yet',
  noRecordsHelp:
    'Records appear here as the program writes them. Known are the profiling helper’s records and the Python helper’s log lines.',
  noMatch: 'No operation matches “{0}”.',
  requestFailed: 'The panel could not get its data: {0}',
  retry: 'Try Again',
  operations: 'Operations',
  op: 'Operation',
  count: 'Count',
  total: 'Total',
  p50: 'p50',
  p95: 'p95',
  p99: 'p99',
  max: 'Max',
  slow: 'Slow',
  cacheHit: 'Cache hits',
  source: 'Source',
  goToSource: 'Go to source of {0}',
  goToSourceShort: 'Source',
  showChart: 'Show {0} in the chart',
  sortBy: 'Sort by {0}',
  censoredMark: 'slow calls only',
  summaryMark: 'summary',
  errorsMark: 'errors: {0}',
  censoredNote:
    'This log holds only the slow calls of the operations marked “slow calls only”. Percentiles of all calls and the share of slow ones cannot be known from it. Log at level DEBUG to include fast calls.',
  summaryNote:
    'Operations marked “summary” are read from summary lines; percentiles that those do not state are unknown.',
  rejectedNote: 'Rejected lines: {0} ({1}).',
  unrelatedNote: 'Lines about other things: {0}.',
  foldedNote:
    'The log has too many distinct names. {0} records are counted together as “(other operations)”.',
  droppedNote: 'Incomplete: the profiling helper gave up {0} records to bound its memory.',
  pendingNote: 'The last line is not complete yet.',
  rotatedNote: 'The log file was replaced or emptied while open: {0}.',
  moreRows: 'Showing {0} of {1} operations. Filter by name to see the others.',
  records: 'Records: {0} · Operations: {1}',
  chartAll: 'Latency of all operations',
  chartOf: 'Latency of {0}',
  showAll: 'Show All Operations',
  chartCensored: 'Slow calls only.',
  chartUntimed: 'Records without a time, left out: {0}.',
  chartSummary: '{0} to {1}. Records: {2}. Median: {3} to {4}. Highest: {5}.',
  chartSummaryThreshold: 'Threshold: {0}.',
  chartTable: 'Chart as table',
  time: 'Time',
  record: 'Record',
  min: 'Min',
  median: 'Median',
  threshold: 'Threshold',
  ...REJECT_STRINGS,
} as const;

export type StringKey = keyof typeof PANEL_STRINGS;
