import { Backlog, type BacklogEntry } from "./backlog.ts";
import type { Pace } from "./pace.ts";
import { Paces } from "./paces.ts";
import { Shares } from "./shares.ts";
import { deviceMs, type Timing } from "../result.ts";
import { COMMON } from "../scheduling/claim.ts";

/** Those who wait for the same: answers for passes, streams for their first token. What has begun to stream waits no more. */
export type LineName = "answers" | "streams";

/** What a request asks room for. */
export interface Asking {
  readonly entry: BacklogEntry;
  readonly line: LineName;
  readonly bytes: number;
  /** It may take so long. */
  readonly timeoutMs: number;
  /** Nearly always another one's is another: by it a request that comes again is known. */
  readonly likeness: string;
}

/** How a request ended, for the room: it was answered, with so much work, or ran out of its time, or anything else. */
export type End = { readonly timing: Timing } | "in vain" | "left";

/** A request's place, from when it is let in. */
export interface Place {
  readonly entry: BacklogEntry;
  readonly line: LineName;
  readonly bytes: number;
  /** That of all, and its client's, which may be forgotten meanwhile. */
  readonly paces: readonly Pace[];
  /** Whether it waited for something that passes do not wait for, such as a new worker. */
  isDisturbed: boolean;
}

/** Who waits in a line, and how quickly it moves. Streams take their part of the device while answers wait: their pace tells. */
export class Line {
  readonly #backlog = new Backlog();
  readonly #paces = new Paces();
  readonly #shares = new Shares();

  /**
   * By all that is there, by what others leave of the device if they go on asking, or by what it did for the client lately:
   * whichever is longest.
   */
  waitMs(entry: BacklogEntry): number {
    const ownMs = this.#backlog.ownMs(entry);
    const besideMs = ownMs * this.#shares.slowdown(this.#backlog.clientsBeside(entry));
    const latelyMs = ownMs * this.#paces.valueOf(clientOf(entry));
    return Math.max(latelyMs, Math.max(this.#backlog.waitMs(entry), besideMs) * this.#paces.all.value);
  }

  /** How long one such request takes. */
  expectedMs({ sort }: BacklogEntry): number {
    return this.#backlog.expectedMs(sort) * this.#paces.all.value;
  }

  /** The paces that it will tell something of. */
  enter(entry: BacklogEntry, now: number): readonly Pace[] {
    const paces = [this.#paces.all, this.#paces.of(clientOf(entry))];
    this.#backlog.add(entry);
    for (const pace of paces) pace.came(now);
    this.#shares.came(clientOf(entry));
    return paces;
  }

  /** It waits no more, and has not ended yet. */
  began({ entry }: Place): void {
    this.#backlog.remove(entry);
  }

  leave({ entry, paces, isDisturbed }: Place, end: End, now: number): void {
    this.#backlog.remove(entry);
    const timing = typeof end === "string" ? undefined : end.timing;
    const doneMs = timing === undefined ? 0 : deviceMs(timing);
    for (const pace of paces) pace.went(isDisturbed || end === "left" ? undefined : doneMs, now);
    this.#shares.took(clientOf(entry), doneMs);
    if (timing !== undefined) this.#backlog.took(entry.sort, timing, now);
  }
}

export function clientOf({ claimant: { client = COMMON.client } }: BacklogEntry): string {
  return client;
}
