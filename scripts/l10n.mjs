// Writes l10n/bundle.l10n.json, which translators start from, out of the client's texts.
// usage: node scripts/l10n.mjs [--check]
//   --check  write nothing; fail when the file would change
import fs from 'node:fs';
import path from 'node:path';
import esbuild from 'esbuild';
import { ROOT, runMain, SetupError } from './setup.mjs';

const BUNDLE = path.join(ROOT, 'l10n/bundle.l10n.json');
const CLIENT = path.join(ROOT, 'client/src');

/** A text given to `l10n.t` as a literal, in either kind of quotes. */
const LITERAL = /l10n\.t\(\s*(?:'((?:[^'\\]|\\.)*)'|"((?:[^"\\]|\\.)*)")/g;

/** @returns {Promise<Record<string, string>>} the panel's texts, which the client translates too */
async function panelTexts() {
  const { outputFiles } = await esbuild.build({
    entryPoints: [path.join(ROOT, 'shared/timingStrings.ts')],
    bundle: true,
    format: 'esm',
    write: false,
  });
  const url = `data:text/javascript;base64,${Buffer.from(outputFiles[0].contents).toString('base64')}`;
  return (await import(url)).PANEL_STRINGS;
}

await runMain(async () => {
  const literals = fs
    .readdirSync(CLIENT)
    .map((file) => fs.readFileSync(path.join(CLIENT, file), 'utf8'))
    .flatMap((source) => [...source.matchAll(LITERAL)])
    .map(([, single, double]) => (single ?? double).replace(/\\(.)/g, '$1'));
  const texts = [...new Set([...literals, ...Object.values(await panelTexts())])].sort();
  const content = `${JSON.stringify(Object.fromEntries(texts.map((text) => [text, text])), null, 2)}\n`;
  if (!process.argv.includes('--check')) {
    fs.mkdirSync(path.dirname(BUNDLE), { recursive: true });
    fs.writeFileSync(BUNDLE, content);
  } else if (!fs.existsSync(BUNDLE) || fs.readFileSync(BUNDLE, 'utf8') !== content) {
    throw new SetupError('l10n/bundle.l10n.json is out of date. Run: node scripts/l10n.mjs');
  }
});
