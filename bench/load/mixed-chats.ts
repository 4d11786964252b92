import { randomUUID } from "node:crypto";
import { type Mixing, pick } from "./mixed-requests.ts";
import { jsonBody } from "./upload.ts";

/** Of an answer, whatever the model would say: enough to be left in the middle. */
const TOKENS = 40;

const DOCUMENT = `subscription Chat($input: ChatInput!) {
  chat(input: $input) {
    __typename
    ... on ChatDelta { delta }
    ... on ChatCompleted { finishReason }
    ... on ChatFailed { code }
  }
}`;

interface Event {
  readonly __typename: "ChatQueued" | "ChatStarted" | "ChatDelta" | "ChatCompleted" | "ChatFailed";
  readonly code?: string;
}

/** To its end: OK, or the code with which it failed. */
export async function wholeChat(mixing: Mixing): Promise<string> {
  return read(mixing, randomUUID(), () => "go on");
}

/** Its connection is cut after some events. */
export async function leftChat(mixing: Mixing): Promise<string> {
  const most = 1 + (mixing.random.next() % 12);
  return read(mixing, randomUUID(), (count) => (count >= most ? "leave" : "go on"));
}

/** Another request cancels it after some events, which ends its stream. */
export async function cancelledChat(mixing: Mixing): Promise<string> {
  const id = randomUUID();
  const most = 1 + (mixing.random.next() % 12);
  const document = `mutation C($id: ID!) { cancelGeneration(input: { generationId: $id }) { cancelled } }`;
  let cancelling: Promise<unknown> = Promise.resolve();
  const code = await read(mixing, id, (count) => {
    if (count === most) cancelling = mixing.asker.ask(jsonBody(document, { id }));
    return "go on";
  });
  await cancelling;
  return code;
}

/** Over SSE, by fetch alone. `heard` is told how many events came. */
async function read(
  { url, random, pictures }: Mixing,
  generationId: string,
  heard: (count: number) => "go on" | "leave",
): Promise<string> {
  const leaving = new AbortController();
  const family = random.next() % 2 === 0 ? "LLAVA" : "BLIP2";
  const picture = { base64: Buffer.from(pick(pictures, random).bytes).toString("base64") };
  const messages = [{ role: "USER", text: `Tell me about number ${random.next() % 100}.`, images: [picture] }];
  const input = { generationId, family, messages, options: { maxTokens: TOKENS, minTokens: TOKENS } };
  const headers = { "content-type": "application/json", accept: "text/event-stream" };
  const body = JSON.stringify({ query: DOCUMENT, variables: { input } });
  const response = await fetch(`${url}/graphql`, { method: "POST", headers, body, signal: leaving.signal });
  let [count, last] = [0, "no event"];
  for await (const event of eventsOf(response)) {
    last = event.__typename === "ChatCompleted" ? "OK" : (event.code ?? event.__typename);
    if (heard(++count) === "go on") continue;
    leaving.abort();
    return "LEFT";
  }
  return last;
}

async function* eventsOf(response: Response): AsyncGenerator<Event> {
  let rest = "";
  for await (const text of response.body!.pipeThrough(new TextDecoderStream())) {
    const blocks = (rest + text).split("\n\n");
    rest = blocks.pop()!;
    for (const block of blocks) {
      const line = /^data: ?(.+)$/m.exec(block)?.[1];
      const { data } = (line === undefined ? {} : JSON.parse(line)) as { data?: { chat: Event } };
      if (data) yield data.chat;
    }
  }
}
