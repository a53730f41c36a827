// Writes the parts of the documentation that the code knows, between their markers.
// usage: node scripts/generate-docs.mjs            rewrites what is out of date
//        node scripts/generate-docs.mjs --check    changes nothing; exit code 1 and a diff if it would
import fs from 'node:fs';
import { createRequire } from 'node:module';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import vm from 'node:vm';
import { createTwoFilesPatch } from 'diff';
import esbuild from 'esbuild';
import { ROOT, runMain, SetupError } from './setup.mjs';

const SITE = 'docs/rules';

/** What of the code the pages are made from. */
const ENTRY = `
  export { rules } from './server/src/rules';
  export { finish } from './server/src/linter/conclude';
  export { DEFAULT_CONFIG } from './server/src/linter/config';
  export { TIERS } from './shared/finding';
  export { createProgram } from './server/src/cli/program';
`;

const FIX_TEXT = {
  safe: 'safe: it cannot change what the code does',
  suggestion: 'a suggestion: read it before you keep it',
  mixed: 'safe where it cannot change what the code does, else a suggestion to read',
};

/**
 * @param {string} root folder of the repository
 * @returns {Promise<{ file: string, before: string, after: string }[]>} pages, current or not
 * @throws {SetupError} when a page or one of its markers is missing
 */
export async function generateDocs(root) {
  const code = await loadCode(root);
  const pages = code.rules.map(({ meta }) => ({
    file: `${SITE}/${meta.id}.md`,
    regions: { header: header(meta, code), footer: footer(meta) },
  }));
  const list = (prefix) => ruleTable(code.rules, prefix);
  pages.push({ file: `${SITE}/README.md`, regions: { rules: list('') } });
  pages.push({
    file: 'README.md',
    regions: { rules: list(`${SITE}/`), settings: settingsTable(root), cli: usage(code) },
  });
  return pages.map(({ file, regions }) => {
    const before = read(root, file);
    const after = Object.entries(regions).reduce(
      (text, [name, content]) => fill(file, text, name, content),
      before,
    );
    return { file, before, after };
  });
}

function read(root, file) {
  try {
    return fs.readFileSync(path.join(root, file), 'utf8');
  } catch {
    throw new SetupError(
      `${file} is missing. "node scripts/new-rule.mjs <id>" creates a rule with its page.`,
    );
  }
}

/** Bundles the sources in memory, so that no build has to be there or up to date. */
async function loadCode(root) {
  const { outputFiles } = await esbuild.build({
    stdin: { contents: ENTRY, resolveDir: root, loader: 'ts' },
    bundle: true,
    write: false,
    platform: 'node',
    format: 'cjs',
    target: 'node20',
    packages: 'external',
    logLevel: 'error',
  });
  // The command line reads its version from beside the folder it is in.
  const folder = path.join(root, 'scripts');
  const module = { exports: {} };
  const run = vm.compileFunction(outputFiles[0].text, [
    'module',
    'exports',
    'require',
    '__dirname',
  ]);
  run(module, module.exports, createRequire(path.join(folder, 'generate-docs.mjs')), folder);
  return module.exports;
}

function fill(file, text, name, content) {
  const begin = `<!-- begin ${name}: written by npm run docs -->`;
  const end = `<!-- end ${name} -->`;
  const [start, stop] = [text.indexOf(begin), text.indexOf(end)];
  if (start < 0 || stop < start) {
    throw new SetupError(`${file} needs the two lines "${begin}" and "${end}", in this order.`);
  }
  return `${text.slice(0, start + begin.length)}\n\n${content.trim()}\n\n${text.slice(stop)}`;
}

function header(meta, code) {
  const severities = code.TIERS.toReversed().map((tier) => [tier, severityOf(meta.id, tier, code)]);
  return [
    `# \`${meta.id}\``,
    `**${meta.summary}.** ${meta.why}`,
    table([
      ['Tier', ...severities.map(([tier]) => tier)],
      ['Severity', ...severities.map(([, severity]) => severity)],
    ]),
    `- Fix: ${meta.fix ? FIX_TEXT[meta.fix] : 'none'}.\n- Documented problem: ${meta.mission}.`,
  ].join('\n\n');
}

