import { LatestKeys } from "../latest-keys.ts";
import { Share } from "./share.ts";

/** Clients whose share is remembered; who came the longest ago goes first. */
const MAX_CLIENTS = 1024;

/** Which part of the device clients have, and so how many times as long as alone one takes beside others. */
export class Shares {
  readonly #byClient = new LatestKeys<Share>(MAX_CLIENTS);
  /** What the device has done for all, in milliseconds. */
  #doneMs = 0;

  /**
   * Beside others, by how many requests each has, a client has what they leave of the device: they go on as they did lately,
   * or as their equal parts let them. Who came a moment ago may want all of his, as far as anybody knows, if he has several:
   * who has one may be content with that.
   */
  slowdown(others: ReadonlyMap<string, number>): number {
    const equal = 1 / (others.size + 1);
    const wanted = ([client, requests]: readonly [string, number]): number =>
      this.#of(client) ?? (requests > 1 ? equal : 0);
    return 1 / (1 - [...others].reduce((sum, other) => sum + Math.min(equal, wanted(other)), 0));
  }

  came(client: string): void {
    this.#byClient.put(client, this.#byClient.get(client) ?? new Share(this.#doneMs));
  }

  /** The device has worked so long for a client. */
  took(client: string, ms: number): void {
    this.#doneMs += ms;
    this.#byClient.get(client)?.took(ms, this.#doneMs);
  }

  #of(client: string): number | undefined {
    return this.#byClient.get(client)?.value(this.#doneMs);
  }
}
