import { BatchLimit } from "./batch-limit.ts";
import type { DecoderLane } from "./decoder-lane.ts";
import { PassStats } from "./load.ts";

export interface EncoderSpec {
  /** Whether results outlive their requests, in the feature cache. */
  readonly cached: boolean;
  readonly encodesImages: boolean;
  readonly maxBatch: number;
}

/** One encoder network: how large its passes are, and should be. Its calls wait in the call graph. */
export class EncoderLane {
  readonly kind = "encoder";
  readonly network: string;
  readonly spec: EncoderSpec;
  readonly stats = new PassStats();
  readonly #limit: BatchLimit;
  /** Turn in which it was served last. */
  served = 0;
  /** The decoder whose memory it computes, if it is such a network. */
  feeds: DecoderLane | undefined;

  constructor(network: string, spec: EncoderSpec) {
    this.network = network;
    this.spec = spec;
    this.#limit = new BatchLimit(spec.maxBatch);
  }

  /** Items that the next pass may take. */
  get limit(): number {
    return this.#limit.limit;
  }

  /** The same while clients with few requests are not to wait long for a crowd's. */
  get crowdLimit(): number {
    return this.#limit.crowdLimit;
  }

  /** See BatchLimit.fit. */
  get fit(): ReturnType<BatchLimit["fit"]> {
    return this.#limit.fit();
  }

  /** No pass takes less, as far as is known; milliseconds. */
  get leastMs(): number {
    return this.#limit.quickest;
  }

  /** Whether more results for a client would only lie about: a picture's memory is large, and enough of its sequences wait with theirs. */
  whoIsAhead(): (client: string) => boolean {
    return this.feeds?.whoHasEnoughWaiting() ?? (() => false);
  }

  observe(items: number, ms: number): void {
    this.#limit.observe(items, ms);
    this.stats.observe(items, ms);
  }
}
