import { setMaxListeners } from "node:events";
import { cancelled } from "./signal.ts";

export interface Bound {
  /** How many items are worked on at once. */
  readonly limit: number;
  readonly signal?: AbortSignal | undefined;
}

/**
 * Maps `items` in order, at most `limit` at once. The first failure aborts the rest, and nothing of it runs any more
 * when the returned promise rejects. Rejects with CANCELLED when the signal is aborted.
 */
export async function mapBounded<T, R>(
  items: readonly T[],
  { limit, signal }: Bound,
  work: (item: T, signal: AbortSignal, index: number) => Promise<R>,
): Promise<readonly R[]> {
  const stop = new AbortController();
  // All items of a batch listen to the one signal: no leak, whatever their number.
  setMaxListeners(0, stop.signal);
  const abort = (): void => stop.abort();
  if (signal?.aborted) abort();
  signal?.addEventListener("abort", abort, { once: true });
  const results = new Array<R>(items.length);
  const pending = items.entries();
  const drain = async (): Promise<void> => {
    for (const [index, item] of pending) {
      if (stop.signal.aborted) throw cancelled();
      results[index] = await work(item, stop.signal, index);
    }
  };
  const drains = Array.from({ length: Math.min(limit, items.length) }, drain);
  try {
    await Promise.all(drains);
    return results;
  } catch (error) {
    stop.abort();
    await Promise.allSettled(drains);
    throw error;
  } finally {
    signal?.removeEventListener("abort", abort);
  }
}
