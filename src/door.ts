import type { IncomingMessage } from "node:http";
import { TurnedAway } from "../inference/index.ts";
import type { RunWatcher } from "./observed-inference.ts";

/** What is said to whom the door is closed. */
export interface Overload {
  readonly code: "OVERLOADED" | "UNAVAILABLE";
  readonly message: string;
  readonly retryAfterMs: number;
}

/** The longest that a refusal stands for whatever its client sends: another request might be taken where that was not. */
const MAX_CLOSED_MS = 250;
/** So much later than told, a way there and back, one may come: others that are as long come at any time. */
const GRACE_MS = 250;
/** A smaller body costs no more to read than to refuse. */
const MIN_BYTES = 16 * 1024;

/**
 * The door before the graph. Whoever was just refused with OVERLOADED, and comes with pictures before the time that it was
 * told, is refused again, and the body is not looked at: what is too much must cost next to nothing, or refusing it would
 * take the time of all others. A request that comes again when it was told to is looked at; it is known by its length, as
 * pictures seldom have the same.
 */
export class Door {
  readonly #now: () => number;
  /** By client, in the order of their refusals, which is that of their ends too, or nearly. */
  readonly #refusals = new Map<string, { readonly until: number; readonly freeAt: number }>();
  readonly #turnedAway = new TurnedAway(GRACE_MS);

  constructor(now: () => number = () => performance.now()) {
    this.#now = now;
  }

  /** Watches what inference says to a client. */
  watcherOf(client: string): RunWatcher {
    return {
      began: () => ({
        progressed: () => undefined,
        ended: ({ code, retryAfterMs }) => {
          if (code === "OVERLOADED" && retryAfterMs !== undefined) this.#refused(client, retryAfterMs);
        },
      }),
    };
  }

  /** Why a client's request is not read; undefined where it is. */
  refusalOf(client: string, request: Pick<IncomingMessage, "headers">): Overload | undefined {
    const refusal = this.#refusals.get(client);
    if (refusal === undefined || !carriesPictures(request)) return undefined;
    const now = this.#now();
    if (now >= refusal.until) return undefined;
    const likeness = `${client} ${request.headers["content-length"]}`;
    if (this.#turnedAway.outsideMs(likeness, now) > 0) {
      this.#turnedAway.entered(likeness);
      return undefined;
    }
    const retryAfterMs = Math.ceil(refusal.freeAt - now);
    this.#turnedAway.refused(likeness, retryAfterMs, now);
    return { code: "OVERLOADED", message: "Your last request was refused, and there is no room yet.", retryAfterMs };
  }

  #refused(client: string, retryAfterMs: number): void {
    const now = this.#now();
    this.#refusals.delete(client);
    this.#refusals.set(client, { until: now + Math.min(retryAfterMs, MAX_CLOSED_MS), freeAt: now + retryAfterMs });
    for (const [other, { until }] of this.#refusals) {
      if (until > now) return;
      this.#refusals.delete(other);
    }
  }
}

/** Whether it may: a small document carries none. A body of unknown length may have any. */
function carriesPictures({ headers }: Pick<IncomingMessage, "headers">): boolean {
  const length = headers["content-length"];
  return length === undefined ? headers["transfer-encoding"] !== undefined : Number(length) >= MIN_BYTES;
}
