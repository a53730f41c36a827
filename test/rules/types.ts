import { join } from 'node:path';
import { ts } from '../../server/src/linter/compiler';

const OPTIONS: ts.CompilerOptions = {
  strict: true,
  noEmit: true,
  allowJs: true,
  checkJs: false,
  noUnusedLocals: true,
  jsx: ts.JsxEmit.Preserve,
  skipLibCheck: true,
  target: ts.ScriptTarget.ES2022,
  module: ts.ModuleKind.Preserve,
  moduleResolution: ts.ModuleResolutionKind.Bundler,
  types: ['node'],
  lib: ['lib.es2023.d.ts', 'lib.dom.d.ts'],
};

const REPOSITORY = join(import.meta.dirname, '../..');
/** The sample's own compiler has the library files that ts-morph's copy leaves out. */
const LIBS = join(REPOSITORY, 'samples/agent-service/node_modules/typescript/lib');
const sources = new Map<string, ts.SourceFile | undefined>();

/** @returns type errors that the second set of files has and the first has not. */
export function newTypeErrors(before: Map<string, string>, after: Map<string, string>): string[] {
  const known = typeErrors(before);
  const left = [...known];
  return typeErrors(after).filter((error) => {
    const at = left.indexOf(error);
    if (at >= 0) left.splice(at, 1);
    return at < 0;
  });
}

function typeErrors(files: Map<string, string>): string[] {
  const host = ts.createCompilerHost(OPTIONS);
  host.getDefaultLibLocation = () => LIBS;
  host.getDefaultLibFileName = () => join(LIBS, 'lib.esnext.d.ts');
  host.getCurrentDirectory = () => REPOSITORY;
  const root = join(REPOSITORY, 'test/fixtures/virtual');
  const place = (file: string) => root + file;
  const virtual = new Map([...files].map(([file, text]) => [place(file), text]));
  const readSource = host.getSourceFile.bind(host);
  host.getSourceFile = (name, languageVersion) => {
    const text = virtual.get(name);
    if (text !== undefined) return ts.createSourceFile(name, text, languageVersion);
    if (!sources.has(name)) sources.set(name, readSource(name, languageVersion));
    return sources.get(name);
  };
  const { fileExists, readFile } = host;
  host.fileExists = (name) => virtual.has(name) || fileExists(name);
  host.readFile = (name) => virtual.get(name) ?? readFile(name);
  const program = ts.createProgram([...virtual.keys()], OPTIONS, host);
  return [...virtual.keys()].flatMap((name) => {
    const source = program.getSourceFile(name);
    if (!source) return [];
    return [
      ...program.getSyntacticDiagnostics(source),
      ...program.getSemanticDiagnostics(source),
    ].map(
      (it) => `${name.slice(root.length)}: ${ts.flattenDiagnosticMessageText(it.messageText, ' ')}`,
    );
  });
}
