import { createClient as createSse } from "graphql-sse";
import { CloseCode, createClient as createSocket } from "graphql-ws";
import type { SubscriptionForwarder } from "urql";

export interface TransportOptions {
  /** The graph's path. */
  readonly url: string;
  readonly headers: () => Readonly<Record<string, string>>;
}

type Operation = Parameters<SubscriptionForwarder>[0];
type Sink = Parameters<ReturnType<SubscriptionForwarder>["subscribe"]>[0];

/** Closed so long after the last subscription: the next message of a chat finds it open. */
const KEPT_OPEN_MS = 60_000;
const ACKNOWLEDGED_WITHIN_MS = 5_000;

/**
 * Subscriptions over WebSocket, all on one; where none opens, as behind some proxies, over server-sent events. Whoever
 * subscribes is told that the connection was lost, and decides whether to subscribe again: only they know what they have
 * seen of it.
 */
export function createTransport({ url, headers }: TransportOptions): SubscriptionForwarder {
  const socket = createSocket({
    url: new URL(url, location.href).href.replace(/^http/, "ws"),
    lazyCloseTimeout: KEPT_OPEN_MS,
    connectionAckWaitTimeout: ACKNOWLEDGED_WITHIN_MS,
    connectionParams: () => ({ ...headers() }),
    retryAttempts: 0,
  });
  const events = createSse({
    url: new URL(url, location.href).href,
    headers: () => ({ ...headers() }),
    retryAttempts: 0,
  });
  let hasOpened = false;
  socket.on("connected", () => (hasOpened = true));
  return (operation) => ({
    subscribe: (sink) => {
      const asked = payloadOf(operation);
      let stop = socket.subscribe(asked, {
        ...sinkOf(sink),
        error: (cause) => {
          if (hasOpened || isForbidden(cause)) fail(sink, isForbidden(cause) ? [unknownKey] : cause);
          else stop = events.subscribe(asked, { ...sinkOf(sink), error: (other) => fail(sink, other) });
        },
      });
      return { unsubscribe: () => stop() };
    },
  });
}

function payloadOf({ query, variables }: Operation): { query: string; variables?: Record<string, unknown> } {
  return { query: query ?? "", ...(variables && { variables: variables as Record<string, unknown> }) };
}

function sinkOf(sink: Sink) {
  return {
    next: (result: unknown) => sink.next(result as Parameters<Sink["next"]>[0]),
    complete: () => sink.complete(),
  };
}

const forbidden: number = CloseCode.Forbidden;

/** The server's answer to whom it does not know, on a socket. */
function isForbidden(cause: unknown): boolean {
  return cause instanceof CloseEvent && cause.code === forbidden;
}

const unknownKey = { message: "The server does not know who asks.", extensions: { code: "UNAUTHENTICATED" } };

/** The server's errors are a result like any other; all else is the connection's. */
function fail(sink: Sink, cause: unknown): void {
  if (!Array.isArray(cause)) return sink.error(connectionError(cause));
  sink.next({ errors: cause });
  sink.complete();
}

function connectionError(cause: unknown): Error {
  if (cause instanceof Error) return cause;
  const { reason } = cause as Partial<CloseEvent>;
  return new Error(reason ? `The connection was closed: ${reason}.` : "The connection was lost.", { cause });
}
