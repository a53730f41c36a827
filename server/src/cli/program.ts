import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { Command, InvalidArgumentError, Option } from 'commander';
import { TIERS } from '../../../shared/finding';
import { reporters } from '../reporters';
import type { CheckOptions } from './check';

const EXIT_CODES = `
Exit codes: 0 nothing to complain of; 1 a finding is a warning or an error (with --max-warnings N:
more than N warnings, or any error); 2 wrong usage or configuration.`;

/**
 * Declares the command line. Each action loads its module when it runs, so that `--help` does not
 * load the compiler. Errors are thrown, as `CommanderError` or `UsageError`.
 */
export function createProgram(): Command {
  const program = new Command('slowpath')
    .description('Finds performance anti-patterns in TypeScript and JavaScript.')
    .version(version(), '-v, --version')
    .showSuggestionAfterError()
    .showHelpAfterError('Run "slowpath --help" for the commands and options that exist.')
    .exitOverride();
  addCheck(program);
  addRules(program);
  addTimings(program);
  program
    .command('lsp')
    .description('run the language server, for editors')
    .requiredOption('--stdio', 'talk over standard input and output')
    .action(async () => {
      // The server finds `--stdio` in the arguments by itself, as every language server does.
      await import('../main');
    });
  return program;
}

function addCheck(program: Command): void {
  program
    .command('check')
    .description('analyse files and folders')
    .argument('[paths...]', 'files and folders (default: the working folder)')
    .addOption(
      new Option('-f, --format <name>', 'output format')
        .choices(Object.keys(reporters))
        .default('stylish'),
    )
    .option('--fix', 'apply fixes that cannot change behaviour')
    .option('--fix-suggestions', 'apply fixes that need a review, too')
    .option('--rule <id...>', 'only these rules')
    .addOption(
      new Option('--min-tier <tier>', 'least certain tier to report')
        .choices(TIERS)
        .default('async'),
    )
    .option('-c, --config <file>', 'configuration (default: the nearest slowpath.yaml)')
    .option('--cwd <dir>', 'working folder; paths are relative to it')
    .option('--stats', 'print where the time went, to standard error')
    .option('--max-warnings <n>', 'number of warnings to accept', wholeNumber)
    .addHelpText('after', EXIT_CODES)
    .action(async (paths: string[], options: Omit<CheckOptions, 'paths'>) => {
      const { check } = await import('./check');
      process.exitCode = await check({ ...options, paths });
    });
}

function addRules(program: Command): void {
  program
    .command('rules')
    .description('list the rules')
    .addOption(
      new Option('-f, --format <name>', 'output format')
        .choices(['table', 'json'])
        .default('table'),
    )
    .action(async ({ format }: { format: 'table' | 'json' }) => {
      const { listRules } = await import('./rules');
      process.stdout.write(listRules(format));
    });
  program
    .command('explain')
    .description('show the documentation of a rule')
    .argument('<rule>', 'id of the rule')
    .action(async (id: string) => {
      const { explain } = await import('./explain');
      process.stdout.write(explain(id));
    });
}

function addTimings(program: Command): void {
  program
    .command('timings')
    .description('summarise timing logs, per operation')
    .argument('<files...>', 'logs of the profiling helper; - for standard input')
    .addOption(
      new Option('-f, --format <name>', 'output format')
        .choices(['table', 'json'])
        .default('table'),
    )
    .action(async (files: string[], { format }: { format: 'table' | 'json' }) => {
      const { runTimings } = await import('./timings');
      process.exitCode = await runTimings(
        files,
        { format, cwd: process.cwd() },
        process.stdout,
        process.stderr,
      );
    });
}

function wholeNumber(value: string): number {
  if (!/^\d+$/.test(value)) throw new InvalidArgumentError('Expected a whole number, 0 or more.');
  return Number(value);
}

function version(): string {
  const text = readFileSync(join(__dirname, '../package.json'), 'utf8');
  return (JSON.parse(text) as { version: string }).version;
}
