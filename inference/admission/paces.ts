import { Pace } from "./pace.ts";

/** Clients whose pace is remembered; who came the longest ago goes first. */
const MAX_CLIENTS = 1024;

/**
 * How long requests wait for a millisecond of the device: pictures are read, answers written, other work runs on the machine,
 * and other clients have their part. The first is known of all requests; the last of each client's, on a clock that tells
 * what was done for all, and for each of the clients that were there. So it holds as soon as there are more of them: nobody
 * knows whether who came a moment ago will go on asking, but others who came went on like this.
 */
export class Paces {
  readonly #all = new Pace();
  readonly #byClient = new Map<string, Pace>();
  /** What the device has done for all, in milliseconds. */
  #doneMs = 0;

  /** Of all requests; work is done no faster than the device does it. */
  get ofAll(): number {
    return Math.max(1, this.#all.value);
  }

  /** Of a client's requests where so many clients share the device. Who asks only, and is refused, is not remembered. */
  valueOf(client: string, clients: number): number {
    const own = this.#byClient.get(client)?.value ?? 1;
    return this.ofAll * Math.max(1, clients * own);
  }

  /** A client's request has come; its pace, which may be forgotten before it goes. */
  came(client: string, now: number): Pace {
    const own = this.#byClient.get(client) ?? new Pace();
    this.#byClient.delete(client);
    this.#byClient.set(client, own);
    if (this.#byClient.size > MAX_CLIENTS) this.#byClient.delete(this.#byClient.keys().next().value!);
    this.#all.came(now);
    own.came(this.#doneMs);
    return own;
  }

  /** It has gone, beside so many clients: see Pace. */
  went(
    own: Pace,
    deviceMs: number | undefined,
    { clients, now }: { readonly clients: number; readonly now: number },
  ): void {
    this.#doneMs += deviceMs ?? 0;
    this.#all.went(deviceMs, { clients: 1, now });
    own.went(deviceMs, { clients, now: this.#doneMs });
  }
}
