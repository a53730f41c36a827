import { CommanderError } from 'commander';
import { UsageError } from './cli/errors';
import { survivePipes } from './cli/output';
import { createProgram } from './cli/program';

/** Entry of the `slowpath` command. */
async function main(): Promise<void> {
  survivePipes();
  try {
    await createProgram().parseAsync();
  } catch (error) {
    if (error instanceof CommanderError) {
      // Help and version end the same way, with exit code 0.
      process.exitCode = error.exitCode === 0 ? 0 : 2;
    } else if (error instanceof UsageError) {
      process.stderr.write(`slowpath: ${error.message}\n`);
      process.exitCode = 2;
    } else {
      process.stderr.write(
        `slowpath: unexpected failure. Please report it with this text:\n${error instanceof Error ? error.stack : error}\n`,
      );
      process.exitCode = 2;
    }
  }
}

void main();
