import { contentWords, tokenize } from '../tokenizer';

export interface WordStats {
  words: number;
  uniqueWords: number;
  sentences: number;
  averageWordLength: number;
  topTerms: { term: string; count: number }[];
}

/** Word statistics of a text; equal counts are ordered by term. */
export function wordStats(text: string): WordStats {
  const words = tokenize(text);
  const counts = new Map<string, number>();
  for (const word of contentWords(text)) counts.set(word, (counts.get(word) ?? 0) + 1);
  const letters = words.reduce((sum, word) => sum + word.length, 0);
  return {
    words: words.length,
    uniqueWords: new Set(words).size,
    sentences: text.split(/[.!?]+(?:\s|$)/).filter((part) => part.trim() !== '').length,
    averageWordLength: words.length === 0 ? 0 : Math.round((letters / words.length) * 100) / 100,
    topTerms: [...counts]
      .map(([term, count]) => ({ term, count }))
      .sort((a, b) => b.count - a.count || (a.term < b.term ? -1 : 1))
      .slice(0, 5),
  };
}

export interface NumberSummary {
  count: number;
  sum: number;
  smallest: number | null;
  largest: number | null;
}

/** Sum and extremes of the numbers a text mentions. */
export function numberSummary(text: string): NumberSummary {
  const numbers = (text.match(/-?\d+(?:\.\d+)?/g) ?? []).map(Number);
  return {
    count: numbers.length,
    sum: numbers.reduce((sum, value) => sum + value, 0),
    smallest: numbers.length === 0 ? null : Math.min(...numbers),
    largest: numbers.length === 0 ? null : Math.max(...numbers),
  };
}

/** The first fenced TypeScript block of a task, without its fences. */
export function fencedScript(task: string): string | undefined {
  return /```(?:ts|typescript)\r?\n([\s\S]*?)```/.exec(task)?.[1];
}
