import { chatQuery, type ChatEvent, type ChatResultPayload } from "./events.ts";

export interface Listening {
  readonly after?: number;
  readonly signal?: AbortSignal;
  /** @default chatQuery */
  readonly query?: string;
  readonly headers?: Readonly<Record<string, string>>;
}

/** A chat's results over SSE, by fetch alone. https://github.com/graphql/graphql-over-http/blob/main/rfcs/GraphQLOverSSE.md */
export async function* resultsBySse(
  url: string,
  input: Readonly<Record<string, unknown>>,
  { after = -1, signal, query = chatQuery, headers }: Listening = {},
): AsyncGenerator<ChatResultPayload> {
  const response = await fetch(`${url}/graphql`, {
    method: "POST",
    headers: { "content-type": "application/json", accept: "text/event-stream", ...headers },
    body: JSON.stringify({ query, variables: { input, after } }),
    ...(signal && { signal }),
  });
  if (response.headers.get("content-type")?.startsWith("text/event-stream") !== true)
    throw new Error(`no stream: ${response.status} ${await response.text()}`);
  for await (const { event, data } of messagesOf(response.body!)) {
    if (event === "complete") return;
    yield JSON.parse(data) as ChatResultPayload;
  }
}

/** The events of a whole chat over SSE. */
export async function chatBySse(
  url: string,
  input: Readonly<Record<string, unknown>>,
  listening: Listening = {},
): Promise<readonly ChatEvent[]> {
  const events: ChatEvent[] = [];
  for await (const { data, errors } of resultsBySse(url, input, listening)) {
    if (errors) throw new Error(JSON.stringify(errors));
    events.push(data!.chat);
  }
  return events;
}

interface Message {
  readonly event: string;
  readonly data: string;
}

async function* messagesOf(body: ReadableStream<Uint8Array>): AsyncGenerator<Message> {
  const decoder = new TextDecoder();
  let text = "";
  for await (const chunk of body as unknown as AsyncIterable<Uint8Array>) {
    text += decoder.decode(chunk, { stream: true });
    const blocks = text.split("\n\n");
    text = blocks.pop()!;
    yield* blocks.filter((block) => !block.startsWith(":")).map(messageOf);
  }
}

function messageOf(block: string): Message {
  const lines = block.split("\n").map((line) => [line.slice(0, line.indexOf(":")), line.slice(line.indexOf(":") + 1)]);
  const { event = "message", data = "" } = Object.fromEntries(lines) as Record<string, string>;
  return { event: event.trim(), data: data.trim() };
}
