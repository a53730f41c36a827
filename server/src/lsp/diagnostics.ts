import { type Diagnostic, DiagnosticSeverity, type Range } from 'vscode-languageserver/node';
import type { Finding, Severity } from '../../../shared/finding';
import type { DiagnosticData } from '../../../shared/protocol';
import type { ConfigProblem } from '../linter/config';
import type { ClientSupport } from './client';
import type { Engine } from './runtime';

export const SOURCE = 'slowpath';

/** Version in the data of a file that is not open. */
export const CLOSED = -1;

const SEVERITY: Readonly<Record<Severity, DiagnosticSeverity>> = {
  error: DiagnosticSeverity.Error,
  warning: DiagnosticSeverity.Warning,
  information: DiagnosticSeverity.Information,
  hint: DiagnosticSeverity.Hint,
};

export interface DiagnosticContext {
  client: ClientSupport;
  engine: Engine;
  /** @returns the URI of a path, as the client writes it */
  uriOf(file: string): string;
}

/** @param version of the document the finding was computed for, or `CLOSED` */
export function toDiagnostic(
  finding: Finding,
  version: number,
  { client, engine, uriOf }: DiagnosticContext,
): Diagnostic {
  const data: DiagnosticData = {
    rule: finding.rule,
    version,
    start: finding.start,
    fix: finding.fix === null ? null : { title: finding.fix.title, safety: finding.fix.safety },
  };
  const diagnostic: Diagnostic = {
    range: toRange(finding),
    severity: SEVERITY[finding.severity],
    code: finding.rule,
    source: SOURCE,
    message: finding.message,
    data,
  };
  if (client.codeDescription && isRule(engine, finding.rule)) {
    diagnostic.codeDescription = { href: engine.ruleDocsUrl(finding.rule) };
  }
  if (client.relatedInformation && finding.evidence.length > 0) {
    diagnostic.relatedInformation = finding.evidence.map((evidence) => ({
      location: { uri: uriOf(evidence.file), range: toRange(evidence) },
      message: evidence.message,
    }));
  }
  return diagnostic;
}

export function toConfigDiagnostic(problem: ConfigProblem): Diagnostic {
  return {
    range: toRange(problem),
    severity: SEVERITY[problem.severity],
    source: SOURCE,
    message: problem.message,
  };
}

/** @returns what a diagnostic of this server carries, or `null` for one of somebody else */
export function readData(diagnostic: Diagnostic): DiagnosticData | null {
  const data = diagnostic.data as Partial<DiagnosticData> | null | undefined;
  if (diagnostic.source !== SOURCE || typeof data !== 'object' || data === null) return null;
  const { rule, version, start, fix } = data;
  if (typeof rule !== 'string' || typeof version !== 'number' || typeof start !== 'number') {
    return null;
  }
  return { rule, version, start, fix: fix ?? null };
}

/** Whether an id is a rule's, and not that of a check of the linter itself. */
export function isRule(engine: Engine, id: string): boolean {
  return engine.rules.some((rule) => rule.meta.id === id);
}

function toRange({ from, to }: Pick<Finding, 'from' | 'to'>): Range {
  return { start: from, end: to };
}
