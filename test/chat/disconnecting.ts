import type { Client } from "graphql-ws";
import { chatQuery, type ChatEvent } from "./events.ts";
import { RawSocket } from "./raw-socket.ts";
import { resultsBySse } from "./sse.ts";
import { resultsBy } from "./websocket.ts";

export interface Attempt {
  readonly url: string;
  readonly client: Client;
  readonly input: Readonly<Record<string, unknown>>;
  readonly after: number;
  /** Events after which the client leaves. */
  readonly count: number;
}

/** Takes up a chat after an event, hears so many more, or all there are, and leaves in its own way. */
export type Way = (attempt: Attempt) => Promise<readonly ChatEvent[]>;

/** Completes its operation on a socket that it shares with others. */
const byComplete: Way = async ({ client, input, after, count }) => {
  const heard: ChatEvent[] = [];
  for await (const { data } of resultsBy<{ readonly chat: ChatEvent }>(client, chatQuery, { input, after })) {
    heard.push(data!.chat);
    if (heard.length >= count) break;
  }
  return heard;
};

/** Drops its socket, with whatever is still on its way in it, or came too late to be heard. */
const byDrop: Way = async ({ url, input, after, count }) => {
  const socket = await RawSocket.greeted(url);
  socket.subscribe("1", chatQuery, { input, after });
  const events = (): ChatEvent[] =>
    socket.heard.flatMap(({ type, payload }) =>
      type === "next" ? [(payload as { readonly data: { readonly chat: ChatEvent } }).data.chat] : [],
    );
  await socket.until((heard) => heard.at(-1)!.type === "complete" || events().length >= count);
  socket.socket.terminate();
  return events().slice(0, count);
};

/** Aborts its request. */
const byAbort: Way = async ({ url, input, after, count }) => {
  const leaving = new AbortController();
  const heard: ChatEvent[] = [];
  for await (const { data } of resultsBySse(url, input, { after, signal: leaving.signal })) {
    heard.push(data!.chat);
    if (heard.length >= count) break;
  }
  leaving.abort();
  return heard;
};

/** Leaves before it can have heard anything. */
const atOnce: Way = async ({ url, input, after }) => {
  const leaving = new AbortController();
  const results = resultsBySse(url, input, { after, signal: leaving.signal });
  setImmediate(() => leaving.abort());
  await results.next().catch(() => undefined);
  return [];
};

export const ways: readonly Way[] = [byComplete, byDrop, byAbort, atOnce];
