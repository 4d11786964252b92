import { RecentMean } from "./recent-mean.ts";
import { deviceMs, type Timing } from "../result.ts";
import { type Claimant, COMMON, priorities } from "../scheduling/claim.ts";

/** A request as the backlog counts it. */
export interface BacklogEntry {
  readonly claimant: Claimant;
  /** Names requests that take about as long, such as captions of one model. */
  readonly sort: string;
}

/** The device time that requests in flight are expected to take, by what others of their sorts took; milliseconds. */
export class Backlog {
  readonly #means = new Map<string, RecentMean>();
  readonly #entries = new Set<BacklogEntry>();

  add(entry: BacklogEntry): void {
    this.#entries.add(entry);
  }

  remove(entry: BacklogEntry): void {
    this.#entries.delete(entry);
  }

  /** A request of this sort took so much. */
  took(sort: string, timing: Timing, now: number): void {
    const mean = this.#means.get(sort) ?? new RecentMean();
    mean.took(deviceMs(timing), now);
    this.#means.set(sort, mean);
  }

  /** What such a request takes of the device; 0 while nothing is known. */
  expectedMs(sort: string): number {
    return this.#means.get(sort)?.value ?? 0;
  }

  /** Clients that share the device with such a request's own if it comes now, and how many requests of each it does not go before. */
  clientsBeside({ claimant }: BacklogEntry): ReadonlyMap<string, number> {
    const beside = sumsByClient(this.#before(claimant), () => 1);
    beside.delete(clientOf(claimant));
    return beside;
  }

  /** Of what goes before such a request, if it comes now, that of its own client. */
  ownMs({ claimant }: BacklogEntry): number {
    return this.#msBefore(claimant).get(clientOf(claimant)) ?? 0;
  }

  /**
   * How long such a request waits, if it comes now: until its client has had what it has in flight and this, no other client
   * gets more than that, and what goes behind it gets nothing.
   */
  waitMs({ claimant, sort }: BacklogEntry): number {
    const before = this.#msBefore(claimant);
    const share = (before.get(clientOf(claimant)) ?? 0) + this.expectedMs(sort);
    before.delete(clientOf(claimant));
    return [...before.values()].reduce((sum, ms) => sum + Math.min(ms, share), share - this.expectedMs(sort));
  }

  #msBefore(claimant: Claimant): Map<string, number> {
    return sumsByClient(this.#before(claimant), ({ sort }) => this.expectedMs(sort));
  }

  /** What does not go behind a claim. */
  #before(claimant: Claimant): BacklogEntry[] {
    return [...this.#entries].filter((entry) => rank(entry.claimant) <= rank(claimant));
  }
}

function sumsByClient(entries: readonly BacklogEntry[], of: (entry: BacklogEntry) => number): Map<string, number> {
  const sums = new Map<string, number>();
  for (const entry of entries) {
    const client = clientOf(entry.claimant);
    sums.set(client, (sums.get(client) ?? 0) + of(entry));
  }
  return sums;
}

function clientOf({ client = COMMON.client }: Claimant): string {
  return client;
}

function rank({ priority = COMMON.priority }: Claimant): number {
  return priorities.indexOf(priority);
}
