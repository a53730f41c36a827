// Creates a rule with its page and fixtures, lists it, and brings the documentation up to date.
// usage: node scripts/new-rule.mjs <id>     an anti-pattern as a noun phrase, such as unbatched-write
//
// The rule finds calls of a package that does not exist, which its fixtures and its page show: all
// tests pass, and each of them fails as soon as one part is changed without the others.
import fs from 'node:fs';
import path from 'node:path';
import { writeDocs } from './generate-docs.mjs';
import { ROOT, runMain, SetupError } from './setup.mjs';

const RULES = 'server/src/rules';

/** Codes of findings that are no rule's. */
const RESERVED = ['unused-suppression'];

/** What the new rule finds, and what it leaves alone. */
const FOUND = `import { compute } from 'slow-package';

export async function answer(): Promise<number> {
  return compute();
}
`;

const KEPT = `import { compute } from 'slow-package';

let kept: number | undefined;
export async function answer(): Promise<number> {
  kept ??= compute();
  return kept;
}
`;

await runMain(async () => {
  const [id, ...more] = process.argv.slice(2);
  if (id === undefined || more.length > 0) {
    throw new SetupError('Expected one id: node scripts/new-rule.mjs unbatched-write');
  }
  checkId(id);
  for (const [file, text] of Object.entries(filesOf(id))) {
    fs.mkdirSync(path.dirname(path.join(ROOT, file)), { recursive: true });
    fs.writeFileSync(path.join(ROOT, file), text, { flag: 'wx' });
    console.log(`Created: ${file}`);
  }
  fs.writeFileSync(path.join(ROOT, RULES, 'index.ts'), indexOf(ruleIds()));
  console.log(`Listed:  ${RULES}/index.ts`);
  for (const file of await writeDocs(ROOT)) console.log(`Updated: ${file}`);
  console.log('Next: CONTRIBUTING.md, "Adding a rule". Then: npx vitest run test/rules test/docs');
});

/** @throws {SetupError} when the id breaks the naming rules or is taken */
function checkId(id) {
  if (!/^[a-z]+(-[a-z]+)+$/.test(id)) {
    throw new SetupError(
      `“${id}” is no rule id. Expected two or more words in lower case, joined by hyphens, that ` +
        'name the anti-pattern: unbatched-write, sync-io-in-async.',
    );
  }
  if (RESERVED.includes(id)) throw new SetupError(`“${id}” is the code of another finding.`);
  const taken = Object.keys(filesOf(id)).filter((file) => fs.existsSync(path.join(ROOT, file)));
  if (taken.length > 0) throw new SetupError(`“${id}” is taken: ${taken.join(', ')} exists.`);
}

function ruleIds() {
  return fs
    .readdirSync(path.join(ROOT, RULES))
    .filter((name) => name !== 'index.ts')
    .map((name) => name.slice(0, -'.ts'.length))
    .sort();
}

function filesOf(id) {
  return {
    [`${RULES}/${id}.ts`]: rule(id),
    [`docs/rules/${id}.md`]: page(),
    [`test/fixtures/${id}/calls.ts`]: fixture(),
    [`test/fixtures/${id}/quiet.ts`]: quiet(),
  };
}

function camelCase(id) {
  return id.replace(/-(\w)/g, (_, letter) => letter.toUpperCase());
}

/** The list of rules, as the formatter writes it. */
function indexOf(ids) {
  const names = ids.map(camelCase);
  const line = `export const rules: readonly Rule[] = [${names.join(', ')}];`;
  const lines = ['export const rules: readonly Rule[] = [', ...names.map((it) => `  ${it},`), '];'];
  return `import type { Rule } from '../linter/rule';
${ids.map((id) => `import ${camelCase(id)} from './${id}';`).join('\n')}

/** Every rule, by id. A test holds this list to the folder's files. */
${line.length <= 100 ? line : lines.join('\n')}
`;
}

function rule(id) {
  return `import { defineRule } from '../linter/rule';

export default defineRule({
  meta: {
    id: '${id}',
    summary: 'Calls of slow-package',
    why: 'What it costs, and what everything else waits for meanwhile.',
    mission: '§0 Title of the documented problem',
    fix: null,
    equivalents: [],
  },
  triggers: ['slow-package'],

  check({ model, origins, contexts, memos, report }) {
    for (const call of model.calls) {
      if (origins.of(call.expression)?.module !== 'slow-package') continue;
      const place = contexts.of(call);
      if (place.tier === 'run-once' || memos.isBehindMemo(call)) continue;
      const name = model.textOf(call.expression);
      report({
        at: call,
        tier: place.tier,
        message: \`\\\`\${name}\\\` is slow and \${place.why}. Call it once and keep the result.\`,
        evidence: place.path,
        fix: null,
      });
    }
  },
});
`;
}

function fixture() {
  return FOUND.replace('  return compute();\n', '$&  //     ^^^^^^^^^ async -\n');
}

function quiet() {
  return `${KEPT}
// Named alike.
export async function other(compute: () => number): Promise<number> {
  return compute();
}
`;
}

function page() {
  return `<!-- begin header: written by npm run docs -->

<!-- end header -->

## What it finds

Calls of \`slow-package\`.

\`\`\`ts finds async
${FOUND}\`\`\`

## Why it matters

How the cost grows, and how to measure it.

## What it leaves alone

Results that are kept.

\`\`\`ts quiet
${KEPT}\`\`\`

## Its fix

None: why.

## Options

None of its own; its severity can be set in [\`slowpath.yaml\`](README.md#slowpathyaml).

<!-- begin footer: written by npm run docs -->

<!-- end footer -->
`;
}
