// Entry point of dist/compiler.js: what server/src/linter/compiler.ts imports, without the rest of
// ts-morph.
import ts from '@ts-morph/common/dist/typescript.js';

export { ts };
