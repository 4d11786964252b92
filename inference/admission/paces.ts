import { LatestKeys } from "../latest-keys.ts";
import { Pace } from "./pace.ts";

/** Clients whose pace is remembered; who came the longest ago goes first. */
const MAX_CLIENTS = 1024;

/** The pace of all requests, and of each client's: those that are there together share the device. */
export class Paces {
  readonly all = new Pace();
  readonly #byClient = new LatestKeys<Pace>(MAX_CLIENTS);

  /** Who asks only, and is refused, is not remembered. */
  valueOf(client: string): number {
    return this.#byClient.get(client)?.value ?? 1;
  }

  /** The pace of a client who comes in. */
  of(client: string): Pace {
    const own = this.#byClient.get(client) ?? new Pace();
    this.#byClient.put(client, own);
    return own;
  }
}
