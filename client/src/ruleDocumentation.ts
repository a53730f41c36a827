import * as vscode from 'vscode';

/**
 * Opens a rule's page in the Markdown preview.
 * @param rule the rule id; when it is missing (run from the command palette), the user picks one
 */
export async function showRule(context: vscode.ExtensionContext, rule: unknown): Promise<void> {
  const folder = vscode.Uri.joinPath(context.extensionUri, 'docs', 'rules');
  const id = typeof rule === 'string' ? rule : await pickRule(folder);
  // Rule ids are lower-case words with hyphens; anything else could leave the folder.
  if (id === undefined || !/^[a-z0-9-]+$/.test(id)) return;
  const page = vscode.Uri.joinPath(folder, `${id}.md`);
  try {
    await vscode.workspace.fs.stat(page);
  } catch {
    const message = vscode.l10n.t('There is no documentation page for the rule “{0}”.', id);
    void vscode.window.showWarningMessage(message);
    return;
  }
  await vscode.commands.executeCommand('markdown.showPreview', page);
}

async function pickRule(folder: vscode.Uri): Promise<string | undefined> {
  const files = await vscode.workspace.fs.readDirectory(folder);
  const ids = files.map(([name]) => name).filter((name) => /^[a-z0-9-]+\.md$/.test(name));
  return vscode.window.showQuickPick(
    ids.map((name) => name.slice(0, -'.md'.length)),
    { placeHolder: vscode.l10n.t('Rule to read about') },
  );
}
