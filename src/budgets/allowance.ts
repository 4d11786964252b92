const MS_PER_MINUTE = 60_000;

/**
 * How much of something may be used: a minute's worth at once, which fills up steadily. Below zero stands what was used
 * beyond what was expected.
 */
export class Allowance {
  readonly perMinute: number;
  #left: number;
  #filledAt: number | undefined;

  constructor(perMinute: number) {
    this.perMinute = perMinute;
    this.#left = perMinute;
  }

  /** What is left at this instant, in milliseconds. */
  left(now: number): number {
    this.#add(((now - (this.#filledAt ?? now)) * this.perMinute) / MS_PER_MINUTE);
    this.#filledAt = now;
    return this.#left;
  }

  /** How long until so much is left, if nothing else is taken; 0 where it is. */
  waitMs(amount: number, now: number): number {
    const wanting = amount - this.left(now);
    // What is a whole number of milliseconds may be one a little less.
    return wanting <= 0 ? 0 : Math.floor((wanting / this.perMinute) * MS_PER_MINUTE) + 1;
  }

  /** Takes so much, or gives it back. */
  take(amount: number, now: number): void {
    this.left(now);
    this.#add(-amount);
  }

  #add(amount: number): void {
    this.#left = Math.min(this.perMinute, this.#left + amount);
  }
}

/** Of clients that are remembered. */
const MAX_CLIENTS = 10_000;

/** The allowances of those who asked latest: who is forgotten begins with a full one, and so does who is given another. */
export class Allowances {
  readonly #maxClients: number;
  readonly #byClient = new Map<string, Allowance>();

  constructor({ maxClients = MAX_CLIENTS }: { readonly maxClients?: number } = {}) {
    this.#maxClients = maxClients;
  }

  of(client: string, perMinute: number): Allowance {
    const known = this.#byClient.get(client);
    const allowance = known?.perMinute === perMinute ? known : new Allowance(perMinute);
    this.#byClient.delete(client);
    this.#byClient.set(client, allowance);
    const longestAgo = this.#byClient.keys().next();
    if (this.#byClient.size > this.#maxClients && !longestAgo.done) this.#byClient.delete(longestAgo.value);
    return allowance;
  }
}
