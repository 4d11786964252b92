/** What a tenant may use; what is absent, as much as it likes. */
export interface Quota {
  /** Milliseconds of the device. */
  readonly deviceMsPerMinute?: number | undefined;
  /** Operations on the graph. */
  readonly requestsPerMinute?: number | undefined;
  /** Chats that run at once. */
  readonly maxChats?: number | undefined;
}

/** Out of whose quota it goes. */
export interface Payer {
  readonly client: string;
  readonly quota: Quota;
}

/** There is too little left. */
export interface Exhausted {
  /** When trying again is worth it. */
  readonly retryAfterMs: number;
}

/** A place among the chats of one payer that run. */
export interface ChatPlace {
  /** Gives it back. Nobody waits for that, so it does not reject. */
  leave(): Promise<void>;
}

/** What payers have used of their quotas: counted in this process, or for many processes in a place that they share. */
export interface Budgets {
  /** Counts a request, unless there have been too many. */
  request(payer: Payer): Promise<Exhausted | undefined>;
  /** Takes so much of the device's time out, before it is used, if it is there. */
  reserve(payer: Payer, ms: number): Promise<Exhausted | undefined>;
  /** Takes out what was used beyond what was reserved, or gives back what was not, as a number below zero. Does not reject, likewise. */
  settle(payer: Payer, ms: number): Promise<void>;
  /** A place for one more chat. */
  beginChat(payer: Payer): Promise<ChatPlace | Exhausted>;
}
