import type { RunWatcher } from "./observed-inference.ts";
import type { FinishedOperation } from "./operation.ts";

/** Where spans go. What makes them is loaded only where they are wanted: see src/tracing/. */
export interface Traces {
  /** An operation has come. */
  begin(asked: TracedRequest): OperationTrace;
  /** Sends what is left, and waits so long for it at most. */
  close(maxMs: number): Promise<void>;
}

export interface TracedRequest {
  readonly protocol: "http" | "websocket";
  readonly parent: TraceParent;
}

/** The headers of a TraceParent. */
export const traceHeaders = ["traceparent", "tracestate"] as const;

/** Of which trace a client says that its operation is a part. https://www.w3.org/TR/trace-context/ */
export interface TraceParent {
  readonly traceparent?: string;
  readonly tracestate?: string;
}

/** An operation's place in its trace; its runs are told to it. */
export interface OperationTrace extends RunWatcher {
  readonly traceId: string;
  ended(operation: FinishedOperation): void;
}

type Carrier = Readonly<Record<string, unknown>>;

/** What the first of these that names a parent says of it: headers, or what stands for them on a socket. */
export function traceParentOf(...carriers: readonly (Carrier | null | undefined)[]): TraceParent {
  for (const { traceparent, tracestate } of carriers.map((carrier) => carrier ?? {})) {
    if (typeof traceparent !== "string") continue;
    return { traceparent, ...(typeof tracestate === "string" && { tracestate }) };
  }
  return {};
}
