import { Client, fetchExchange, mapExchange, subscriptionExchange } from "urql";
import { keyHeaders } from "../key/kept-key.ts";
import { noteKeyNeed } from "../key/key-need.ts";
import { createTransport } from "./transport.ts";

const url = "/graphql";
/** Without the first the server takes no upload: pages elsewhere cannot send it unasked. */
const headers = (): Readonly<Record<string, string>> => ({ "x-graphql-yoga-csrf": "triptych", ...keyHeaders() });

/** Queries and uploads over HTTP, subscriptions over WebSocket or server-sent events. Nothing is cached. */
export const client = new Client({
  url,
  preferGetMethod: false,
  requestPolicy: "network-only",
  fetchOptions: () => ({ headers: headers() }),
  exchanges: [
    mapExchange({ onError: noteKeyNeed }),
    fetchExchange,
    subscriptionExchange({ forwardSubscription: createTransport({ url, headers }) }),
  ],
});
