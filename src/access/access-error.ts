/** Whoever asks has not said who they are, or not so that it could be believed. */
export class AccessError extends Error {
  override readonly name = "AccessError";
  readonly code: "UNAUTHENTICATED" | "OVERLOADED";
  /** With OVERLOADED, after too many attempts: when another is worth it. */
  readonly retryAfterMs: number | undefined;

  constructor(message: string, retryAfterMs?: number) {
    super(message);
    this.code = retryAfterMs === undefined ? "UNAUTHENTICATED" : "OVERLOADED";
    this.retryAfterMs = retryAfterMs;
  }
}
