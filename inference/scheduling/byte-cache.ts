import type { CacheCounts } from "../scheduler-view.ts";

/** Values by key, bounded in bytes: the least recently used goes first. */
export class ByteCache<T> {
  readonly maxBytes: number;
  readonly #bytesOf: (value: T) => number;
  #bytes = 0;
  #hits = 0;
  #shared = 0;
  #misses = 0;
  /** A Map keeps insertion order, so its first key is the least recently used. */
  readonly #entries = new Map<string, T>();

  constructor(maxBytes: number, bytesOf: (value: T) => number) {
    this.maxBytes = maxBytes;
    this.#bytesOf = bytesOf;
  }

  get bytes(): number {
    return this.#bytes;
  }

  /** What it holds, and how often what was asked for was there, or was being made. */
  get counts(): CacheCounts {
    const [hits, shared, misses] = [this.#hits, this.#shared, this.#misses];
    return { bytes: this.#bytes, maxBytes: this.maxBytes, hits, shared, misses };
  }

  /** To be told where what is asked for is being made for another, and so the cache is not asked. */
  share(): void {
    this.#shared += 1;
  }

  get(key: string): T | undefined {
    const value = this.#entries.get(key);
    if (value === undefined) {
      this.#misses += 1;
      return undefined;
    }
    this.#hits += 1;
    this.#entries.delete(key);
    this.#entries.set(key, value);
    return value;
  }

  /** Keeps the value, unless it alone is more than the cache holds. */
  set(key: string, value: T): void {
    this.#remove(key);
    const size = this.#bytesOf(value);
    if (size > this.maxBytes) return;
    this.#entries.set(key, value);
    this.#bytes += size;
    for (const oldest of this.#entries.keys()) {
      if (this.#bytes <= this.maxBytes) break;
      this.#remove(oldest);
    }
  }

  /** Forgets all. */
  clear(): void {
    this.#entries.clear();
    this.#bytes = 0;
  }

  #remove(key: string): void {
    const value = this.#entries.get(key);
    if (value === undefined) return;
    this.#entries.delete(key);
    this.#bytes -= this.#bytesOf(value);
  }
}
