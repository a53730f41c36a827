import { type Finding, SEVERITIES, type Severity } from '../../../shared/finding';
import { type Report, type ReporterOptions, relativePath } from './report';

const RESET = '\u001b[0m';
const STYLES = {
  bold: '\u001b[1m',
  dim: '\u001b[2m',
  underline: '\u001b[4m',
  error: '\u001b[31m',
  warning: '\u001b[33m',
  information: '\u001b[36m',
  hint: '\u001b[34m',
  good: '\u001b[32m',
} as const;

type Paint = (style: keyof typeof STYLES, text: string) => string;

/** For people: findings grouped by file, their evidence below them, a summary at the end. */
export function stylish(report: Report, { colour, width }: ReporterOptions): string {
  const paint: Paint = colour
    ? (style, text) => `${STYLES[style]}${text}${RESET}`
    : (_, text) => text;
  const blocks = [...byFile(report.findings)].map(([file, findings]) =>
    fileBlock(file, findings, { cwd: report.cwd, paint, width }),
  );
  if (report.faults.length > 0) blocks.push(faultBlock(report, paint));
  blocks.push(summary(report, paint));
  return `${blocks.join('\n\n')}\n`;
}

function byFile(findings: readonly Finding[]): Map<string, Finding[]> {
  const files = new Map<string, Finding[]>();
  for (const finding of findings) {
    const list = files.get(finding.file);
    if (list === undefined) files.set(finding.file, [finding]);
    else list.push(finding);
  }
  return files;
}

interface Layout {
  cwd: string;
  paint: Paint;
  width: number | null;
}

function fileBlock(file: string, findings: Finding[], { cwd, paint, width }: Layout): string {
  const at = (finding: Finding) => `${finding.from.line + 1}:${finding.from.character + 1}`;
  const longest = (of: (finding: Finding) => string) =>
    Math.max(...findings.map((finding) => of(finding).length));
  const places = longest(at);
  const severities = longest((finding) => finding.severity);
  const rules = longest((finding) => finding.rule);
  const indent = ' '.repeat(2 + places + 2);
  const lines = [paint('underline', printable(relativePath(cwd, file)))];
  for (const finding of findings) {
    const place = paint('dim', at(finding).padStart(places));
    const severity = paint(finding.severity, finding.severity.padEnd(severities));
    const rule = paint('dim', finding.rule.padEnd(rules));
    const column = indent.length + severities + 2 + rules + 2;
    const message = wrapped(printable(finding.message), column, width);
    lines.push(`  ${place}  ${severity}  ${rule}  ${message}`);
    for (const evidence of finding.evidence) {
      const line = `${evidence.from.line + 1}:${evidence.from.character + 1}`;
      const path = evidence.file === file ? '' : `${printable(relativePath(cwd, evidence.file))}:`;
      lines.push(paint('dim', `${indent}↳ ${path}${line}  ${printable(evidence.message)}`));
    }
  }
  return lines.join('\n');
}

/** Narrower columns of text are harder to read than lines the terminal breaks by itself. */
const LEAST_COLUMN = 40;

/** @returns the text broken between words so that it keeps to the right of `column` */
function wrapped(text: string, column: number, width: number | null): string {
  const room = (width ?? Number.POSITIVE_INFINITY) - column;
  if (room < LEAST_COLUMN) return text;
  const lines: string[] = [];
  let line = '';
  for (const word of text.split(' ')) {
    if (line !== '' && line.length + 1 + word.length > room) {
      lines.push(line);
      line = word;
    } else {
      line = line === '' ? word : `${line} ${word}`;
    }
  }
  return [...lines, line].join(`\n${' '.repeat(column)}`);
}

function faultBlock({ cwd, faults }: Report, paint: Paint): string {
  const lines = faults.map(({ file, rule, message }) => {
    const place = file === undefined ? '' : `${printable(relativePath(cwd, file))}: `;
    const failed = rule === undefined ? '' : `${rule} failed: `;
    // A failed rule's message goes on with its stack, which the JSON format has.
    return `  ${place}${failed}${printable(message.split('\n', 1)[0] ?? '')}`;
  });
  return [paint('bold', 'Not everything was analysed:'), ...lines].join('\n');
}

function summary({ findings, stats, fixed }: Report, paint: Paint): string {
  const lines: string[] = [];
  if (fixed !== null) {
    const text =
      fixed.fixes === 0
        ? 'Nothing was fixed.'
        : `Fixed ${counted(fixed.fixes, 'problem')} in ${counted(fixed.files, 'file')}.`;
    lines.push(paint('good', text));
  }
  const checked = `${counted(stats.files, 'file')} checked in ${seconds(stats.ms)}`;
  if (findings.length === 0) {
    lines.push(
      stats.files === 0
        ? 'No TypeScript or JavaScript files were found.'
        : paint('good', `No problems found; ${checked}.`),
    );
    return lines.join('\n');
  }
  const files = new Set(findings.map((finding) => finding.file)).size;
  const parts = [...SEVERITIES]
    .reverse()
    .map((severity) => severityCount(findings, severity))
    .filter((part) => part !== null);
  lines.push(
    `${paint('bold', counted(findings.length, 'problem'))} in ${counted(files, 'file')} (${parts.join(', ')}); ${checked}.`,
    ...fixHint(findings),
  );
  return lines.join('\n');
}

const PLURALS: Record<Severity, [string, string]> = {
  error: ['error', 'errors'],
  warning: ['warning', 'warnings'],
  information: ['information', 'information'],
  hint: ['hint', 'hints'],
};

function severityCount(findings: readonly Finding[], severity: Severity): string | null {
  const count = findings.filter((finding) => finding.severity === severity).length;
  return count === 0 ? null : `${count} ${PLURALS[severity][count === 1 ? 0 : 1]}`;
}

function fixHint(findings: readonly Finding[]): string[] {
  const count = (safety: 'safe' | 'suggestion') =>
    findings.filter((finding) => finding.fix?.safety === safety).length;
  const hints: string[] = [];
  if (count('safe') > 0) hints.push(`${count('safe')} can be fixed with --fix.`);
  if (count('suggestion') > 0) {
    hints.push(`${count('suggestion')} can be fixed with --fix-suggestions; review the result.`);
  }
  return hints.length === 0 ? [] : [hints.join(' ')];
}

function counted(count: number, noun: string): string {
  return `${count.toLocaleString('en')} ${noun}${count === 1 ? '' : 's'}`;
}

function seconds(ms: number): string {
  return ms < 1000 ? `${Math.round(ms)} ms` : `${(ms / 1000).toFixed(1)} s`;
}

/** Control characters (C0, C1, directional) of names and source text must not reach a terminal. */
function printable(text: string): string {
  return text.replace(
    /[\u0000-\u001f\u007f-\u009f\u200e\u200f\u202a-\u202e\u2066-\u2069]/g,
    (character) => {
      const named = { '\n': '\\n', '\r': '\\r', '\t': '\\t' }[character];
      return named ?? `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`;
    },
  );
}
