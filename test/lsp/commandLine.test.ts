import { spawnSync } from 'node:child_process';
import { cpSync, readFileSync } from 'node:fs';
import { relative, resolve } from 'node:path';
import { beforeAll, describe, expect, it } from 'vitest';
import {
  type Diagnostic,
  WorkspaceDiagnosticRequest,
  type WorkspaceDocumentDiagnosticReport,
} from 'vscode-languageserver/node';
import { URI } from 'vscode-uri';
import { buildServer, removeServer } from './build';
import { Client } from './client';
import { Workspace } from './workspaceFolder';

const SAMPLE = resolve(import.meta.dirname, '../../samples/agent-service');
const SEVERITIES = ['', 'error', 'warning', 'information', 'hint'];

let cli: string;
beforeAll(async () => {
  cli = await buildServer({ entry: 'server/src/cli.ts' });
  return () => removeServer(cli);
});

/** The sample service, where every rule finds something. */
function sample(): Workspace {
  const workspace = new Workspace();
  cpSync(SAMPLE, workspace.root, {
    recursive: true,
    filter: (path) => !path.includes('node_modules'),
  });
  return workspace;
}

const start = (workspace: Workspace) =>
  new Client(cli, { folders: [workspace.root], args: ['lsp', '--stdio'] }).start();

async function pullWorkspace(client: Client): Promise<WorkspaceDocumentDiagnosticReport[]> {
  const params = { previousResultIds: [] };
  const report = await client.connection.sendRequest(WorkspaceDiagnosticRequest.type, params);
  return report.items;
}

function run(workspace: Workspace, ...args: string[]): string {
  const options = { cwd: workspace.root, encoding: 'utf8' } as const;
  return spawnSync(process.execPath, [cli, ...args], options).stdout;
}

describe('slowpath lsp --stdio', () => {
  it('finds what slowpath check finds', async () => {
    const workspace = sample();
    const { findings } = JSON.parse(run(workspace, 'check', '--format=json', '--min-tier=cold'));
    const expected = (findings as Record<string, unknown>[]).map(
      ({ rule, severity, file, line, column, endLine, endColumn, message, evidence, fix }) => ({
        rule,
        severity,
        file,
        range: [line, column, endLine, endColumn],
        message,
        evidence,
        fix,
      }),
    );
    expect(expected.length).toBeGreaterThan(0);
    const client = await start(workspace);
    const items = await pullWorkspace(client);
    const actual = items.flatMap((report) =>
      report.kind === 'full'
        ? report.items.map((diagnostic) => asFinding(workspace.root, report.uri, diagnostic))
        : [],
    );
    expect(sorted(actual)).toEqual(sorted(expected));
    expect(await client.stop()).toBe(0);
  });

  it('fixes what slowpath check --fix fixes', async () => {
    const workspace = sample();
    const client = await start(workspace);
    const fixed = new Map<string, string>();
    for (const { uri } of await pullWorkspace(client)) {
      const { fsPath } = URI.parse(uri);
      await client.open(uri, readFileSync(fsPath, 'utf8'));
      await client.pullItems(uri);
      const [action] = await client.actions(uri, [], ['source.fixAll.slowpath']);
      if (action === undefined) continue;
      fixed.set(fsPath, client.applied(uri, (await client.resolve(action)).edit));
    }
    expect(fixed.size).toBeGreaterThan(0);
    run(workspace, 'check', '--fix', '--min-tier=cold');
    for (const [path, text] of fixed) expect(readFileSync(path, 'utf8')).toBe(text);
  });
});

/** A diagnostic in the words of the command line's JSON. */
function asFinding(root: string, uri: string, diagnostic: Diagnostic) {
  const { code, severity, range, message, relatedInformation, data } = diagnostic;
  const name = (one: string) => relative(root, URI.parse(one).fsPath);
  return {
    rule: code,
    severity: SEVERITIES[severity ?? 0],
    file: name(uri),
    range: [
      range.start.line + 1,
      range.start.character + 1,
      range.end.line + 1,
      range.end.character + 1,
    ],
    message,
    evidence: (relatedInformation ?? []).map((evidence) => ({
      file: name(evidence.location.uri),
      line: evidence.location.range.start.line + 1,
      column: evidence.location.range.start.character + 1,
      message: evidence.message,
    })),
    fix: data.fix?.safety ?? null,
  };
}

function sorted(findings: unknown[]): unknown[] {
  return findings.map((finding) => JSON.stringify(finding)).sort();
}
