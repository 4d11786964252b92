import { Backlog, type BacklogEntry } from "./backlog.ts";
import { InferenceError } from "./errors.ts";
import { Pace } from "./pace.ts";
import { deviceMs, type Timing } from "./result.ts";
import { COMMON } from "./scheduling/claim.ts";

/** Nobody need come again sooner. */
const MIN_RETRY_MS = 100;
/** Of the time that a request may take: the rest is for itself, and for what was expected wrongly. */
const WAITING = 0.8;
/** A client has no more in flight than so many times what is free: the next one always finds a place. */
const GREED = 3;

export interface RoomLimits {
  readonly maxRequests: number;
  /** Of pictures of all requests together. */
  readonly maxBytes: number;
}

/** What a request asks room for. */
export interface Asking {
  readonly entry: BacklogEntry;
  readonly bytes: number;
  /** It may take so long. */
  readonly timeoutMs: number;
}

/** How a request ended, for the room: it was answered, with so much work, or ran out of its time, or anything else. */
export type End = { readonly timing: Timing } | "in vain" | "left";

/** A request's place, from when it is let in. */
export interface Place {
  readonly entry: BacklogEntry;
  readonly bytes: number;
  readonly cameAt: number;
  /** What the device had to do before it, by what is known; undefined where nothing was known of such requests. */
  readonly waitMs: number | undefined;
  /** Whether it waited for something that passes do not wait for, such as a new worker. */
  isDisturbed: boolean;
}

/**
 * Who is let in: as many as there are places, of each client no more than leaves some to the others (Choudhury and Hahne,
 * "Dynamic queue length thresholds for shared-memory packet switches", 1998), and nobody who would only wait in vain.
 */
export class Room {
  readonly #limits: RoomLimits;
  readonly #backlog = new Backlog();
  readonly #pace = new Pace();
  readonly #places = new Set<Place>();
  readonly #byClient = new Map<string, number>();
  #bytes = 0;

  constructor(limits: RoomLimits) {
    this.#limits = limits;
  }

  /** Why a request is not let in; undefined where it is. */
  refusal({ entry, bytes, timeoutMs }: Asking): InferenceError | undefined {
    const { maxRequests, maxBytes } = this.#limits;
    const expectedMs = this.#backlog.expectedMs(entry.sort) * this.#pace.value;
    if (this.#isFullFor(clientOf(entry))) {
      return overloaded(`${this.#places.size} requests are in flight, of ${maxRequests} at most.`, expectedMs);
    }
    if (this.#bytes + bytes > maxBytes) {
      return overloaded(`The pictures of all requests in flight would be more than ${maxBytes} bytes.`, expectedMs);
    }
    const [waitMs, mayWaitMs] = [this.#backlog.waitMs(entry) * this.#pace.value, WAITING * timeoutMs];
    if (waitMs <= mayWaitMs) return undefined;
    const [wait, timeout] = [waitMs, timeoutMs].map((ms) => `${(ms / 1000).toFixed(1)} s`);
    return overloaded(`It would wait about ${wait}, and may take ${timeout} in all.`, waitMs - mayWaitMs);
  }

  enter({ entry, bytes }: Asking, now: number): Place {
    const waitMs = this.#backlog.expectedMs(entry.sort) === 0 ? undefined : this.#backlog.waitMs(entry);
    const place = { entry, bytes, cameAt: now, waitMs, isDisturbed: false };
    this.#places.add(place);
    this.#backlog.add(entry);
    this.#count(place, 1);
    return place;
  }

  /** Whoever has it has left, was answered, or waited in vain. */
  leave(place: Place, end: End, now: number): void {
    if (!this.#places.delete(place)) return;
    this.#backlog.remove(place.entry);
    this.#count(place, -1);
    if (end === "left") return;
    const { waitMs, isDisturbed } = place;
    const tookMs = now - place.cameAt;
    if (waitMs !== undefined && !isDisturbed) {
      if (end === "in vain") this.#pace.givenUp({ deviceMs: waitMs, tookMs });
      else this.#pace.ended({ deviceMs: waitMs + deviceMs(end.timing), tookMs });
    }
    if (end !== "in vain") this.#backlog.took(place.entry.sort, end.timing);
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
