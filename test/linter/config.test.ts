import { describe, expect, it } from 'vitest';
import { DEFAULT_PERFORMANCE, parseConfig } from '../../server/src/linter/config';
import { projectOf, ROOT } from '../rules/fixture';
import { RULE_IDS } from './check';

/** Problems as `severity 'marked text' message`. */
function problemsOf(text: string): string[] {
  const { problems } = parseConfig(text, RULE_IDS);
  const lines = text.split(/\r?\n/);
  return problems.map((it) => {
    const marked = text.slice(it.start, it.end);
    // Positions and offsets name the same place.
    const before = text.slice(0, it.start).split(/\r\n|\n/);
    expect(it.from).toEqual({ line: before.length - 1, character: before.at(-1)?.length });
    expect(it.to.line).toBeLessThan(lines.length + 1);
    return `${it.severity} '${marked}' ${it.message}`;
  });
}

const parsed = (text: string) => parseConfig(text, RULE_IDS).config;

describe('slowpath.yaml', () => {
  it('reads every section', () => {
    const text =
      'rules:\n  sync-io-in-async: error\n  uncached-config-load: off\n  fixed-interval-polling: "hint"\n' +
      'ignores:\n  - "**/generated/**"\n  - legacy\nperformance:\n  foundry_poll_interval: 0.25\n  config_cache_enabled: false\n';
    expect(parseConfig(text, RULE_IDS)).toEqual({
      config: {
        rules: {
          'sync-io-in-async': 'error',
          'uncached-config-load': 'off',
          'fixed-interval-polling': 'hint',
        },
        ignores: ['**/generated/**', 'legacy'],
        performance: {
          ...DEFAULT_PERFORMANCE,
          foundry_poll_interval: 0.25,
          config_cache_enabled: false,
        },
      },
      problems: [],
    });
  });

  it.each([
    ['empty', ''],
    ['a comment', '# nothing\n'],
    ['a document mark', '---\n'],
    ['empty sections', 'rules:\nignores:\nperformance:\n'],
    ['null', 'null'],
    ['BOM', '\uFEFFrules: {}\n'],
    ['white space', '  \n\n'],
  ])('takes %s for defaults', (_name, text) => {
    expect(parseConfig(text, RULE_IDS)).toEqual({
      config: { rules: {}, ignores: [], performance: DEFAULT_PERFORMANCE },
      problems: [],
    });
  });

  it('marks broken YAML at its place and keeps no half of it', () => {
    const text = 'rules:\n  sync-io-in-async: error\nignores: [a\n';
    expect(parsed(text)).toBeNull();
    const problems = problemsOf(text);
    expect(problems.length).toBeGreaterThan(0);
    for (const it of problems) expect(it).toMatch(/^error .*This YAML cannot be read: /);
    for (const it of parseConfig(text, RULE_IDS).problems) {
      expect(it.start).toBeGreaterThanOrEqual(text.indexOf('['));
      expect(it.end).toBeLessThanOrEqual(text.length);
    }
    expect(parsed('rules:\n\tsync-io-in-async: error\n')).toBeNull();
    expect(problemsOf('rules:\n\tsync-io-in-async: error\n')[0]).toMatch(/^error/);
    expect(parsed('a: 1\na: 2\n')).toBeNull();
    expect(problemsOf('rules: *missing\n')).toHaveLength(1);
    expect(problemsOf('ignores: *missing\n')).toHaveLength(1);
    expect(problemsOf('rules:\n  sync-io-in-async: *missing\n')).toHaveLength(1);
    expect(parsed('"unclosed')).toBeNull();
  });

  it('refuses other roots and several documents', () => {
    for (const text of ['- a\n- b\n', 'text', '12', 'true']) {
      expect(parsed(text), text).toBeNull();
      expect(problemsOf(text)[0]).toContain('Expected a mapping with');
    }
    expect(parsed('rules: {}\n---\nrules: {}\n')).toBeNull();
    expect(problemsOf('rules: {}\n---\nrules: {}\n')[0]).toMatch(/^error/);
  });

  it('suggests the known key', () => {
    expect(problemsOf('rulez: {}\n')).toEqual([
      "warning 'rulez' Unknown key `rulez`; did you mean `rules`.",
    ]);
    expect(problemsOf('rules:\n  sync-io-in-asinc: error\n')).toEqual([
      "warning 'sync-io-in-asinc' Unknown key `sync-io-in-asinc`; did you mean `sync-io-in-async`.",
    ]);
    expect(problemsOf('performance:\n  foundry_pol_interval: 1\n')).toEqual([
      "warning 'foundry_pol_interval' Unknown key `foundry_pol_interval`; did you mean `foundry_poll_interval`.",
    ]);
    expect(problemsOf('weather: 1\n')).toEqual(["warning 'weather' Unknown key `weather`."]);
    expect(problemsOf('rules:\r\n  x: error\r\n  nonsense-rule: off\r\n')).toHaveLength(2);
    expect(problemsOf('1: 2\n')).toEqual(["warning '1' Unknown key `1`."]);
    expect(problemsOf('? [a]\n: 1\n')).toHaveLength(1);
    expect(problemsOf('constructor: 1\n__proto__: 1\n')).toHaveLength(2);
  });

  it('marks wrong levels', () => {
    expect(problemsOf('rules:\n  sync-io-in-async: fatal\n')).toEqual([
      "error 'fatal' Expected hint, information, warning, error, off; found `fatal`.",
    ]);
    for (const level of ['2', '[error]', '{ a: 1 }', 'true', '', '~', 'ERROR']) {
      const text = `rules:\n  sync-io-in-async: ${level}\n`;
      expect(problemsOf(text), level).toHaveLength(1);
      expect(parsed(text)?.rules, level).toEqual({});
    }
    expect(parsed('rules: { sync-io-in-async: Off }\n')?.rules).toEqual({});
    expect(problemsOf('rules: [a]\n')[0]).toContain('Expected a mapping below `rules`');
    expect(problemsOf('rules: error\n')[0]).toContain("error 'error'");
  });

  it('marks wrong ignores', () => {
    for (const value of ['"a"', '{ a: 1 }', '[1]', '[a, [b]]', '[null]']) {
      const text = `ignores: ${value}\n`;
      expect(problemsOf(text), value).toHaveLength(1);
      expect(problemsOf(text)[0]).toContain('Expected a list of globs');
      expect(parsed(text)?.ignores).toEqual([]);
    }
  });

  it('marks wrong performance values', () => {
    const wrong = {
      foundry_poll_interval: ['fast', '-1', '.nan', '.inf', '[1]', 'true', '~'],
      config_cache_enabled: ['1', 'yes', '"true"', '~'],
    };
    for (const [key, values] of Object.entries(wrong)) {
      for (const value of values) {
        const text = `performance:\n  ${key}: ${value}\n`;
        expect(problemsOf(text), text).toHaveLength(1);
        expect(parsed(text)?.performance, text).toEqual(DEFAULT_PERFORMANCE);
      }
    }
    expect(problemsOf('performance: fast\n')).toHaveLength(1);
  });

  it('follows anchors and aliases', () => {
    const text =
      'rules:\n  sync-io-in-async: &level error\n  uncached-config-load: *level\nignores: &list [a]\n';
    expect(parseConfig(text, RULE_IDS)).toMatchObject({
      config: {
        rules: { 'sync-io-in-async': 'error', 'uncached-config-load': 'error' },
        ignores: ['a'],
      },
      problems: [],
    });
    expect(
      parsed('performance: &p\n  batch_write_size: 3\nrules: {}\n')?.performance.batch_write_size,
    ).toBe(3);
    expect(parsed('ignores:\n  - &a x\n  - *a\n')?.ignores).toEqual(['x', 'x']);
  });

  it('reads 1 MB and survives aliases that multiply', () => {
    const globs = Array.from({ length: 45_000 }, (_, i) => `  - "folder-${i}/**"\n`).join('');
    const text = `ignores:\n${globs}`;
    expect(text.length).toBeGreaterThan(900_000);
    expect(parsed(text)?.ignores).toHaveLength(45_000);
    const bomb = `a: &a [x,x,x,x,x,x,x,x,x,x]\nb: &b [*a,*a,*a,*a,*a,*a,*a,*a,*a,*a]\nc: &c [*b,*b,*b,*b,*b,*b,*b,*b,*b,*b]\nd: &d [*c,*c,*c,*c,*c,*c,*c,*c,*c,*c]\nignores: [*d,*d,*d,*d,*d]\n`;
    expect(() => parseConfig(bomb, RULE_IDS)).not.toThrow();
    expect(parsed(`rules: ${'['.repeat(5000)}\n`) === null).toBe(true);
  });
});

