/** What sockets may do. Times in milliseconds. */
export interface WebsocketLimits {
  /** Open at once, and of them from one address. */
  readonly maxSockets: number;
  readonly maxSocketsPerAddress: number;
  /** Operations that run at once on one socket. */
  readonly maxOperations: number;
  /** Messages of one socket: so many at once, and then so many a second. */
  readonly messageBurst: number;
  readonly messagesPerSecond: number;
  /** What a socket's client has not read of it, in bytes: answers to pings wait for nobody. */
  readonly maxUnreadBytes: number;
  /** Within which ConnectionInit must come. */
  readonly initTimeoutMs: number;
  /** Between pings; a client that has not answered one by the next is gone. */
  readonly pingMs: number;
}

export const websocketLimits: Omit<WebsocketLimits, "maxSockets" | "maxSocketsPerAddress"> = {
  maxOperations: 64,
  messageBurst: 1_000,
  messagesPerSecond: 200,
  maxUnreadBytes: 8 * 2 ** 20,
  initTimeoutMs: 5_000,
  pingMs: 12_000,
};
