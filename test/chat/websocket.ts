import { createClient, type Client, type ClientOptions } from "graphql-ws";
import { WebSocket } from "ws";
import { chatQuery, type ChatEvent } from "./events.ts";
import type { Listening } from "./sse.ts";

/** A client that tries nothing again. */
export function websocketClient(url: string, options: Partial<ClientOptions> = {}): Client {
  return createClient({
    url: `${url.replace("http", "ws")}/graphql`,
    webSocketImpl: WebSocket,
    retryAttempts: 0,
    ...options,
  });
}

export interface SocketResult<T> {
  readonly data?: T | null | undefined;
  readonly errors?: readonly unknown[] | undefined;
}

/** What an operation gives. */
export function resultsBy<T>(
  client: Client,
  query: string,
  variables: Readonly<Record<string, unknown>> = {},
): AsyncIterableIterator<SocketResult<T>> {
  return client.iterate<T>({ query, variables });
}

/** The events of a whole chat over a socket. */
export async function chatByWebsocket(
  client: Client,
  input: Readonly<Record<string, unknown>>,
  { after = -1 }: Listening = {},
): Promise<readonly ChatEvent[]> {
  const events: ChatEvent[] = [];
  for await (const { data, errors } of resultsBy<{ readonly chat: ChatEvent }>(client, chatQuery, { input, after })) {
    if (errors) throw new Error(JSON.stringify(errors));
    events.push(data!.chat);
  }
  return events;
}
