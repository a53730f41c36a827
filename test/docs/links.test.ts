import { existsSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { expect, it } from 'vitest';
import { filesBelow, REPOSITORY } from '../architecture/modules';

const pages = [
  ...['README.md', 'CONTRIBUTING.md', 'CHANGELOG.md', 'profiling/README.md'],
  ...['docs', 'samples'].flatMap((folder) => filesBelow(folder, (file) => file.endsWith('.md'))),
];

it.each(pages)('%s links to what is there', (page) => {
  const dead = links(read(page)).filter((link) => {
    const [path = '', anchor] = link.split('#');
    const file = path === '' ? page : join(dirname(page), path);
    if (!existsSync(join(REPOSITORY, file))) return true;
    return anchor !== undefined && !anchors(read(file)).includes(anchor);
  });
  expect(dead).toEqual([]);
});

function read(file: string): string {
  return readFileSync(join(REPOSITORY, file), 'utf8');
}

/** Targets of links and pictures inside the repository, code left out. */
function links(markdown: string): string[] {
  const text = markdown.replace(/^```[\s\S]*?^```/gm, '').replace(/(?<!\[)`[^`\n]*`(?!\])/g, '');
  return [...text.matchAll(/\]\(([^)\s]+)\)/g)]
    .map(([, target]) => target ?? '')
    .filter((target) => !/^[a-z]+:/.test(target));
}

/** Ids that GitHub and VS Code give to headings. */
function anchors(markdown: string): string[] {
  return [...markdown.matchAll(/^#+ (.+)$/gm)].map(([, heading = '']) =>
    heading
      .toLowerCase()
      .replace(/[^\p{L}\p{N} _-]/gu, '')
      .replaceAll(' ', '-'),
  );
}
