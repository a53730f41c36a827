import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { DEFAULT_CONFIG, type LinterConfig } from '../../server/src/linter/config';
import { Project } from '../../server/src/linter/project';
import { rules } from '../../server/src/rules';
import type { Finding } from '../../shared/finding';

/** Root that fixtures' files are placed below; nothing is written there. */
export const ROOT = '/fixture';

/** An expected finding: a `// ^^^ tier fix` comment below the line it marks. */
export interface Expectation {
  file: string;
  line: number;
  column: number;
  length: number;
  tier: string;
  /** `safe`, `suggestion` or `-`. */
  fix: string;
}

/** A fixture: one source, or several parted by `// @file: path` lines. */
export interface Fixture {
  name: string;
  files: Map<string, string>;
  expected: Expectation[];
}

const MARK = /^(\s*\/\/\s*)(\^+)(\.\.\.)? (hot|async|cold) (safe|suggestion|-)\s*$/;

export function loadFixtures(folder: string): Fixture[] {
  return readdirSync(folder)
    .filter((name) => /\.[cm]?[jt]sx?$/.test(name))
    .map((name) => parseFixture(name, readFileSync(join(folder, name), 'utf8')));
}

function parseFixture(name: string, text: string): Fixture {
  const files = new Map<string, string>();
  let file = `${ROOT}/src/${name}`;
  let lines: string[] = [];
  const flush = () => {
    if (lines.some((line) => line.trim() !== '')) files.set(file, lines.join('\n'));
    lines = [];
  };
  for (const line of text.split('\n')) {
    const match = /^\/\/ @file: (\S+)/.exec(line);
    if (match) {
      flush();
      file = `${ROOT}/${match[1]}`;
    } else {
      lines.push(line);
    }
  }
  flush();
  const expected = [...files].flatMap(([path, source]) => expectations(path, source));
  return { name, files, expected };
}

function expectations(file: string, source: string): Expectation[] {
  const lines = source.split('\n');
  let marked = 0;
  return lines.flatMap((line, i) => {
    const match = MARK.exec(line);
    if (!match) {
      marked = i;
      return [];
    }
    const [, before = '', carets = '', open, tier = '', fix = ''] = match;
    const length = open ? -1 : carets.length;
    return [{ file, line: marked, column: before.length, length, tier, fix }];
  });
}

/** A project over in-memory files: the real linter with the reader it is given anywhere. */
export async function projectOf(
  files: Map<string, string>,
  config: Partial<LinterConfig> = {},
): Promise<Project> {
  const host = {
    files: () => files.keys(),
    read: async (file: string) => files.get(file),
    now: () => performance.now(),
  };
  const project = new Project(host, rules, { ...DEFAULT_CONFIG, root: ROOT, ...config });
  for (const [file, text] of files) project.analyse(file, text);
  await project.link();
  return project;
}

/** Findings as text, with the source line and a squiggle below it. */
export function render(findings: readonly Finding[], files: Map<string, string>): string {
  return findings
    .map((it) => {
      const line = (files.get(it.file) ?? '').split('\n')[it.from.line] ?? '';
      const end = it.to.line === it.from.line ? it.to.character : line.length;
      const width = Math.max(1, end - it.from.character);
      const fix = it.fix ? `fix (${it.fix.safety}): ${it.fix.title}` : 'no fix';
      return [
        `${it.file.slice(ROOT.length + 1)}:${it.from.line + 1}:${it.from.character + 1} ${it.rule} ${it.tier} ${it.severity}`,
        `  ${line}`,
        `  ${' '.repeat(it.from.character)}${'~'.repeat(width)}`,
        `  ${it.message}`,
        ...it.evidence.map(
          (e) => `  - ${e.file.slice(ROOT.length + 1)}:${e.from.line + 1}: ${e.message}`,
        ),
        `  ${fix}`,
      ].join('\n');
    })
    .join('\n\n');
}
