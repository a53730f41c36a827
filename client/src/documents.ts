/** Language ids whose documents are analysed. */
export const CODE_LANGUAGES = [
  'typescript',
  'typescriptreact',
  'javascript',
  'javascriptreact',
] as const;

/** Glob of the workspace's configuration files. */
export const CONFIG_PATTERN = '**/slowpath.{yaml,yml}';
