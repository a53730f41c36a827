/** Language ids whose documents are analysed. */
export const CODE_LANGUAGES = [
  'typescript',
  'typescriptreact',
  'javascript',
  'javascriptreact',
] as const;

/** Name of the workspace's configuration file. */
export const CONFIG_FILE = 'slowpath.yaml';
