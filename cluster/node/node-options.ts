/** How a node that serves people takes requests, and hands them on. */
export interface NodeOptions {
  /** For requests that name no time-out of their own, milliseconds. */
  readonly timeoutMs: number;
  /** Requests of this node in flight beyond which a new one is refused with OVERLOADED, and bytes of their pictures. */
  readonly maxRequests: number;
  readonly maxRequestBytes: number;
  /** How long a chat runs on when nobody reads it, on whatever node, milliseconds. */
  readonly graceMs: number;
  /** How long it can be read after its end. */
  readonly retentionMs: number;
  /** The longest that one may take. */
  readonly chatTimeoutMs: number;
  /** Chats of all nodes beyond which a new one is refused with OVERLOADED. */
  readonly maxChats: number;
  /** Told of what should not have happened; answers the id under which the log has it. */
  readonly report: (cause: unknown) => string;
}
