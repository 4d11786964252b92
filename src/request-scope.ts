import type { ServerResponse } from "node:http";
import { randomUUID } from "node:crypto";
import { setMaxListeners } from "node:events";

/** What the HTTP server knows of a request and the graph needs. */
export interface RequestScope {
  /** Under which the log speaks of the request. */
  readonly requestId: string;
  /** Aborted when the client is gone before it has its answer. */
  readonly signal: AbortSignal;
}

/** The scope of the request that this response answers. */
export function scopeOf(response: ServerResponse): RequestScope {
  const leaving = new AbortController();
  // Each model field of a document listens.
  setMaxListeners(0, leaving.signal);
  response.once("close", () => {
    if (!response.writableFinished) leaving.abort();
  });
  return { requestId: randomUUID(), signal: leaving.signal };
}
