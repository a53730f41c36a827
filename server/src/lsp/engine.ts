/**
 * What the server uses of the linter. Everything here brings the compiler with it, so the server
 * imports this file's types only and loads the file itself through `Runtime.loadEngine`.
 */
export { DEFAULT_CONFIG, parseConfig } from '../linter/config';
export { ruleDocsUrl } from '../linter/docs';
export { Project } from '../linter/project';
export { disableForFile, disableForLine } from '../linter/suppressions';
export { rules } from '../rules/index';
