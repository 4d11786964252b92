/** Lets so many messages through at once, and then so many a second. */
export class MessageBudget {
  readonly #burst: number;
  readonly #perMs: number;
  #left: number;
  #filledAt: number | undefined;

  constructor({
    messageBurst,
    messagesPerSecond,
  }: {
    readonly messageBurst: number;
    readonly messagesPerSecond: number;
  }) {
    this.#burst = messageBurst;
    this.#perMs = messagesPerSecond / 1_000;
    this.#left = messageBurst;
  }

  /** Whether one more may pass at this instant, in milliseconds. */
  take(now: number): boolean {
    this.#left = Math.min(this.#burst, this.#left + (now - (this.#filledAt ?? now)) * this.#perMs);
    this.#filledAt = now;
    if (this.#left < 1) return false;
    this.#left -= 1;
    return true;
  }
}
