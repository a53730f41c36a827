import { execFile } from 'node:child_process';
import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { promisify } from 'node:util';
import { describe, expect, it } from 'vitest';

const ROOT = path.resolve(import.meta.dirname, '../..');
const read = (file: string) => readFileSync(path.join(ROOT, file), 'utf8');
const manifestText = read('package.json');
const manifest = JSON.parse(manifestText) as {
  contributes: {
    commands: { command: string; title: string; category: string }[];
    menus: Record<string, { command: string }[]>;
  };
};
const nls = JSON.parse(read('package.nls.json')) as Record<string, string>;
const sources = readdirSync(path.join(ROOT, 'client/src'))
  .map((file) => read(`client/src/${file}`))
  .join('\n');

describe('the manifest', () => {
  it('has a text for every placeholder, and no text that is not used', () => {
    const placeholders = [...manifestText.matchAll(/"%([^%"]+)%"/g)].map(([, key]) => key);
    expect(Object.keys(nls).sort()).toEqual([...new Set(placeholders)].sort());
  });

  it('puts every command into the category "Slowpath"', () => {
    const { commands } = manifest.contributes;
    expect(commands.filter(({ category }) => category !== 'Slowpath')).toEqual([]);
  });

  it('declares exactly the commands that the client registers', () => {
    const declared = manifest.contributes.commands.map(({ command }) => command).sort();
    const literal = /\bregister(?:Command)?\(\s*'(slowpath\.[A-Za-z]+)'/g;
    const named = [...sources.matchAll(literal)].map(([, id]) => id);
    const protocol = /SHOW_RULE_COMMAND = '([^']+)'/.exec(read('shared/protocol.ts'))?.[1];
    const registered = [...named, protocol];
    expect(declared).toEqual(registered.sort());
  });

  it('refers in menus to declared commands only', () => {
    const declared = manifest.contributes.commands.map(({ command }) => command);
    const used = Object.values(manifest.contributes.menus).flat();
    expect(used.filter(({ command }) => !declared.includes(command))).toEqual([]);
  });
});

it('texts of the client are the ones in the bundle that translators start from', async () => {
  const script = path.join(ROOT, 'scripts/l10n.mjs');
  await promisify(execFile)(process.execPath, [script, '--check']);
});
