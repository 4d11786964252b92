import type { CacheCounts } from "../scheduler-view.ts";
import { ByteCache } from "../scheduling/byte-cache.ts";

/** Values by key: made once while many ask, and kept for a while, bounded in bytes. What fails is not kept. */
export class Kept<T> {
  readonly #cache: ByteCache<T>;
  readonly #inFlight = new Map<string, Promise<T>>();

  constructor(maxBytes: number, bytesOf: (value: T) => number) {
    this.#cache = new ByteCache(maxBytes, bytesOf);
  }

  get counts(): CacheCounts {
    return this.#cache.counts;
  }

  /** The kept value, or the one that is being made, or a new one. */
  async get(key: string, make: () => Promise<T>): Promise<T> {
    return this.#cache.get(key) ?? this.#inFlight.get(key) ?? this.#start(key, make);
  }

  #start(key: string, make: () => Promise<T>): Promise<T> {
    const making = make()
      .then((value) => {
        this.#cache.set(key, value);
        return value;
      })
      .finally(() => this.#inFlight.delete(key));
    this.#inFlight.set(key, making);
    return making;
  }
}
