import { expect, it } from 'vitest';
import type { Diagnostic } from 'vscode-languageserver/node';
import { URI } from 'vscode-uri';
import type { DiagnosticData } from '../../shared/protocol';
import { checkJson } from '../cli/run';
import { buildServer } from '../lsp/build';
import { Client, PUSH } from '../lsp/client';
import { Workspace } from '../lsp/workspaceFolder';
import { ROOT } from '../rules/fixture';
import { fixtureFiles } from './workspace';

/** What both sides say of a finding; positions from 1. */
interface Said {
  rule: unknown;
  severity: string;
  range: number[];
  message: unknown;
  evidence: { place: string; message: string }[];
  fix: string | null;
}

it('command line and language server find the same in every fixture', async () => {
  const files = [...fixtureFiles()].map(([file, text]) => [file.slice(ROOT.length + 1), text]);
  const workspace = new Workspace(Object.fromEntries(files));

  const expected: Record<string, Said[]> = {};
  for (const it of checkJson(workspace.root, ['--min-tier', 'cold']).findings) {
    const { rule, severity, message, fix } = it;
    const range = [it.line, it.column, it.endLine, it.endColumn];
    const evidence = it.evidence.map((e) => ({
      place: `${e.file}:${e.line}:${e.column}`,
      message: e.message,
    }));
    expected[it.file] ??= [];
    expected[it.file]?.push({ rule, severity, range, message, evidence, fix });
  }
  expect(Object.keys(expected).length).toBeGreaterThan(10);

  const options = { capabilities: PUSH, folders: [workspace.root] };
  const client = await new Client(await buildServer(), options).start();
  // What a scan publishes precedes its answer.
  await client.scan();
  const shown: Record<string, Said[]> = {};
  for (const { uri, diagnostics } of client.published.values()) {
    if (diagnostics.length > 0) shown[nameOf(uri, workspace)] = diagnostics.map(said);
  }
  expect(shown).toEqual(expected);

  function said(it: Diagnostic): Said {
    const { code, severity, range, message, relatedInformation = [], data } = it;
    const { start, end } = range;
    return {
      rule: code,
      severity: ['', 'error', 'warning', 'information', 'hint'][severity ?? 0] ?? '',
      range: [start.line + 1, start.character + 1, end.line + 1, end.character + 1],
      message,
      evidence: relatedInformation.map(({ location, message }) => {
        const { line, character } = location.range.start;
        const name = nameOf(location.uri, workspace);
        return { place: `${name}:${line + 1}:${character + 1}`, message };
      }),
      fix: (data as DiagnosticData).fix?.safety ?? null,
    };
  }
});

function nameOf(uri: string, workspace: Workspace): string {
  return URI.parse(uri).path.slice(workspace.root.length + 1);
}
