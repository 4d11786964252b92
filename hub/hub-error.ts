export type HubErrorKind =
  "not-found" | "not-allowed" | "busy" | "unreachable" | "incomplete" | "damaged" | "no-space" | "offline" | "unusable";

/** What keeps a checkpoint from being fetched; the message says what was wrong and what would help. */
export class HubError extends Error {
  override readonly name = "HubError";
  readonly kind: HubErrorKind;
  /** When to try again, as the hub said. */
  readonly retryAfterMs: number | undefined;

  constructor(
    kind: HubErrorKind,
    message: string,
    { cause, retryAfterMs }: { readonly cause?: unknown; readonly retryAfterMs?: number | undefined } = {},
  ) {
    super(message, { cause });
    this.kind = kind;
    this.retryAfterMs = retryAfterMs;
  }
}
