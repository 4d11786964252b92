import { Client, fetchExchange, subscriptionExchange } from "urql";
import { createTransport } from "./transport.ts";

const url = "/graphql";
/** Without it the server takes no upload: pages elsewhere cannot send it unasked. */
export const headers = { "x-graphql-yoga-csrf": "triptych" } as const;

/** Queries and uploads over HTTP, subscriptions over WebSocket or server-sent events. Nothing is cached. */
export const client = new Client({
  url,
  preferGetMethod: false,
  requestPolicy: "network-only",
  fetchOptions: { headers },
  exchanges: [fetchExchange, subscriptionExchange({ forwardSubscription: createTransport({ url, headers }) })],
});
