import { Backlog, type BacklogEntry } from "./backlog.ts";
import { InferenceError } from "./errors.ts";
import type { Pace } from "./pace.ts";
import { Paces } from "./paces.ts";
import { deviceMs, type Timing } from "./result.ts";
import { COMMON } from "./scheduling/claim.ts";

/** Nobody need come again sooner. */
const MIN_RETRY_MS = 100;
/** Of the time that a request may take: the rest is for itself, and for what was expected wrongly. */
const WAITING = 0.7;
/** A client has no more in flight than so many times what is free: the next one always finds a place. */
const GREED = 3;

export interface RoomLimits {
  readonly maxRequests: number;
  /** Of pictures of all requests together. */
  readonly maxBytes: number;
}

/** Those who wait for the same: answers for passes, streams for their first token. What has begun to stream waits no more. */
export type LineName = "answers" | "streams";

/** What a request asks room for. */
export interface Asking {
  readonly entry: BacklogEntry;
  readonly line: LineName;
  readonly bytes: number;
  /** It may take so long. */
  readonly timeoutMs: number;
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
class Line {
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
    if (timing !== undefined) this.backlog.took(entry.sort, timing);
  }
}

/**
 * Who is let in: as many as there are places, of each client no more than leaves some to the others (Choudhury and Hahne,
 * "Dynamic queue length thresholds for shared-memory packet switches", 1998), and nobody who would only wait in vain.
 */
export class Room {
  readonly #limits: RoomLimits;
  readonly #lines: Readonly<Record<LineName, Line>> = { answers: new Line(), streams: new Line() };
  readonly #places = new Set<Place>();
  readonly #byClient = new Map<string, number>();
  #bytes = 0;

  constructor(limits: RoomLimits) {
    this.#limits = limits;
  }

  /** Why a request is not let in; undefined where it is. */
  refusal({ entry, line: name, bytes, timeoutMs }: Asking): InferenceError | undefined {
    const { maxRequests, maxBytes } = this.#limits;
    const line = this.#lines[name];
    const expectedMs = line.backlog.expectedMs(entry.sort) * line.paces.ofAll;
    if (this.#isFullFor(clientOf(entry))) {
      return overloaded(`${this.#places.size} requests are in flight, of ${maxRequests} at most.`, expectedMs);
    }
    if (this.#bytes + bytes > maxBytes) {
      return overloaded(`The pictures of all requests in flight would be more than ${maxBytes} bytes.`, expectedMs);
    }
    const [waitMs, mayWaitMs] = [line.waitMs(entry), WAITING * timeoutMs];
    if (waitMs <= mayWaitMs) return undefined;
    const [wait, timeout] = [waitMs, timeoutMs].map((ms) => `${(ms / 1000).toFixed(1)} s`);
    return overloaded(`It would wait about ${wait}, and may take ${timeout} in all.`, waitMs - mayWaitMs);
  }

  enter({ entry, line, bytes }: Asking, now: number): Place {
    const place = { entry, line, bytes, pace: this.#lines[line].enter(entry, now), isDisturbed: false };
    this.#places.add(place);
    this.#count(place, 1);
    return place;
  }

  /** A stream has its first token: nobody waits for it any more. */
  began({ line, entry }: Place): void {
    this.#lines[line].backlog.remove(entry);
  }

  /** Whoever has it has left, was answered, or waited in vain. */
  leave(place: Place, end: End, now: number): void {
    if (!this.#places.delete(place)) return;
    this.#count(place, -1);
    this.#lines[place.line].leave(place, end, now);
  }

  /** What all who are in wait for now, such as a new worker, says nothing of how long others will wait. */
  disturb(): void {
    for (const place of this.#places) place.isDisturbed = true;
  }

  #isFullFor(client: string): boolean {
    const free = this.#limits.maxRequests - this.#places.size;
    return free <= 0 || (this.#byClient.get(client) ?? 0) >= GREED * free;
  }

  #count({ entry, bytes }: Place, sign: 1 | -1): void {
    const client = clientOf(entry);
    const inFlight = (this.#byClient.get(client) ?? 0) + sign;
    if (inFlight === 0) this.#byClient.delete(client);
    else this.#byClient.set(client, inFlight);
    this.#bytes += sign * bytes;
  }
}

function clientOf({ claimant: { client = COMMON.client } }: BacklogEntry): string {
  return client;
}

/** `freeMs`: how long it takes until there is room. */
function overloaded(message: string, freeMs: number): InferenceError {
  const retryAfterMs = Math.max(MIN_RETRY_MS, Math.round(freeMs));
  return new InferenceError("OVERLOADED", `${message} Try again later.`, { retryAfterMs });
}
