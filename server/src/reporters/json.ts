import { type Report, relativePath } from './report';

/**
 * The stable machine-readable format: one JSON object, version 1. Lines and columns count from 1,
 * columns in UTF-16 units; `endColumn` is that of the character after the last.
 */
export function json({ cwd, findings, faults, stats }: Report): string {
  const report = {
    version: 1,
    findings: findings.map((finding) => ({
      rule: finding.rule,
      severity: finding.severity,
      tier: finding.tier,
      file: relativePath(cwd, finding.file),
      line: finding.from.line + 1,
      column: finding.from.character + 1,
      endLine: finding.to.line + 1,
      endColumn: finding.to.character + 1,
      message: finding.message,
      evidence: finding.evidence.map(({ file, from, message }) => ({
        file: relativePath(cwd, file),
        line: from.line + 1,
        column: from.character + 1,
        message,
      })),
      fix: finding.fix?.safety ?? null,
    })),
    stats: {
      files: stats.files,
      parsed: stats.parsed,
      bytes: stats.bytes,
      ms: rounded(stats.ms),
      rules: Object.fromEntries(Object.entries(stats.rules).map(([id, ms]) => [id, rounded(ms)])),
    },
    faults: faults.map(({ file, ...rest }) => ({
      ...(file === undefined ? {} : { file: relativePath(cwd, file) }),
      ...rest,
    })),
  };
  return `${JSON.stringify(report, null, 2)}\n`;
}

function rounded(ms: number): number {
  return Math.round(ms * 100) / 100;
}
