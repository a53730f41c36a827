// Writes l10n/bundle.l10n.json, which translators start from, out of the client's texts.
// usage: node scripts/l10n.mjs
import fs from 'node:fs';
import path from 'node:path';
import { ROOT } from './setup.mjs';

const folder = path.join(ROOT, 'client/src');
const texts = fs
  .readdirSync(folder)
  .map((file) => fs.readFileSync(path.join(folder, file), 'utf8'))
  .flatMap((source) => [...source.matchAll(/l10n\.t\(\s*'((?:[^'\\]|\\.)*)'/g)])
  .map(([, text]) => [text, text])
  .sort();
const bundle = path.join(ROOT, 'l10n/bundle.l10n.json');
fs.mkdirSync(path.dirname(bundle), { recursive: true });
fs.writeFileSync(bundle, `${JSON.stringify(Object.fromEntries(texts), null, 2)}\n`);
