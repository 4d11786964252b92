/** Clients without a request whose time is remembered. */
const MAX_ABSENT = 4096;

interface Service {
  /** Milliseconds of the device. */
  had: number;
  /** Requests in flight. */
  requests: number;
}

/**
 * How much of the device's time each client has had, so that whoever had least can go first: of clients that always want
 * more, none gets ahead of another by more than two passes' worth. Who comes begins no lower than those who are there: one
 * can't save up by staying away (virtual token counters, Sheng et al., "Fairness in Serving Large Language Models", OSDI
 * 2024; in time instead of tokens, since a picture is hundreds of them).
 */
export class ClientService {
  readonly #clients = new Map<string, Service>();
  #numPresent = 0;

  /** Clients that have requests in flight. */
  get numPresent(): number {
    return this.#numPresent;
  }

  /** A request of the client has come. */
  arrived(client: string): void {
    if (this.#numPresent === 0) this.#clients.clear();
    const service = this.#clients.get(client) ?? { had: 0, requests: 0 };
    if (service.requests === 0) this.#enter(client, service);
    service.requests += 1;
  }

  /** A request of the client has gone. */
  left(client: string): void {
    const service = this.#clients.get(client)!;
    service.requests -= 1;
    if (service.requests > 0) return;
    this.#numPresent -= 1;
    this.#forgetOldest();
  }

  /** The device has worked for the client. */
  took(client: string, ms: number): void {
    const service = this.#clients.get(client);
    if (service !== undefined) service.had += ms;
  }

  /** What counts against a client: milliseconds, as they stand among those of all. */
  had(client: string): number {
    return this.#clients.get(client)?.had ?? 0;
  }

  #enter(client: string, service: Service): void {
    service.had = Math.max(service.had, this.#least());
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
