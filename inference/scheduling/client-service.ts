/** Clients without a request whose time is remembered. */
const MAX_ABSENT = 4096;
/** Who has no more requests in flight waits for each of them, and is not to wait for another's many. */
const FEW = 2;
/** So much more counts what a client has while it crowds others: one of these gets two thirds of the time, if it wants it. */
const CROWD_PRICE = 2;
/** Of the device's time: who has left so lately comes back, as a client does that asks one thing after the other. */
const LATELY_MS = 2_000;
/** Who comes back has been waiting, in a way, and goes before the others; but may not save up more than so much. */
const MOST_SAVED_MS = 1_000;

interface Service {
  /** Milliseconds of the device. */
  had: number;
  /** Requests in flight. */
  requests: number;
  /** Of them, the most at a time since it came. */
  most: number;
  /** On the clock of all the device's time, when it had one the last time. */
  seen: number;
}

/**
 * How much of the device's time each client has had, so that whoever had least can go first: of clients that always want
 * more, none gets ahead of another by more than two passes' worth. Who comes begins no lower than those who are there: one
 * can't save up by staying away (virtual token counters, Sheng et al., "Fairness in Serving Large Language Models", OSDI
 * 2024; in time instead of tokens, since a picture is hundreds of them). Who asks one thing after the other is not away
 * between two: it keeps what it did not use of its part, up to a second.
 */
export class ClientService {
  readonly #clients = new Map<string, Service>();
  #numPresent = 0;
  #clock = 0;

  /** Clients that have requests in flight. */
  get numPresent(): number {
    return this.#numPresent;
  }

  /** A request of the client has come. */
  arrived(client: string): void {
    if (this.#numPresent === 0) this.#clients.clear();
    const service = this.#clients.get(client) ?? { had: 0, requests: 0, most: 0, seen: 0 };
    if (service.requests === 0) this.#enter(client, service);
    service.requests += 1;
    service.most = Math.max(service.most, service.requests);
  }

  /** A request of the client has gone. */
  left(client: string): void {
    const service = this.#clients.get(client)!;
    service.requests -= 1;
    service.seen = this.#clock;
    if (service.requests > 0) return;
    this.#numPresent -= 1;
    this.#forgetOldest();
  }

  /** The device has worked for the client. */
  took(client: string, ms: number): void {
    this.#clock += ms;
    const service = this.#clients.get(client);
    if (service !== undefined) service.had += ms * (this.isCrowding(client) ? CROWD_PRICE : 1);
  }

  /** What counts against a client: milliseconds, as they stand among those of all. */
  had(client: string): number {
    return this.#clients.get(client)?.had ?? 0;
  }

  /** Whether the client has many requests in flight while another, who has few, is there, or was lately. */
  isCrowding(client: string): boolean {
    if ((this.#clients.get(client)?.requests ?? 0) <= FEW) return false;
    return [...this.#clients].some(
      ([other, service]) => other !== client && service.most <= FEW && this.#isThere(service),
    );
  }

  #isThere({ requests, seen }: Service): boolean {
    return requests > 0 || this.#clock - seen < LATELY_MS;
  }

  #enter(client: string, service: Service): void {
    const isBack = this.#isThere(service) && service.most > 0;
    service.had = Math.max(service.had, this.#least() - (isBack ? MOST_SAVED_MS : 0));
    if (!isBack) service.most = 0;
    // Behind all others: who has been away the longest stands first.
    this.#clients.delete(client);
    this.#clients.set(client, service);
    this.#numPresent += 1;
  }

  /** Of those present; nothing where nobody is. */
  #least(): number {
    const present = [...this.#clients.values()].filter(({ requests }) => requests > 0);
    return present.reduce((least, { had }) => Math.min(least, had), present[0]?.had ?? 0);
  }

  #forgetOldest(): void {
    if (this.#clients.size - this.#numPresent <= MAX_ABSENT) return;
    const oldest = [...this.#clients].find(([, { requests }]) => requests === 0);
    if (oldest !== undefined) this.#clients.delete(oldest[0]);
  }
}
