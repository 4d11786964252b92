import { createClient } from "graphql-ws";
import WebSocket from "ws";
import type { Graph } from "./graphql.ts";

export type Transport = "WebSocket" | "SSE";

/** A conversation's answer as its client saw it; times on performance.now(). */
export interface ChatSample {
  readonly text: string;
  readonly askedAt: number;
  /** When each delta came. */
  readonly deltaTimes: readonly number[];
  readonly endedAt: number;
  readonly promptTokens: number;
  /** Of the prompt, those whose keys and values were still there. */
  readonly reusedTokens: number;
  readonly completionTokens: number;
  readonly imageCacheHit: boolean;
}

export interface ChatTurn {
  readonly role: "USER" | "ASSISTANT";
  readonly text: string;
  readonly images?: readonly ({ readonly id: string } | { readonly base64: string })[];
}

export interface ChatRequest {
  readonly messages: readonly ChatTurn[];
  readonly transport: Transport;
  /** Whose first model answers; LLaVA's without it. */
  readonly family?: string;
  /** Of the answer, whatever the model would say; without it the model decides when it is done. */
  readonly tokens?: number;
}

const DOCUMENT = `subscription Chat($input: ChatInput!) {
  chat(input: $input) {
    __typename
    ... on ChatStarted { promptTokens reusedTokens imageCacheHit }
    ... on ChatDelta { delta }
    ... on ChatCompleted { text completionTokens }
    ... on ChatFailed { code message }
  }
}`;

type ChatEvent =
  | { readonly __typename: "ChatQueued" }
  | {
      readonly __typename: "ChatStarted";
      readonly promptTokens: number;
      readonly reusedTokens: number;
      readonly imageCacheHit: boolean;
    }
  | { readonly __typename: "ChatDelta"; readonly delta: string }
  | { readonly __typename: "ChatCompleted"; readonly text: string; readonly completionTokens: number }
  | { readonly __typename: "ChatFailed"; readonly code: string; readonly message: string };

/** Asks for the next answer of a conversation and reads it to its end. Throws where the deltas are not the text. */
export async function chat(
  graph: Graph,
  { messages, transport, family = "LLAVA", tokens }: ChatRequest,
): Promise<ChatSample> {
  const reading = new Reading(performance.now());
  const input = { messages, family, options: tokens === undefined ? {} : { maxTokens: tokens, minTokens: tokens } };
  const events = transport === "SSE" ? overSse(graph, { input }) : overWebSocket(graph, { input });
  for await (const event of events) reading.take(event);
  return reading.sample();
}

/** A stream while it is read. */
class Reading {
  readonly #askedAt: number;
  readonly #deltaTimes: number[] = [];
  #joined = "";
  #started: Extract<ChatEvent, { __typename: "ChatStarted" }> | undefined;
  #completed: Extract<ChatEvent, { __typename: "ChatCompleted" }> | undefined;

  constructor(askedAt: number) {
    this.#askedAt = askedAt;
  }

  take(event: ChatEvent): void {
    switch (event.__typename) {
      case "ChatQueued":
        return;
      case "ChatStarted":
        this.#started = event;
        return;
      case "ChatDelta":
        this.#joined += event.delta;
        this.#deltaTimes.push(performance.now());
        return;
      case "ChatCompleted":
        this.#completed = event;
        return;
      case "ChatFailed":
        throw new Error(`${event.code}: ${event.message}`);
    }
  }

  sample(): ChatSample {
    const [started, completed] = [this.#started, this.#completed];
    if (!started || completed?.text !== this.#joined) throw new Error(`The deltas are not the text: ${this.#joined}`);
    if (this.#deltaTimes.length === 0) throw new Error("The answer is empty.");
    const { promptTokens, reusedTokens, imageCacheHit } = started;
    const { text, completionTokens } = completed;
    const times = { askedAt: this.#askedAt, deltaTimes: this.#deltaTimes, endedAt: performance.now() };
    return { text, ...times, promptTokens, reusedTokens, completionTokens, imageCacheHit };
  }
}

interface Data {
  readonly chat: ChatEvent;
}

async function* overWebSocket({ url, signal }: Graph, variables: { input: object }): AsyncGenerator<ChatEvent> {
  const client = createClient({
    url: `${url.replace(/^http/, "ws")}/graphql`,
    webSocketImpl: WebSocket,
    retryAttempts: 0,
  });
  try {
    for await (const { data, errors } of client.iterate<Data>({ query: DOCUMENT, variables })) {
      signal.throwIfAborted();
      if (errors?.[0]) throw new Error(errors[0].message);
      if (data) yield data.chat;
    }
  } finally {
    await client.dispose();
  }
}

async function* overSse({ url, signal }: Graph, variables: { input: object }): AsyncGenerator<ChatEvent> {
  const headers = { "content-type": "application/json", accept: "text/event-stream" };
  const body = JSON.stringify({ query: DOCUMENT, variables });
  const response = await fetch(`${url}/graphql`, { method: "POST", headers, body, signal });
  let rest = "";
  for await (const text of response.body!.pipeThrough(new TextDecoderStream())) {
    const blocks = (rest + text).split("\n\n");
    rest = blocks.pop()!;
    for (const block of blocks) {
      const line = /^data: ?(.+)$/m.exec(block)?.[1];
      const { data } = (line === undefined ? {} : JSON.parse(line)) as { data?: Data };
      if (data) yield data.chat;
    }
  }
}
