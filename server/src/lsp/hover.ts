import { type Hover, type HoverParams, MarkupKind } from 'vscode-languageserver/node';
import type { Evidence, Finding, Position } from '../../../shared/finding';
import { messages } from './messages';
import type { Session } from './session';

/** Answers `textDocument/hover` on a finding: why it costs, how often it runs, and what shows it. */
export async function hover(
  session: Session,
  { textDocument, position }: HoverParams,
): Promise<Hover | null> {
  const { client, documents, validator } = session;
  const file = documents.pathOf(textDocument.uri);
  if (file === undefined || documents.get(file) === undefined) return null;
  await validator.validate(file, 'pull');
  // Positions of an older text would point beside what the user sees.
  if (!validator.diagnostics(file).current) return null;
  const findings = validator.findings(file).filter((finding) => contains(finding, position));
  const [first] = findings;
  if (first === undefined) return null;
  const write = client.markdownHover ? markdown : plainText;
  return {
    contents: {
      kind: client.markdownHover ? MarkupKind.Markdown : MarkupKind.PlainText,
      value: findings.map((finding) => write(session, finding)).join('\n\n---\n\n'),
    },
    range: { start: first.from, end: first.to },
  };
}

function markdown({ engine, documents }: Session, finding: Finding): string {
  const meta = engine.rules.find((rule) => rule.meta.id === finding.rule)?.meta;
  const parts = [`**${escapeMarkdown(meta?.summary ?? finding.rule)}** (\`${finding.rule}\`)`];
  if (meta !== undefined) parts.push(meta.why);
  parts.push(messages.tier(finding.tier));
  if (finding.evidence.length > 0) {
    const lines = finding.evidence.map((evidence) => {
      const { line, character } = evidence.from;
      const target = `${documents.uriOf(evidence.file)}#L${line + 1},${character + 1}`;
      return `- [${escapeMarkdown(placeOf(evidence))}](<${target}>): ${escapeMarkdown(evidence.message)}`;
    });
    parts.push([`${messages.evidenceTitle}:`, '', ...lines].join('\n'));
  }
  if (meta !== undefined) {
    parts.push(`[${messages.documentation}](${engine.ruleDocsUrl(finding.rule)})`);
  }
  return parts.join('\n\n');
}

function plainText({ engine }: Session, finding: Finding): string {
  const meta = engine.rules.find((rule) => rule.meta.id === finding.rule)?.meta;
  const parts = [`${meta?.summary ?? finding.rule} (${finding.rule})`];
  // The rule's text is Markdown of inline code and emphasis; the marks are all there is to drop.
  if (meta !== undefined) parts.push(meta.why.replace(/[`*]/g, ''));
  parts.push(messages.tier(finding.tier));
  for (const evidence of finding.evidence) {
    const { line, character } = evidence.from;
    parts.push(`${evidence.file}:${line + 1}:${character + 1}: ${evidence.message}`);
  }
  if (meta !== undefined) {
    parts.push(`${messages.documentation}: ${engine.ruleDocsUrl(finding.rule)}`);
  }
  return parts.join('\n');
}

function placeOf({ file, from }: Evidence): string {
  return `${file.slice(file.lastIndexOf('/') + 1)}:${from.line + 1}`;
}

function escapeMarkdown(text: string): string {
  return text.replace(/[\\`*_{}[\]()#+\-.!<>|~]/g, '\\$&');
}

function contains({ from, to }: Finding, position: Position): boolean {
  return compare(from, position) <= 0 && compare(position, to) <= 0;
}

function compare(a: Position, b: Position): number {
  return a.line - b.line || a.character - b.character;
}
