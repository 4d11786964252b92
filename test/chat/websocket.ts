import { createClient, type Client, type ClientOptions } from "graphql-ws";
import { WebSocket } from "ws";
import { chatQuery, type ChatEvent } from "./events.ts";

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
  extensions?: Record<string, unknown>,
): AsyncIterableIterator<SocketResult<T>> {
  return client.iterate<T>({ query, variables, ...(extensions && { extensions }) });
}

export interface SocketListening {
  readonly after?: number;
  readonly extensions?: Record<string, unknown>;
}

/** The events of a whole chat over a socket. */
export async function chatByWebsocket(
  client: Client,
  input: Readonly<Record<string, unknown>>,
  { after = -1, extensions }: SocketListening = {},
): Promise<readonly ChatEvent[]> {
  const events: ChatEvent[] = [];
  const results = resultsBy<{ readonly chat: ChatEvent }>(client, chatQuery, { input, after }, extensions);
  for await (const { data, errors } of results) {
    if (errors) throw new Error(JSON.stringify(errors));
    events.push(data!.chat);
  }
  return events;
}
