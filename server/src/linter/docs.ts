const DOCS = 'https://github.com/slowpath/slowpath/blob/main/docs/rules';

/** @returns the address of a rule's documentation page */
export function ruleDocsUrl(id: string): string {
  return `${DOCS}/${id}.md`;
}
