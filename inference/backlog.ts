import { deviceMs, type Timing } from "./result.ts";
import { type Claimant, COMMON, priorities } from "./scheduling/claim.ts";

/** Weight of the newest request in the moving averages of what such requests take. After a start they only become quicker. */
const SMOOTHING = { slower: 0.1, quicker: 0.5 };

/** A request as the backlog counts it. */
export interface BacklogEntry {
  readonly claimant: Claimant;
  /** Names requests that take about as long, such as captions of one model. */
  readonly sort: string;
}

/** The device time that requests in flight are expected to take, by what others of their sorts took; milliseconds. */
export class Backlog {
  readonly #means = new Map<string, number>();
  readonly #entries = new Set<BacklogEntry>();

  add(entry: BacklogEntry): void {
    this.#entries.add(entry);
  }

  remove(entry: BacklogEntry): void {
    this.#entries.delete(entry);
  }

  /** A request of this sort took so much. */
  took(sort: string, timing: Timing): void {
    const ms = deviceMs(timing);
    const mean = this.#means.get(sort) ?? ms;
    this.#means.set(sort, mean + SMOOTHING[ms < mean ? "quicker" : "slower"] * (ms - mean));
  }

  /** What such a request takes of the device; 0 while nothing is known. */
  expectedMs(sort: string): number {
    return this.#means.get(sort) ?? 0;
  }

  /**
   * How long such a request waits, if it comes now: until its client has had what it has in flight and this, no other client
   * gets more than that, and what goes behind it gets nothing.
   */
  waitMs({ claimant, sort }: BacklogEntry): number {
    const { client: own = COMMON.client } = claimant;
    const byClient = new Map([[own, this.expectedMs(sort)]]);
    for (const entry of this.#entries) {
      const { client = COMMON.client } = entry.claimant;
      if (rank(entry.claimant) > rank(claimant)) continue;
      byClient.set(client, (byClient.get(client) ?? 0) + this.expectedMs(entry.sort));
    }
    const share = byClient.get(own)!;
    return [...byClient.values()].reduce((sum, ms) => sum + Math.min(ms, share), -this.expectedMs(sort));
  }
}

function rank({ priority = COMMON.priority }: Claimant): number {
  return priorities.indexOf(priority);
}
