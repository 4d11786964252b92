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
  /** On the clock of all the device's time, when it had one the last time before it came. */
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
  readonly #present = new Map<string, Service>();
  /** In the order in which they left. */
  readonly #absent = new Map<string, Service>();
  /** Of those present, how many have never had more than a few requests at a time. */
  #numFew = 0;
  /** Of those absent, the same, each with when it left, as far as that may be lately; who left first stands first. */
  readonly #fewLately = new Map<string, number>();
  #clock = 0;

  /** Clients that have requests in flight. */
  get numPresent(): number {
    return this.#present.size;
  }

  /** A request of the client has come. */
  arrived(client: string): void {
    if (this.#present.size === 0) this.#forgetAll();
    const service = this.#present.get(client) ?? this.#enter(client);
    service.requests += 1;
    if (service.requests <= service.most) return;
    service.most = service.requests;
    if (service.most === FEW + 1) this.#numFew -= 1;
  }

  /** A request of the client has gone. */
  left(client: string): void {
    const service = this.#present.get(client)!;
    service.requests -= 1;
    if (service.requests === 0) this.#leave(client, service);
  }

  /** The device has worked for the client. */
  took(client: string, ms: number): void {
    this.#clock += ms;
    const service = this.#of(client);
    if (service !== undefined) service.had += ms * (this.isCrowding(client) ? CROWD_PRICE : 1);
  }

  /** What counts against a client: milliseconds, as they stand among those of all. */
  had(client: string): number {
    return this.#of(client)?.had ?? 0;
  }

  /** Whether the client has many requests in flight while another, who has few, is there, or was lately. */
  isCrowding(client: string): boolean {
    if ((this.#present.get(client)?.requests ?? 0) <= FEW) return false;
    return this.#numFew > 0 || this.#wasFewThereLately();
  }

  #wasFewThereLately(): boolean {
    for (const [client, seen] of this.#fewLately) {
      if (this.#isLately(seen)) return true;
      this.#fewLately.delete(client);
    }
    return false;
  }

  #isLately(seen: number): boolean {
    return this.#clock - seen < LATELY_MS;
  }

  #of(client: string): Service | undefined {
    return this.#present.get(client) ?? this.#absent.get(client);
  }

  #enter(client: string): Service {
    const service = this.#absent.get(client) ?? { had: 0, requests: 0, most: 0, seen: -Infinity };
    const isBack = this.#isLately(service.seen);
    service.had = Math.max(service.had, this.#least() - (isBack ? MOST_SAVED_MS : 0));
    if (!isBack) service.most = 0;
    if (service.most <= FEW) this.#numFew += 1;
    this.#absent.delete(client);
    this.#fewLately.delete(client);
    this.#present.set(client, service);
    return service;
  }

  #leave(client: string, service: Service): void {
    service.seen = this.#clock;
    this.#present.delete(client);
    this.#absent.set(client, service);
    if (service.most <= FEW) {
      this.#numFew -= 1;
      this.#fewLately.set(client, service.seen);
    }
    if (this.#absent.size > MAX_ABSENT) this.#forget(this.#absent.keys().next().value!);
  }

  #forget(client: string): void {
    this.#absent.delete(client);
    this.#fewLately.delete(client);
  }

  /** Of those present; nothing where nobody is. */
  #least(): number {
    const had = [...this.#present.values()].map((service) => service.had);
    return had.length === 0 ? 0 : Math.min(...had);
  }

  #forgetAll(): void {
    this.#absent.clear();
    this.#fewLately.clear();
  }
}
