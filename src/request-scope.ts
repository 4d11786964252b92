import type { ServerResponse } from "node:http";
import { randomUUID } from "node:crypto";
import { setMaxListeners } from "node:events";

/** What the HTTP server knows of a request and the graph needs. */
export interface RequestScope {
  /** Under which the log speaks of the request. */
  readonly requestId: string;
  /** See Context.client. */
  readonly client: string;
  /** Aborted when the client is gone before it has its answer, or when the server stops, which is then the reason. */
  readonly signal: AbortSignal;
}

/** Whose request it is, and when nobody waits for its answer any more. */
export interface Asking {
  readonly client: string;
  /** Aborted when the server waits no longer. */
  readonly stopping: AbortSignal;
}

/** The scope of a client's request that this response answers. */
export function scopeOf(response: ServerResponse, { client, stopping }: Asking): RequestScope {
  const leaving = new AbortController();
  // Each model field of a document listens.
  setMaxListeners(0, leaving.signal);
  const stop = (): void => leaving.abort(stopping.reason);
  stopping.addEventListener("abort", stop, { once: true });
  response.once("close", () => {
    stopping.removeEventListener("abort", stop);
    if (!response.writableFinished) leaving.abort();
  });
  return { requestId: randomUUID(), client, signal: leaving.signal };
}
