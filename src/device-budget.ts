const MS_PER_MINUTE = 60_000;

/**
 * Milliseconds of the device that a client may take: a minute's worth at once, which fills up steadily. Below zero stands
 * what it took beyond what was expected.
 */
export class DeviceBudget {
  readonly #msPerMinute: number;
  #leftMs: number;
  #filledAt: number | undefined;

  constructor(msPerMinute: number) {
    this.#msPerMinute = msPerMinute;
    this.#leftMs = msPerMinute;
  }

  /** What is left at this instant. */
  leftMs(now: number): number {
    this.#add(((now - (this.#filledAt ?? now)) * this.#msPerMinute) / MS_PER_MINUTE);
    this.#filledAt = now;
    return this.#leftMs;
  }

  /** How long until so much is left, if nothing else is taken; 0 where it is. */
  waitMs(ms: number, now: number): number {
    const wanting = ms - this.leftMs(now);
    // What is a whole number of milliseconds may be one a little less.
    return wanting <= 0 ? 0 : Math.floor((wanting / this.#msPerMinute) * MS_PER_MINUTE) + 1;
  }

  /** Takes so much, or gives it back. */
  take(ms: number, now: number): void {
    this.leftMs(now);
    this.#add(-ms);
  }

  #add(ms: number): void {
    this.#leftMs = Math.min(this.#msPerMinute, this.#leftMs + ms);
  }
}

/** Of clients that are remembered. */
const MAX_CLIENTS = 10_000;

/** The budgets of those who asked latest: who is forgotten begins with a full one. */
export class ClientBudgets {
  readonly #msPerMinute: number;
  readonly #maxClients: number;
  readonly #budgets = new Map<string, DeviceBudget>();

  constructor(msPerMinute: number, { maxClients = MAX_CLIENTS }: { readonly maxClients?: number } = {}) {
    this.#msPerMinute = msPerMinute;
    this.#maxClients = maxClients;
  }

  of(client: string): DeviceBudget {
    const budget = this.#budgets.get(client) ?? new DeviceBudget(this.#msPerMinute);
    this.#budgets.delete(client);
    this.#budgets.set(client, budget);
    const longestAgo = this.#budgets.keys().next();
    if (this.#budgets.size > this.#maxClients && !longestAgo.done) this.#budgets.delete(longestAgo.value);
    return budget;
  }
}
