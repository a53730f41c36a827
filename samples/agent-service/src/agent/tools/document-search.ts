import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { contentWords } from '../tokenizer';

export interface DocumentHit {
  document: string;
  title: string;
  score: number;
}

interface DocumentIndex {
  titles: Map<string, string>;
  postings: Map<string, Map<string, number>>;
}

const folder = fileURLToPath(new URL('../../../knowledge/', import.meta.url));

let index: Promise<DocumentIndex> | undefined;

async function buildIndex(): Promise<DocumentIndex> {
  const names = (await readdir(folder)).filter((name) => name.endsWith('.md')).sort();
  const texts = await Promise.all(names.map((name) => readFile(join(folder, name), 'utf8')));
  const titles = new Map<string, string>();
  const postings = new Map<string, Map<string, number>>();
  for (const [position, text] of texts.entries()) {
    const document = names[position] ?? '';
    titles.set(document, /^# (.+)$/m.exec(text)?.[1] ?? document);
    for (const word of contentWords(text)) {
      const documents = postings.get(word) ?? new Map<string, number>();
      documents.set(document, (documents.get(document) ?? 0) + 1);
      postings.set(word, documents);
    }
  }
  return { titles, postings };
}

/** The index, built at first use; a build that failed is tried again. */
function loadIndex(): Promise<DocumentIndex> {
  index ??= buildIndex().catch((error: unknown) => {
    index = undefined;
    throw error;
  });
  return index;
}

/** Number of documents in the knowledge folder. */
export async function countDocuments(): Promise<number> {
  return (await loadIndex()).titles.size;
}

/** Documents that share words with a query, best first; rare words weigh more. */
export async function searchDocuments(query: string, limit: number): Promise<DocumentHit[]> {
  const { titles, postings } = await loadIndex();
  const scores = new Map<string, number>();
  for (const word of new Set(contentWords(query))) {
    const documents = postings.get(word);
    if (!documents) continue;
    const weight = Math.log(1 + titles.size / documents.size);
    for (const [document, count] of documents) {
      scores.set(document, (scores.get(document) ?? 0) + weight * (1 + Math.log(count)));
    }
  }
  return [...scores]
    .map(([document, score]) => ({
      document,
      title: titles.get(document) ?? document,
      score: Math.round(score * 1000) / 1000,
    }))
    .sort((a, b) => b.score - a.score || (a.document < b.document ? -1 : 1))
    .slice(0, limit);
}
