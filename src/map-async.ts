/**
 * Each value of the source, made into another. What consumers do to it (`return`, `throw`) acts on the source at once:
 * an async generator would wait for the value that is on its way.
 */
export function mapAsync<A, B>(source: AsyncIterable<A>, map: (value: A) => B): AsyncIterableIterator<B> {
  const iterator = source[Symbol.asyncIterator]();
  const mapped = ({ done, value }: IteratorResult<A, unknown>): IteratorResult<B, undefined> =>
    done === true ? over : { done: false, value: map(value) };
  return {
    [Symbol.asyncIterator]() {
      return this;
    },
    next: async () => mapped(await iterator.next()),
    return: async () => {
      await iterator.return?.();
      return over;
    },
    throw: async (error: unknown) => {
      if (iterator.throw === undefined) throw error;
      return mapped(await iterator.throw(error));
    },
  };
}

const over = { done: true, value: undefined } as const;
