import type { IncomingMessage, ServerResponse } from "node:http";
import { randomUUID } from "node:crypto";
import { setMaxListeners } from "node:events";
import type { Identity } from "./access/identity.ts";
import { Operation, type OperationOptions } from "./operation.ts";
import type { OperationTrace } from "./traces.ts";

/** What the HTTP server knows of a request and the graph needs. */
export interface RequestScope {
  /** Under which the log speaks of the request. */
  readonly requestId: string;
  readonly identity: Identity;
  /** Aborted when the client is gone before it has its answer, or when the server stops, which is then the reason. */
  readonly signal: AbortSignal;
  readonly operation: Operation;
}

export const requestIdHeader = "x-request-id";

/** Longer, or of other characters, it might not be what it says in a log. */
const requestIdForm = /^[A-Za-z0-9._-]{1,128}$/;

/** Whose operation it is, where it is traced, and who is told of its end. */
export interface Asking {
  readonly identity: Identity;
  readonly trace: OperationTrace | undefined;
  readonly onEnd: OperationOptions["onEnd"];
}

/** The scope of a request, which its response names by its id; `stopping` is aborted when the server waits no longer. */
export function scopeOf(
  { headers }: IncomingMessage,
  response: ServerResponse,
  { stopping, ...asking }: Asking & { readonly stopping: AbortSignal },
): RequestScope {
  const leaving = new AbortController();
  const scope = newScope(requestIdOf(headers[requestIdHeader]), leaving.signal, asking);
  response.setHeader(requestIdHeader, scope.requestId);
  const stop = (): void => leaving.abort(stopping.reason);
  stopping.addEventListener("abort", stop, { once: true });
  response.once("close", () => {
    stopping.removeEventListener("abort", stop);
    if (!response.writableFinished) leaving.abort();
    scope.operation.end();
  });
  return scope;
}

/** The scope of an operation under an id, whose client is there until the signal. */
export function newScope(requestId: string, signal: AbortSignal, { identity, trace, onEnd }: Asking): RequestScope {
  // Each model field of a document listens.
  setMaxListeners(0, signal);
  const { tenant, name, salt } = identity;
  const asker = salt === undefined ? undefined : { tenant, name };
  return { requestId, identity, signal, operation: new Operation({ requestId, asker, trace, onEnd }) };
}

/** The client's or a proxy's own id, if it is one; else a new one. */
function requestIdOf(given: string | readonly string[] | undefined): string {
  return typeof given === "string" && requestIdForm.test(given) ? given : randomUUID();
}
