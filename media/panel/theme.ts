/** The chart's colours, from the editor's theme. */
export interface ChartColors {
  foreground: string;
  grid: string;
  max: string;
  p95: string;
  median: string;
  threshold: string;
  band: string;
}

/** Colour per token with the editor's own default, should a theme leave the token out. */
const TOKENS: Record<Exclude<keyof ChartColors, 'band'>, readonly [string[], string]> = {
  foreground: [['--vscode-foreground', '--vscode-editor-foreground'], '#808080'],
  // `charts.lines` and `charts.orange` are too strong, or too faint, in the default themes.
  grid: [['--vscode-contrastBorder', '--vscode-editorIndentGuide-background1'], '#80808040'],
  max: [['--vscode-descriptionForeground', '--vscode-foreground'], '#808080'],
  p95: [['--vscode-charts-yellow', '--vscode-foreground'], '#cca700'],
  median: [['--vscode-charts-blue', '--vscode-foreground'], '#3794ff'],
  threshold: [['--vscode-charts-red', '--vscode-errorForeground'], '#f14c4c'],
};

/** The colours in force now. */
export function chartColors(): ChartColors {
  const style = getComputedStyle(document.body);
  const read = ([names, fallback]: readonly [string[], string]): string =>
    names.map((name) => style.getPropertyValue(name).trim()).find((value) => value !== '') ??
    fallback;
  const max = read(TOKENS.max);
  return {
    foreground: read(TOKENS.foreground),
    grid: read(TOKENS.grid),
    max,
    p95: read(TOKENS.p95),
    median: read(TOKENS.median),
    threshold: read(TOKENS.threshold),
    band: `color-mix(in srgb, ${max} 18%, transparent)`,
  };
}

/** Calls back after the editor changed its theme: it then changes the body's class and the tokens. */
export function onThemeChange(changed: () => void): void {
  const observer = new MutationObserver(changed);
  observer.observe(document.body, { attributes: true, attributeFilter: ['class', 'style'] });
  observer.observe(document.documentElement, { attributes: true, attributeFilter: ['style'] });
}
