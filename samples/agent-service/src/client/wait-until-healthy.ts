import { setTimeout as sleep } from 'node:timers/promises';

/** True if a service answers at the address. */
export async function isHealthy(baseUrl: string): Promise<boolean> {
  try {
    const response = await fetch(`${baseUrl}/health`, { signal: AbortSignal.timeout(2000) });
    await response.body?.cancel();
    return response.ok;
  } catch {
    return false;
  }
}

/**
 * Resolves when the service answers; asks again after 50 ms, then ever less often up to once a second.
 *
 * @param timeout longest wait, in ms
 * @throws when the service does not answer in time
 */
export async function waitUntilHealthy(baseUrl: string, timeout = 20_000): Promise<void> {
  const deadline = Date.now() + timeout;
  let delay = 50;
  while (!(await isHealthy(baseUrl))) {
    if (Date.now() >= deadline) {
      throw new Error(`No healthy service at ${baseUrl} within ${timeout} ms.`);
    }
    await sleep(delay);
    delay = Math.min(delay * 1.5, 1000);
  }
}