/** Asks the linter itself which severity a finding of a tier gets. */
function severityOf(rule, tier, { finish, rules, DEFAULT_CONFIG }) {
  const place = {
    start: 0,
    end: 1,
    from: { line: 0, character: 0 },
    to: { line: 0, character: 1 },
  };
  const report = { rule, ...place, message: '', tier, evidence: [], fix: null };
  const state = { proved: [report], directives: [], open: [] };
  const conclusions = { decided: [], faults: [] };
  const [finding] = finish('/a.ts', state, conclusions, { ...DEFAULT_CONFIG, root: '/' }, rules);
  return finding.severity;
}

function footer({ id, equivalents }) {
  const similar = equivalents.map((it) => [it.tool, `\`${it.rule}\``, `${it.difference}`]);
  return [
    '## Turn it off',
    `For one line, \`// slowpath-disable-next-line ${id} -- why\`; for a file, ` +
      `\`/* slowpath-disable ${id} -- why */\`; everywhere, \`${id}: off\` below \`rules:\` in ` +
      '`slowpath.yaml`. [More](README.md#switching-findings-off).',
    '## Similar checks elsewhere',
    similar.length > 0 ? table([['Tool', 'Rule', 'Difference'], ...similar]) : 'We know of none.',
  ].join('\n\n');
}

function ruleTable(rules, prefix) {
  return table([
    ['Rule', 'Finds', 'Fix'],
    ...rules.map(({ meta }) => [
      `[\`${meta.id}\`](${prefix}${meta.id}.md)`,
      meta.summary,
      meta.fix === 'mixed' ? 'safe or suggestion' : (meta.fix ?? 'none'),
    ]),
  ]);
}

function settingsTable(root) {
  const manifest = JSON.parse(read(root, 'package.json'));
  const texts = JSON.parse(read(root, 'package.nls.json'));
  const text = (placeholder) => texts[placeholder.replaceAll('%', '')];
  const { properties } = manifest.contributes.configuration;
  const rows = Object.entries(properties).map(([name, property]) => {
    const values = (property.enum ?? []).map((value, i) => {
      const description = property.markdownEnumDescriptions?.[i];
      return `\`${value}\`${description ? `: ${text(description)}` : ''}`;
    });
    const meaning = [text(property.markdownDescription), ...values].join('<br>');
    return [`\`${name}\``, `\`${JSON.stringify(property.default)}\``, meaning];
  });
  return table([['Setting', 'Default', 'Meaning'], ...rows]);
}

/** The help of the commands that take options, 80 columns wide. */
function usage({ createProgram }) {
  const help = ['check', 'timings'].map((name) => {
    const command = createProgram().commands.find((it) => it.name() === name);
    let text = '';
    command.configureOutput({ writeOut: (part) => (text += part), getOutHelpWidth: () => 80 });
    command.outputHelp();
    return text.trim();
  });
  return ['```text', help.join('\n\n'), '```'].join('\n');
}

function table([head, ...rows]) {
  const line = (cells) => `| ${cells.map((it) => it.replaceAll('|', '\\|')).join(' | ')} |`;
  return [line(head), line(head.map(() => '---')), ...rows.map(line)].join('\n');
}

/**
 * Brings the pages up to date.
 * @returns {Promise<string[]>} the files written
 */
export async function writeDocs(root) {
  const changed = (await generateDocs(root)).filter(({ before, after }) => before !== after);
  for (const { file, after } of changed) fs.writeFileSync(path.join(root, file), after);
  return changed.map(({ file }) => file);
}

/** @returns {Promise<string>} what would change, as a diff; empty when nothing would */
async function diffDocs(root) {
  const changed = (await generateDocs(root)).filter(({ before, after }) => before !== after);
  return changed
    .map(({ file, before, after }) => createTwoFilesPatch(file, file, before, after))
    .join('\n');
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  await runMain(async () => {
    const flags = process.argv.slice(2);
    const unknown = flags.find((flag) => flag !== '--check');
    if (unknown) throw new SetupError(`Unknown option ${unknown}. Known: --check.`);
    if (flags.length === 0) {
      for (const file of await writeDocs(ROOT)) console.log(`Written: ${file}`);
      return 0;
    }
    const diff = await diffDocs(ROOT);
    if (diff === '') return 0;
    console.error(diff);
    console.error('The documentation differs from the code. Run "npm run docs" and commit it.');
    return 1;
  });
}
