import { InferenceError } from "../errors.ts";
import { type Asking, clientOf, type End, Line, type LineName, type Place } from "./line.ts";
import { TurnedAway } from "./turned-away.ts";

/** Nobody need come again sooner. */
const MIN_RETRY_MS = 100;
/** Of the time that a request may take: the rest is for itself, and for what was expected wrongly. */
const WAITING = 0.7;
/** The same beyond that, of the time that it has waited outside, for one that was refused and comes again as late as it was told. */
const WAITING_AGAIN = 0.1;
/** Who stays away for so long after it might have come counts as new. */
const GRACE_MS = 60_000;
/** A client has no more in flight than so many times what is free: the next one always finds a place. */
const GREED = 3;

export interface RoomLimits {
  readonly maxRequests: number;
  /** Of pictures of all requests together. */
  readonly maxBytes: number;
}

interface Refusal {
  readonly reason: string;
  /** How long it takes until there is room. */
  readonly freeMs: number;
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
  readonly #turnedAway = new TurnedAway(GRACE_MS);
  #bytes = 0;

  constructor(limits: RoomLimits) {
    this.#limits = limits;
  }

  /**
   * Why a request is not let in, which is remembered; undefined where it is. Who was refused before and waited as told goes
   * before who comes anew.
   */
  refuse(asking: Asking, now: number): InferenceError | undefined {
    const outsideMs = this.#turnedAway.outsideMs(asking.likeness, now);
    const refusal = this.#refusal(asking, Math.min(outsideMs, asking.timeoutMs));
    if (refusal === undefined) return undefined;
    const retryAfterMs = Math.max(MIN_RETRY_MS, Math.round(refusal.freeMs));
    this.#turnedAway.refused(asking.likeness, retryAfterMs, now);
    return new InferenceError("OVERLOADED", `${refusal.reason} Try again later.`, { retryAfterMs });
  }

  #refusal({ entry, line: name, bytes, timeoutMs }: Asking, outsideMs: number): Refusal | undefined {
    const { maxRequests, maxBytes } = this.#limits;
    const line = this.#lines[name];
    const expectedMs = line.expectedMs(entry);
    if (this.#isFullFor(clientOf(entry))) {
      const reason = `${this.#places.size} requests are in flight, of ${maxRequests} at most.`;
      return { reason, freeMs: expectedMs };
    }
    if (this.#bytes + bytes > maxBytes) {
      const reason = `The pictures of all requests in flight would be more than ${maxBytes} bytes.`;
      return { reason, freeMs: expectedMs };
    }
    const [waitMs, mayWaitMs] = [line.waitMs(entry), WAITING * timeoutMs + WAITING_AGAIN * outsideMs];
    if (waitMs <= mayWaitMs) return undefined;
    const [wait, timeout] = [waitMs, timeoutMs].map((ms) => `${(ms / 1000).toFixed(1)} s`);
    return { reason: `It would wait about ${wait}, and may take ${timeout} in all.`, freeMs: waitMs - mayWaitMs };
  }

  enter({ entry, line, bytes, likeness }: Asking, now: number): Place {
    this.#turnedAway.entered(likeness);
    const place = { entry, line, bytes, paces: this.#lines[line].enter(entry, now), isDisturbed: false };
    this.#places.add(place);
    this.#count(place, 1);
    return place;
  }

  /** A stream has its first token: nobody waits for it any more. */
  began(place: Place): void {
    this.#lines[place.line].began(place);
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