describe('ignores', () => {
  const CODE =
    "import { readFileSync } from 'fs';\nexport async function f() { readFileSync('a'); }\n";

  it.each([
    ['**/generated/**', 'src/generated/a.ts', true],
    ['**/generated/**', 'generated/deep/a.ts', true],
    ['**/generated/**', 'src/generated.ts', false],
    ['src/*.ts', 'src/a.ts', true],
    ['src/*.ts', 'src/b/a.ts', false],
    ['src/**/*.ts', 'src/b/a.ts', true],
    ['*.ts', 'a.ts', true],
    ['*.ts', 'src/a.ts', false],
    ['src/{a,b}.ts', 'src/b.ts', true],
    ['src/[ab].ts', 'src/c.ts', false],
    ['**/.hidden/**', 'src/.hidden/a.ts', true],
    ['**', 'src/a.ts', true],
    ['/src/**', 'src/a.ts', true],
    ['./src/**', 'src/a.ts', true],
    ['src', 'src/a.ts', true],
    ['src/', 'src/a.ts', true],
    ['legacy', 'src/legacy/a.ts', false],
    ['src', 'srcs/a.ts', false],
    ['!src/b.ts', 'src/b.ts', false],
    ['!src/b.ts', 'src/a.ts', false],
    ['', 'src/a.ts', false],
    ['src\\a.ts', 'src/a.ts', false],
    ['(', 'src/a.ts', false],
    ['[', 'src/a.ts', false],
  ])('%s for %s: %s', async (glob, path, ignored) => {
    const file = `${ROOT}/${path}`;
    const project = await projectOf(new Map([[file, CODE]]), { ignores: [glob] });
    expect(project.report(file).skipped).toBe(ignored ? 'ignored' : null);
    expect(project.report(file).findings).toHaveLength(ignored ? 0 : 1);
  });

  it('takes files out again, and agrees with itself', async () => {
    const kept = `${ROOT}/src/generated/keep.ts`;
    const dropped = `${ROOT}/src/generated/drop.ts`;
    const other = `${ROOT}/src/a.ts`;
    const files = new Map([kept, dropped, other].map((it) => [it, CODE] as const));
    const project = await projectOf(files, { ignores: ['**/generated/**', '!**/keep.ts'] });
    expect(project.reported()).toEqual([other, kept]);
  });
});
