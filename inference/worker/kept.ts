import type { CacheCounts } from "../scheduler-view.ts";
import { ByteCache } from "../scheduling/byte-cache.ts";
import { cancelled, untilAborted } from "./until-aborted.ts";

interface Making<T> {
  readonly value: Promise<T>;
  numWaiting: number;
}

/** Makes a value. To call `begin` when the work begins: it throws if nobody waits for the value any more. */
type Make<T> = (begin: () => void) => Promise<T>;

/** Values by key: made once while many ask, and kept for a while, bounded in bytes. What fails is not kept. */
export class Kept<T> {
  readonly #cache: ByteCache<T>;
  readonly #inFlight = new Map<string, Making<T>>();

  constructor(maxBytes: number, bytesOf: (value: T) => number) {
    this.#cache = new ByteCache(maxBytes, bytesOf);
  }

  get counts(): CacheCounts {
    return this.#cache.counts;
  }

  /** The kept value, or the one that is being made, or a new one. Who leaves by the signal waits no longer (CANCELLED). */
  async get(key: string, make: Make<T>, signal?: AbortSignal): Promise<T> {
    if (signal?.aborted === true) throw cancelled();
    const making = this.#inFlight.get(key);
    if (making === undefined) return this.#cache.get(key) ?? waitFor(this.#start(key, make), signal);
    this.#cache.share();
    return waitFor(making, signal);
  }

  #start(key: string, make: Make<T>): Making<T> {
    const end = (): void => {
      if (this.#inFlight.get(key) === making) this.#inFlight.delete(key);
    };
    const begin = (): void => {
      if (making.numWaiting > 0) return;
      // At once: whoever asks from now on is not to wait for what is given up.
      end();
      throw cancelled();
    };
    const keep = (value: T): T => {
      this.#cache.set(key, value);
      return value;
    };
    // Not before somebody is counted as waiting.
    const value = Promise.resolve()
      .then(() => make(begin))
      .then(keep)
      .finally(end);
    const making: Making<T> = { value, numWaiting: 0 };
    this.#inFlight.set(key, making);
    return making;
  }
}

async function waitFor<T>(making: Making<T>, signal: AbortSignal | undefined): Promise<T> {
  making.numWaiting += 1;
  try {
    return await (signal === undefined ? making.value : untilAborted(making.value, signal));
  } finally {
    making.numWaiting -= 1;
  }
}
