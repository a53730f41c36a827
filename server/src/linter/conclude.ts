import type { Fault, Finding, Severity, Tier } from '../../../shared/finding';
import { TIERS } from '../../../shared/finding';
import type { LinterConfig } from './config';
import { describe, type OpenReport, type ProvedReport } from './inspect';
import type { Answer, Question, Rule } from './rule';
import type { Directive } from './suppressions';

/** Code of the finding that reports a directive which suppresses nothing. */
export const UNUSED_SUPPRESSION = 'unused-suppression';

/** RULES: severity by tier, unless a rule or the user says otherwise. */
const SEVERITY: Readonly<Record<Exclude<Tier, 'run-once'>, Severity>> = {
  measured: 'warning',
  hot: 'warning',
  async: 'information',
  cold: 'hint',
};

export interface Conclusions {
  decided: { report: ProvedReport; answer: Answer }[];
  faults: Fault[];
}

/** Decides the candidates of one file with what other files are known to say. */
export function conclude(
  open: readonly OpenReport[],
  rules: readonly Rule[],
  answerTo: (question: Question) => Answer | null,
): Conclusions {
  const result: Conclusions = { decided: [], faults: [] };
  for (const candidate of open) {
    const rule = rules.find((it) => it.meta.id === candidate.rule);
    const answer = answerTo(candidate.question);
    if (!answer || !rule?.conclude) continue;
    try {
      const conclusion = rule.conclude(candidate.subject, answer);
      if (!conclusion || conclusion.tier === 'run-once') continue;
      const { start, end, from, to, fix } = candidate;
      const evidence = conclusion.evidence.filter((it) => 'file' in it);
      result.decided.push({
        answer,
        report: {
          rule: candidate.rule,
          ...{ start, end, from, to, fix },
          message: conclusion.message,
          tier: conclusion.tier,
          evidence: [...candidate.evidence, ...evidence],
        },
      });
    } catch (error) {
      result.faults.push({ rule: candidate.rule, message: describe(error) });
    }
  }
  return result;
}

/** Applies severities, the least tier and suppressions, and sorts. */
export function finish(
  file: string,
  state: { proved: readonly ProvedReport[]; directives: readonly Directive[] } & {
    open: readonly OpenReport[];
  },
  conclusions: Conclusions,
  config: LinterConfig,
  rules: readonly Rule[],
): Finding[] {
  const reports = [...state.proved, ...conclusions.decided.map((it) => it.report)];
  const used = new Set<Directive>();
  const kept = reports.filter((report) => {
    const covering = state.directives.filter((it) => covers(it, report));
    for (const directive of covering) used.add(directive);
    return covering.length === 0;
  });
  const least = TIERS.indexOf(config.minTier);
  const findings = kept
    .filter((it) => it.tier !== 'run-once' && TIERS.indexOf(it.tier) >= least)
    .map((it) => ({ ...it, file, severity: severityOf(it, config, rules) }));
  // A finding that waits for an answer may yet need its directive.
  const waits = (directive: Directive) => state.open.some((it) => covers(directive, it));
  const unused = state.directives
    .filter((it) => !used.has(it) && !waits(it) && canBeJudged(it, config, rules))
    .map((it) => unusedDirective(file, it, rules));
  return [...findings, ...unused].sort((a, b) => a.start - b.start || a.end - b.end);
}

/** A directive for rules that are off may be needed once they are on. */
function canBeJudged(directive: Directive, config: LinterConfig, rules: readonly Rule[]): boolean {
  const named = directive.rules.length > 0 ? directive.rules : rules.map((it) => it.meta.id);
  return named.every((rule) => config.rules[rule] !== 'off');
}

function covers(directive: Directive, report: { rule: string; from: { line: number } }): boolean {
  const { line } = report.from;
  if (line < directive.fromLine || line > directive.toLine) return false;
  return directive.rules.length === 0 || directive.rules.includes(report.rule);
}

function severityOf(report: ProvedReport, config: LinterConfig, rules: readonly Rule[]): Severity {
  const chosen = config.rules[report.rule];
  if (chosen && chosen !== 'off') return chosen;
  const tier = report.tier === 'run-once' ? 'cold' : report.tier;
  const rule = rules.find((it) => it.meta.id === report.rule);
  return rule?.meta.severity?.[tier] ?? SEVERITY[tier];
}

function unusedDirective(file: string, it: Directive, rules: readonly Rule[]): Finding {
  const known = new Set(rules.map((rule) => rule.meta.id));
  const unknown = it.rules.filter((rule) => !known.has(rule));
  const message =
    unknown.length > 0
      ? `This comment names ${unknown.map((rule) => `\`${rule}\``).join(', ')}, which is no rule. Correct or remove it.`
      : 'This comment suppresses nothing. Remove it, so that it cannot hide a later finding.';
  const position = { line: it.line, character: it.character };
  return {
    rule: UNUSED_SUPPRESSION,
    file,
    start: it.start,
    end: it.end,
    from: position,
    to: { line: it.line, character: it.character + it.end - it.start },
    severity: 'information',
    tier: 'async',
    message,
    evidence: [],
    fix: null,
  };
}
