import { InferenceError } from "../inference/index.ts";
import { cancelled } from "./signal.ts";

export interface TurnLimits {
  /** Pieces of work at once. */
  readonly running: number;
  /** Pieces that wait, of all clients. */
  readonly waiting: number;
  /** Pieces of one client that wait. */
  readonly waitingOfOne: number;
}

/** Whoever is refused may come again then: by experience, by then a place is free. */
const RETRY_AFTER_MS = 1_000;

/** Lets so many pieces of work run at once, and so many wait; the clients of those that wait take turns. */
export class Turns {
  readonly #limits: TurnLimits;
  #running = 0;
  /** By client, whoever's turn is next first; nobody is there who does not wait. */
  readonly #waiting = new Map<string, Set<() => void>>();
  #numWaiting = 0;

  constructor(limits: TurnLimits) {
    this.#limits = limits;
  }

  /** Does the work when its turn has come. Rejects with OVERLOADED at once, or with CANCELLED when the signal says so. */
  async run<T>(client: string, signal: AbortSignal, work: () => Promise<T>): Promise<T> {
    if (this.#running < this.#limits.running) this.#running += 1;
    else await this.#turn(client, signal);
    try {
      return await work();
    } finally {
      this.#leave();
    }
  }

  #turn(client: string, signal: AbortSignal): Promise<void> {
    if (this.#isFullFor(client)) return Promise.reject(overloaded());
    if (signal.aborted) return Promise.reject(cancelled());
    return new Promise((resolve, reject) => {
      const begin = (): void => {
        signal.removeEventListener("abort", leave);
        resolve();
      };
      const leave = (): void => {
        this.#forget(client, begin);
        reject(cancelled());
      };
      signal.addEventListener("abort", leave, { once: true });
      this.#waiting.set(client, (this.#waiting.get(client) ?? new Set()).add(begin));
      this.#numWaiting += 1;
    });
  }

  /** The place is handed over, so nobody can slip in between. */
  #leave(): void {
    const [next] = this.#waiting;
    if (next === undefined) {
      this.#running -= 1;
      return;
    }
    const [client, pieces] = next;
    const [begin] = pieces;
    this.#waiting.delete(client);
    this.#waiting.set(client, pieces);
    this.#forget(client, begin!);
    begin!();
  }

  #forget(client: string, begin: () => void): void {
    const pieces = this.#waiting.get(client);
    if (!pieces?.delete(begin)) return;
    this.#numWaiting -= 1;
    if (pieces.size === 0) this.#waiting.delete(client);
  }

  #isFullFor(client: string): boolean {
    const { waiting, waitingOfOne } = this.#limits;
    return this.#numWaiting >= waiting || (this.#waiting.get(client)?.size ?? 0) >= waitingOfOne;
  }
}

function overloaded(): InferenceError {
  return new InferenceError("OVERLOADED", "Too many copies of pictures are waiting to be made.", {
    retryAfterMs: RETRY_AFTER_MS,
  });
}
