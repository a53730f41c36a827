import * as vscode from 'vscode';
import { type LanguageClient, State } from 'vscode-languageclient/node';
import { STATUS_NOTIFICATION, type StatusParams } from '../../shared/protocol';
import { CODE_LANGUAGES, CONFIG_PATTERN } from './documents';

/** Shows in the language status (`{}` in the status bar) what the server does and has found. */
export function registerLanguageStatus(
  context: vscode.ExtensionContext,
  client: LanguageClient,
): void {
  const item = vscode.languages.createLanguageStatusItem('slowpath.status', [
    ...CODE_LANGUAGES.map((language) => ({ language })),
    { pattern: CONFIG_PATTERN },
  ]);
  item.name = 'Slowpath';
  item.command = { command: 'slowpath.showOutput', title: vscode.l10n.t('Show Output') };
  showStopped(item);
  context.subscriptions.push(
    item,
    client.onDidChangeState(({ newState }) => {
      if (newState === State.Starting) showStarting(item);
      if (newState === State.Stopped) showStopped(item);
    }),
    client.onNotification(STATUS_NOTIFICATION, (status: StatusParams) => showStatus(item, status)),
  );
}

function showStarting(item: vscode.LanguageStatusItem): void {
  item.text = vscode.l10n.t('Slowpath: starting');
  item.detail = '';
  item.busy = true;
  item.severity = vscode.LanguageStatusSeverity.Information;
}

function showStopped(item: vscode.LanguageStatusItem): void {
  item.text = vscode.l10n.t('Slowpath: not running');
  item.detail = vscode.l10n.t('Run “Slowpath: Restart Server” to start it.');
  item.busy = false;
  item.severity = vscode.LanguageStatusSeverity.Warning;
}

function showStatus(item: vscode.LanguageStatusItem, status: StatusParams): void {
  item.busy = status.state === 'scanning';
  item.severity =
    status.state === 'error'
      ? vscode.LanguageStatusSeverity.Error
      : vscode.LanguageStatusSeverity.Information;
  item.text = statusText(status);
  item.detail = status.message ?? scanDetail(status);
}

function statusText({ state, findings }: StatusParams): string {
  if (state === 'scanning') return vscode.l10n.t('Slowpath: scanning');
  if (state === 'error') return vscode.l10n.t('Slowpath: problem');
  if (findings === 0) return vscode.l10n.t('Slowpath: no findings');
  if (findings === 1) return vscode.l10n.t('Slowpath: 1 finding');
  return vscode.l10n.t('Slowpath: {0} findings', findings);
}

function scanDetail({ files, scanMs }: StatusParams): string {
  if (scanMs === null) return vscode.l10n.t('{0} files', files);
  return vscode.l10n.t('{0} files scanned in {1} ms', files, Math.round(scanMs));
}
