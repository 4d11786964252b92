import { setTimeout as delay } from "node:timers/promises";

const POLL_MS = 20;

/** Asks again and again until the answer is no longer undefined. Throws, saying what was waited for, when the time is over. */
export async function eventually<T>(
  what: string,
  ask: () => T | undefined | Promise<T | undefined>,
  timeoutMs = 30_000,
): Promise<T> {
  const until = performance.now() + timeoutMs;
  while (performance.now() < until) {
    const answer = await ask();
    if (answer !== undefined) return answer;
    await delay(POLL_MS);
  }
  throw new Error(`${what}: not within ${timeoutMs} ms`);
}
