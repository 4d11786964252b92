import type { ChatProgress } from "../inference/index.ts";

export interface TokenTimesOptions {
  /** Milliseconds until the first token. */
  readonly first: (ms: number) => void;
  /** Milliseconds from a token to the next. */
  readonly next: (ms: number) => void;
  /** Milliseconds. @default performance.now */
  readonly now?: () => number;
}

/** Times a chat's tokens, from when it was made. Tokens that come together share the time since the one before. */
export class TokenTimes {
  readonly #options: TokenTimesOptions;
  readonly #now: () => number;
  #tokens = 0;
  #latestAt: number;

  constructor(options: TokenTimesOptions) {
    this.#options = options;
    this.#now = options.now ?? (() => performance.now());
    this.#latestAt = this.#now();
  }

  progressed(progress: ChatProgress): void {
    if (progress.type !== "delta" || progress.tokens <= this.#tokens) return;
    const now = this.#now();
    const isFirst = this.#tokens === 0;
    const fresh = progress.tokens - this.#tokens;
    const ms = now - this.#latestAt;
    this.#tokens = progress.tokens;
    this.#latestAt = now;
    if (isFirst) return this.#options.first(ms);
    for (let i = 0; i < fresh; i++) this.#options.next(ms / fresh);
  }
}
