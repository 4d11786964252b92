import type { CacheShape } from "./cache-shape.ts";
import type { CacheWatcher, KVCache, NewRows } from "./kv-cache.ts";
import { ResidentArrays, type Lent } from "./resident-arrays.ts";
import type { Feeds, NamedTensors } from "./session.ts";

/** What a pass is fed of a cache, and how to end the pass. */
export interface CacheFeeds {
  readonly feeds: Feeds;
  readonly giveBack: () => void;
}

/**
 * A cache's keys and values on a WebGPU device. What lies in JS memory stays the truth, for sequences that move, branch off
 * and come back; of a pass that only goes on, no more than its new rows is sent.
 */
export class ResidentCache implements CacheWatcher {
  readonly #arrays: Readonly<Record<"past" | "memory", ResidentArrays>>;

  private constructor(past: ResidentArrays, memory: ResidentArrays) {
    this.#arrays = { past, memory };
  }

  static async create({ layers, heads, headDim, dtype }: CacheShape): Promise<ResidentCache> {
    const shape = { count: 2 * layers, heads, headDim, dtype };
    return new ResidentCache(await ResidentArrays.create(shape), await ResidentArrays.create(shape));
  }

  get sentElements(): number {
    return this.#arrays.past.sentElements + this.#arrays.memory.sentElements;
  }

  resized(arrays: "past" | "memory"): void {
    this.#arrays[arrays].drop();
  }

  wrote(arrays: "past" | "memory", rows: NewRows): void {
    this.#arrays[arrays].outdate(rows);
  }

  /** What `cache`, which this one watches, feeds for these slots. */
  async inputs(cache: KVCache, first: number, batch: number): Promise<CacheFeeds> {
    const all = cache.inputs(0, cache.capacity.slots);
    const lent: Lent[] = [];
    for (const kind of ["past", "memory"] as const) {
      const arrays = named(all, `${kind}_`);
      if (Object.keys(arrays).length > 0) lent.push(await this.#arrays[kind].slots(arrays, first, batch));
    }
    const mask = cache.inputs(first, batch).memory_mask;
    const tensors = lent.map(({ tensors }) => tensors);
    const feeds = Object.assign({}, ...tensors, mask && { memory_mask: mask }) as Feeds;
    return { feeds, giveBack: () => lent.forEach(({ giveBack }) => giveBack()) };
  }
}

/** Keys and values of all layers. */
function named(inputs: NamedTensors, prefix: string): NamedTensors {
  return Object.fromEntries(
    Object.entries(inputs).filter(([name]) => /_[kv]\.\d+$/.test(name) && name.startsWith(prefix)),
  );
}
