import ts from 'typescript';

export interface CompiledScript {
  javascript: string;
  bytes: number;
}

/** A script did not compile; the message names line and problem. */
export class ScriptError extends Error {}

/**
 * Compiles a TypeScript snippet to an ES module.
 *
 * @throws ScriptError at the first syntax error
 */
export async function compileScript(source: string): Promise<CompiledScript> {
  const output = ts.transpileModule(source, {
    fileName: 'script.ts',
    reportDiagnostics: true,
    compilerOptions: { target: ts.ScriptTarget.ES2022, module: ts.ModuleKind.ESNext },
  });
  const problem = output.diagnostics?.[0];
  if (problem) {
    const line = problem.file
      ? problem.file.getLineAndCharacterOfPosition(problem.start ?? 0).line + 1
      : 1;
    const text = ts.flattenDiagnosticMessageText(problem.messageText, ' ');
    throw new ScriptError(`The script does not compile: line ${line}: ${text}`);
  }
  return { javascript: output.outputText, bytes: Buffer.byteLength(output.outputText) };
}
