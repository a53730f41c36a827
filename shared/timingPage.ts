export interface PageParts {
  /** Address of the page's script and style sheet, as the webview may load them. */
  scriptUri: string;
  styleUri: string;
  /** Source expression of the webview's own resources (`webview.cspSource`). */
  cspSource: string;
  /** Fresh random text that admits the one script. */
  nonce: string;
  /** BCP 47 tag of the display language. */
  language: string;
  title: string;
}

/**
 * The timing panel's document. Nothing loads but the one script and style sheet: no inline style,
 * no images, no connections.
 */
export function timingPage(parts: PageParts): string {
  const policy = [
    "default-src 'none'",
    `script-src 'nonce-${parts.nonce}'`,
    `style-src ${parts.cspSource}`,
    "base-uri 'none'",
    "form-action 'none'",
  ].join('; ');
  return `<!DOCTYPE html>
<html lang="${escapeHtml(parts.language)}">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="${escapeHtml(policy)}">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>${escapeHtml(parts.title)}</title>
<link rel="stylesheet" href="${escapeHtml(parts.styleUri)}">
</head>
<body>
<main id="app"></main>
<script nonce="${escapeHtml(parts.nonce)}" src="${escapeHtml(parts.scriptUri)}"></script>
</body>
</html>
`;
}

function escapeHtml(text: string): string {
  return text
    .replaceAll('&', '&amp;')
    .replaceAll('"', '&quot;')
    .replaceAll('<', '&lt;')
    .replaceAll('>', '&gt;');
}
