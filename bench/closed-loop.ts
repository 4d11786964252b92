export interface Loop {
  /** Each has one request in flight, and sends its next when the answer is there. */
  readonly clients: number;
  /** No request is begun later. */
  readonly budgetMs: number;
}

export interface LoopResult<R> {
  readonly results: readonly R[];
  /** From the first request to the last answer. */
  readonly seconds: number;
}

/** Sends the items by a number of clients; the first failure ends it. */
export async function closedLoop<T, R>(
  items: readonly T[],
  { clients, budgetMs }: Loop,
  send: (item: T) => Promise<R>,
): Promise<LoopResult<R>> {
  const results: R[] = [];
  const queue = items.values();
  const start = performance.now();
  const client = async (): Promise<void> => {
    for (const item of queue) {
      results.push(await send(item));
      if (performance.now() - start > budgetMs) return;
    }
  };
  await Promise.all(Array.from({ length: clients }, client));
  return { results, seconds: (performance.now() - start) / 1000 };
}
