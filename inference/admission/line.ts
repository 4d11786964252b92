import { Backlog, type BacklogEntry } from "./backlog.ts";
import type { Pace } from "./pace.ts";
import { Paces } from "./paces.ts";
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
  /** Its client's, which may be forgotten meanwhile. */
  readonly pace: Pace;
  /** Whether it waited for something that passes do not wait for, such as a new worker. */
  isDisturbed: boolean;
}

/** Who waits in a line, and how quickly it moves. Streams take their part of the device while answers wait: their pace tells. */
export class Line {
  readonly backlog = new Backlog();
  readonly paces = new Paces();

  /** By all that is there, or by what the device did for the client lately: whichever is longer. */
  waitMs(entry: BacklogEntry): number {
    const own = this.paces.valueOf(clientOf(entry), this.backlog.clientsBeside(entry));
    return Math.max(this.backlog.waitMs(entry) * this.paces.ofAll, this.backlog.ownMs(entry) * own);
  }

  enter(entry: BacklogEntry, now: number): Pace {
    this.backlog.add(entry);
    return this.paces.came(clientOf(entry), now);
  }

  leave({ entry, pace, isDisturbed }: Place, end: End, now: number): void {
    const timing = typeof end === "string" ? undefined : end.timing;
    const doneMs = timing === undefined ? 0 : deviceMs(timing);
    const clients = this.backlog.clientsBeside(entry);
    this.paces.went(pace, isDisturbed || end === "left" ? undefined : doneMs, { clients, now });
    this.backlog.remove(entry);
    if (timing !== undefined) this.backlog.took(entry.sort, timing, now);
  }
}

export function clientOf({ claimant: { client = COMMON.client } }: BacklogEntry): string {
  return client;
}
