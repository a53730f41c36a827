// Measures a cold scan against parsing the same files, and its memory.
// usage: node bench/scan.mjs [--runs N] [folder…]
//
// Without a folder, the sources of the installed packages are copied to a temporary one: real code
// of some hundred projects, the same for everyone with the same package-lock.json.
//
// Both sides run in a process of their own, by turns. The scan is `slowpath check` from its first
// look at the folder to its report: listing, reading, analysing, linking. The raw parse is
// `ts.createSourceFile` alone, of the same files with the same compiler, trees dropped; reading and
// loading the compiler are not counted. "Cold" means that Slowpath keeps nothing between runs; the
// operating system has read the files before.
import { spawnSync } from 'node:child_process';
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { copyPackageSources } from './corpus.mjs';
import { loadWorkspace } from './workspace.mjs';

const ROOT = path.resolve(path.dirname(fileURLToPath(import.meta.url)), '..');
const CLI = path.join(ROOT, 'dist/cli.js');
const COMPILER = path.join(ROOT, 'dist/compiler.js');

const { values, positionals } = parseArgs({
  options: { runs: { type: 'string', default: '3' } },
  allowPositionals: true,
});
const runs = Number(values.runs);
if (!Number.isInteger(runs) || runs < 3) stop('--runs: expected a whole number, 3 or more.');
for (const file of [CLI, COMPILER]) {
  if (!fs.existsSync(file)) stop(`${path.relative(ROOT, file)} is missing. Run "npm run build".`);
}

const scratch = fs.mkdtempSync(path.join(os.tmpdir(), 'slowpath-bench-'));
try {
  const folders = positionals.length > 0 ? positionals : [path.join(scratch, 'corpus')];
  if (positionals.length === 0) copyPackageSources(path.join(ROOT, 'node_modules'), folders[0]);
  const list = path.join(scratch, 'files.json');
  const corpus = await listFiles(folders);
  fs.writeFileSync(list, JSON.stringify(corpus.files));

  const scans = [];
  const parses = [];
  for (let run = 0; run < runs; run++) {
    scans.push(scan(folders));
    parses.push(rawParse(list));
  }
  report(corpus, scans, parses);
} finally {
  fs.rmSync(scratch, { recursive: true, force: true });
}

/** Lists what the scan will analyse, and reads it once, so that no run is the first to do so. */
async function listFiles(folders) {
  const { discoverFiles, readSourceSync } = await loadWorkspace(ROOT, scratch);
  const files = [];
  let bytes = 0;
  for await (const file of discoverFiles(folders)) {
    const source = readSourceSync(file);
    if (!('text' in source)) continue;
    files.push(file);
    bytes += source.bytes;
  }
  if (files.length === 0) stop(`No TypeScript or JavaScript files in ${folders.join(', ')}.`);
  return { files, bytes };
}

/** @returns figures of one run of the command line, in ms and MB */
function scan(folders) {
  const args = [CLI, 'check', '--format', 'json', '--stats', '--min-tier', 'cold', ...folders];
  const start = performance.now();
  const { status, stdout, stderr } = run(args);
  const wholeMs = performance.now() - start;
  if (status !== 0 && status !== 1) stop(`slowpath check failed (${status}):\n${stderr}`);
  const { stats, findings, faults } = JSON.parse(stdout);
  const peak = /^peak memory +([\d.]+) +MB$/m.exec(stderr);
  if (peak === null) stop(`slowpath check --stats did not state its peak memory:\n${stderr}`);
  const { ms, parsed, files } = stats;
  return {
    ms,
    wholeMs,
    parsed,
    files,
    findings: findings.length,
    faults: faults.length,
    peakMb: Number(peak[1]),
  };
}

/** @returns figures of one process that only parses, in ms and MB */
function rawParse(list) {
  const { status, stdout, stderr } = run([path.join(ROOT, 'bench/rawParse.cjs'), COMPILER, list]);
  if (status !== 0) stop(`The raw parse failed (${status}):\n${stderr}`);
  return JSON.parse(stdout);
}

function run(args) {
  return spawnSync(process.execPath, args, { encoding: 'utf8', maxBuffer: 1 << 30 });
}

function report({ files, bytes }, scans, parses) {
  const { parsed, findings, faults, files: analysed } = scans[0];
  if (analysed !== files.length) {
    stop(`The scan analysed ${analysed} files and the raw parse ${files.length}: not comparable.`);
  }
  const scanMs = scans.map((it) => it.ms);
  const parseMs = parses.map((it) => it.ms);
  const ratio = (pick) => (pick(scanMs) / pick(parseMs)).toFixed(2);
  const each = scanMs.map((it, run) => (it / parseMs[run]).toFixed(2));
  const rows = [
    ['', 'median', 'least', 'all runs'],
    row('cold scan', scanMs, 'ms'),
    row('raw ts.createSourceFile', parseMs, 'ms'),
    ['cold scan ÷ raw parse', ratio(median), ratio(least), each.join(', ')],
    row(
      'peak RSS, scan',
      scans.map((it) => it.peakMb),
      'MB',
    ),
    row(
      'peak RSS, raw parse',
      parses.map((it) => it.peakMb),
      'MB',
    ),
    row(
      'whole command, with start',
      scans.map((it) => it.wholeMs),
      'ms',
    ),
  ];
  const figures = `${files.length} files, ${(bytes / 1e6).toFixed(1)} MB; ${parsed} parsed by the scan (${((parsed / files.length) * 100).toFixed(0)} %); ${findings} findings, ${faults} faults`;
  console.log(
    `${figures}\nNode ${process.version}, ${os.cpus().length} CPUs, ${runs} runs by turns\n`,
  );
  const widths = [0, 1, 2].map((column) => Math.max(...rows.map((cells) => cells[column].length)));
  for (const [name, middle, lowest, runs] of rows) {
    const cells = [name.padEnd(widths[0]), middle.padStart(widths[1]), lowest.padStart(widths[2])];
    console.log([...cells, runs].join('  '));
  }
}

/** On a busy machine the least figure is the one nearest to the truth. */
function row(name, figures, unit) {
  const text = (figure) => `${figure.toFixed(0)} ${unit}`;
  return [name, text(median(figures)), text(least(figures)), figures.map(text).join(', ')];
}

function least(values) {
  return Math.min(...values);
}

function median(values) {
  const sorted = [...values].sort((a, b) => a - b);
  const middle = sorted.length >> 1;
  return sorted.length % 2 === 1 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2;
}

function stop(message) {
  console.error(message);
  process.exit(2);
}
