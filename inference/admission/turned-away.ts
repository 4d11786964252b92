import { LatestKeys } from "../latest-keys.ts";

/** Requests that are remembered; who was refused the longest ago goes first. */
const MAX_REQUESTS = 10_000;

interface Refusal {
  readonly firstAt: number;
  /** From when on it was told to come again. */
  readonly mayComeAt: number;
}

/** Requests that were refused with a time after which to come again, by their likeness. */
export class TurnedAway {
  readonly #graceMs: number;
  readonly #refusals = new LatestKeys<Refusal>(MAX_REQUESTS);

  /** `graceMs`: who comes so much later than it might have is taken for a new one. */
  constructor(graceMs: number) {
    this.#graceMs = graceMs;
  }

  /** How long ago one was refused first, in milliseconds; 0 for one that was not, or comes sooner than it was told. */
  outsideMs(likeness: string, now: number): number {
    const known = this.#known(likeness, now);
    return known === undefined || now < known.mayComeAt ? 0 : now - known.firstAt;
  }

  refused(likeness: string, retryAfterMs: number, now: number): void {
    const firstAt = this.#known(likeness, now)?.firstAt ?? now;
    this.#refusals.put(likeness, { firstAt, mayComeAt: now + retryAfterMs });
  }

  entered(likeness: string): void {
    this.#refusals.delete(likeness);
  }

  #known(likeness: string, now: number): Refusal | undefined {
    const refusal = this.#refusals.get(likeness);
    return refusal === undefined || now > refusal.mayComeAt + this.#graceMs ? undefined : refusal;
  }
}
