import { InferenceError } from "../errors.ts";
import { type Claimant, COMMON, priorities } from "../scheduling/claim.ts";

/** Somebody who waits for work to be done, until the signal. */
export interface Waiter extends Claimant {
  readonly signal: AbortSignal;
}

/** Work that has no place yet. */
interface Waiting {
  readonly waiters: Waiter[];
  readonly begin: () => void;
  readonly giveUp: (error: InferenceError) => void;
}

/**
 * Lets so many pieces of work run at once. Where others wait, clients take turns, so that one's many pictures do not hold
 * another's up; of each, what is urgent goes first, then what came first. What nobody waits for any more is not begun.
 */
export class Places {
  readonly #max: number;
  #running = 0;
  /** By key, in order of arrival. */
  readonly #waiting = new Map<string, Waiting>();
  /** When each client that waits had its last turn; who has had none lately goes first. */
  readonly #turns = new Map<string, number>();
  #numTurns = 0;

  constructor(max: number) {
    this.#max = max;
  }

  /** Does work that no other of the same key waits to do. Rejects with CANCELLED where all who wait for it have left. */
  async run<T>(key: string, waiter: Waiter, work: () => Promise<T>): Promise<T> {
    if (this.#running >= this.#max) await this.#turn(key, waiter);
    else this.#running += 1;
    try {
      return await work();
    } finally {
      this.#leave();
    }
  }

  /** Another waits for what waits under this key, if anything does: its turn is theirs too. */
  join(key: string, waiter: Waiter): void {
    this.#waiting.get(key)?.waiters.push(waiter);
  }

  #turn(key: string, waiter: Waiter): Promise<void> {
    return new Promise((begin, giveUp) => this.#waiting.set(key, { waiters: [waiter], begin, giveUp }));
  }

  /** The place is handed over, so nobody can slip in between. */
  #leave(): void {
    this.#giveUpUnwanted();
    const key = this.#nextKey();
    if (key === undefined) {
      this.#running -= 1;
      return;
    }
    const { begin } = this.#waiting.get(key)!;
    this.#waiting.delete(key);
    begin();
  }

  #giveUpUnwanted(): void {
    for (const [key, { waiters, giveUp }] of this.#waiting) {
      if (waiters.some(({ signal }) => !signal.aborted)) continue;
      this.#waiting.delete(key);
      giveUp(new InferenceError("CANCELLED", "Nobody waits for the picture any more."));
    }
  }

  #nextKey(): string | undefined {
    const claims = [...this.#waiting].flatMap(([key, { waiters }]) =>
      waiters.filter(({ signal }) => !signal.aborted).map((waiter) => ({ key, waiter, turn: this.#turnOf(waiter) })),
    );
    const [first] = claims.sort((a, b) => a.turn - b.turn || rank(a.waiter) - rank(b.waiter));
    if (first === undefined) return undefined;
    const present = new Set(claims.map(({ waiter }) => clientOf(waiter)));
    for (const client of this.#turns.keys()) if (!present.has(client)) this.#turns.delete(client);
    this.#turns.set(clientOf(first.waiter), ++this.#numTurns);
    return first.key;
  }

  #turnOf(waiter: Waiter): number {
    return this.#turns.get(clientOf(waiter)) ?? 0;
  }
}

function clientOf({ client = COMMON.client }: Waiter): string {
  return client;
}

function rank({ priority = COMMON.priority }: Waiter): number {
  return priorities.indexOf(priority);
}
