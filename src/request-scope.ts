import type { ServerResponse } from "node:http";
import { randomUUID } from "node:crypto";
import { setMaxListeners } from "node:events";

/** What the HTTP server knows of a request and the graph needs. */
export interface RequestScope {
  /** Under which the log speaks of the request. */
  readonly requestId: string;
  /** See Context.client. */
  readonly client: string;
  /** Aborted when the client is gone before it has its answer. */
  readonly signal: AbortSignal;
}

/** The scope of a client's request that this response answers. */
export function scopeOf(response: ServerResponse, client: string): RequestScope {
  const leaving = new AbortController();
  // Each model field of a document listens.
  setMaxListeners(0, leaving.signal);
  response.once("close", () => {
    if (!response.writableFinished) leaving.abort();
  });
  return { requestId: randomUUID(), client, signal: leaving.signal };
}
