import type { LoadRequest } from 'autocannon';

/** Ids that requests of the mix refer to. */
export interface KnownIds {
  runs: string[];
  conversations: string[];
}

export type RouteRequest = LoadRequest & { route: string };

/** mulberry32: small, fast, and the same sequence everywhere for the same seed. */
export function seededRandom(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296;
  };
}

const topics = ['event loop', 'backoff', 'run history', 'report templates', 'tools', 'messages'];
const verbs = ['Describe', 'Search for', 'Explain', 'Find', 'Summarise'];

/** A task of up to some hundred words. */
export function randomTask(random: () => number): string {
  const sentences = Array.from({ length: 1 + Math.floor(random() * 20) }, () => {
    const verb = verbs[Math.floor(random() * verbs.length)];
    const topic = topics[Math.floor(random() * topics.length)];
    return `${verb} the ${topic} in ${Math.floor(random() * 100)} words.`;
  });
  return sentences.join(' ');
}

/** How often each route is asked for, of 40 requests. */
const weights: Record<string, number> = {
  'POST /workflow/run': 8,
  'POST /workflow/run?wait': 2,
  'GET /history/:id': 8,
  'GET /history': 5,
  'GET /history/:id/report': 2,
  'GET /workflow/:id/events': 3,
  'POST /conversations/:id/messages': 4,
  'GET /conversations/:id': 3,
  'GET /config': 3,
  'POST /scripts/compile': 1,
  'GET /health': 1,
};

/** The mix of 40 requests, shuffled; the same for the same seed and ids. */
export function createMix(random: () => number, ids: KnownIds): RouteRequest[] {
  const pick = (list: string[]) => list[Math.floor(random() * list.length)] ?? '';
  const routes = Object.entries(weights).flatMap(([route, weight]) => Array(weight).fill(route));
  for (let last = routes.length - 1; last > 0; last--) {
    const other = Math.floor(random() * (last + 1));
    [routes[last], routes[other]] = [routes[other], routes[last]];
  }
  return routes.map((route: string) => {
    const [method = '', path = ''] = route.split(' ');
    const collection = path.startsWith('/conversations') ? ids.conversations : ids.runs;
    const target = path.replace(':id', pick(collection)).replace('?wait', '?wait=true');
    const request = { route, method, path: target === '/health' ? target : `/api/v1${target}` };
    if (method === 'GET') return request;
    const headers = { 'content-type': 'application/json' };
    return { ...request, headers, body: JSON.stringify(bodyFor(path, random)) };
  });
}

function bodyFor(path: string, random: () => number): Record<string, string> {
  if (path.startsWith('/workflow')) return { task: randomTask(random) };
  if (path.startsWith('/conversations')) return { content: randomTask(random) };
  return { source: `export const limit: number = ${Math.floor(random() * 1000)};\n` };
}
