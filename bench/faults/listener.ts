import { setTimeout as delay } from "node:timers/promises";
import { nextToken } from "./chained-inference.ts";
import { lengthOf, type Span } from "./pauses.ts";
import type { Talk } from "./talk.ts";

/** What a client sees of a stream. */
interface SeenEvent {
  readonly __typename: string;
  readonly seq: number;
  readonly delta?: string;
  readonly text?: string;
  readonly code?: string;
  readonly message?: string;
  readonly finishReason?: string;
}

interface Answer {
  readonly data?: { readonly chat: SeenEvent } | null;
  readonly errors?: readonly Refusal[];
}

interface Refusal {
  readonly message: string;
  readonly extensions?: { readonly code?: string; readonly retryAfterMs?: number };
}

/** What became of a stream. */
export interface Heard {
  readonly end: "finished" | "failed";
  /** Ends without all tokens, numbers given twice, and deltas that do not go on from all that was said before. */
  readonly lost: number;
  readonly repeated: number;
  readonly spliced: number;
  /** The longest between two events. */
  readonly longestPause: Span;
  readonly connections: number;
  /** How often no server at all took it, one after the other. */
  readonly refusals: number;
  readonly why?: string | undefined;
}

const SUBSCRIPTION = `subscription ($input: ChatInput!, $after: Int) {
  chat(input: $input, after: $after) {
    __typename seq
    ... on ChatDelta { delta }
    ... on ChatCompleted { text finishReason }
    ... on ChatFailed { code message }
  }
}`;
/** Twice as long each time, up to the maximum, unless the server says when. */
const RETRY_MS = 50;
const MAX_RETRY_MS = 1_600;
/** Answers that say: come again. */
const PASSING = new Set(["UNAVAILABLE", "OVERLOADED", "MODEL_UNAVAILABLE", "SLOW_CONSUMER", "no answer"]);

export interface ListenerOptions {
  readonly id: string;
  readonly talk: Talk;
  /** Of the servers; whichever answers is as good as another. */
  readonly urls: readonly string[];
  readonly giveUpMs: number;
}

/** A client that asks for an answer, checks each of its tokens against all before it, and comes again when it is cut off. */
export class Listener {
  readonly #options: ListenerOptions;
  #text = "";
  #seq = -1;
  #heardAt = performance.now();
  #longestPause: Span = { from: 0, to: 0 };
  #faults = { lost: 0, repeated: 0, spliced: 0 };
  #retryMs = RETRY_MS / 2;
  #end: Pick<Heard, "end" | "why"> | undefined;

  constructor(options: ListenerOptions) {
    this.#options = options;
  }

  /** What was said so far. */
  get text(): string {
    return this.#text;
  }

  async listen(): Promise<Heard> {
    const until = performance.now() + this.#options.giveUpMs;
    let [connections, inARow, refusals] = [0, 0, 0];
    while (this.#end === undefined && performance.now() < until) {
      const why = await this.#connect(connections++).catch(() => "no answer");
      inARow = why !== undefined && this.#seq < 0 ? inARow + 1 : 0;
      if (inARow > 0 && inARow % this.#options.urls.length === 0) refusals += 1;
      if (why !== undefined) await delay(this.#retryMs);
    }
    const end = this.#end ?? { end: "failed", why: `no end within ${this.#options.giveUpMs} ms` };
    return { ...end, ...this.#faults, longestPause: this.#longestPause, connections, refusals };
  }

  /** Listens until the stream ends or is cut off; resolves to why it was not even begun. */
  async #connect(attempt: number): Promise<string | undefined> {
    const { id, talk, urls } = this.#options;
    this.#retryMs = Math.min(MAX_RETRY_MS, 2 * this.#retryMs);
    const isNew = this.#seq < 0;
    const input = { ...talk.input, generationId: id, ...(!isNew && { messages: [] }) };
    const response = await fetch(`${urls[(attempt + hash(id)) % urls.length]}/graphql`, {
      method: "POST",
      headers: { "content-type": "application/json", accept: "text/event-stream" },
      body: JSON.stringify({ query: SUBSCRIPTION, variables: { input, after: isNew ? null : this.#seq } }),
    });
    if (response.body === null) return "no answer";
    for await (const answer of answersOf(response.body)) {
      const why = this.#take(answer);
      if (why !== undefined) return why;
    }
    return undefined;
  }

  #take({ data, errors }: Answer): string | undefined {
    const [error] = errors ?? [];
    const { code = "none", retryAfterMs } = error?.extensions ?? {};
    if (retryAfterMs !== undefined) this.#retryMs = retryAfterMs;
    if (error !== undefined) return this.#refused(code, error.message);
    if (data?.chat.__typename === "ChatFailed" && data.chat.seq === 0 && this.#seq < 0) {
      return this.#refused(data.chat.code ?? "none", data.chat.message ?? "");
    }
    if (data != null) this.#hear(data.chat);
    return undefined;
  }

  #refused(code: string, message: string): string {
    if (!PASSING.has(code)) this.#end = { end: "failed", why: `${code}: ${message}` };
    return code;
  }

  #hear(event: SeenEvent): void {
    const pause = { from: this.#heardAt, to: performance.now() };
    if (this.#seq >= 0 && lengthOf(pause) > lengthOf(this.#longestPause)) this.#longestPause = pause;
    this.#heardAt = pause.to;
    this.#retryMs = RETRY_MS / 2;
    this.#count(event.seq);
    if (event.__typename === "ChatDelta") this.#say(event.delta ?? "");
    if (event.__typename === "ChatFailed") this.#end = { end: "failed", why: `${event.code}: ${event.message}` };
    if (event.__typename === "ChatCompleted") this.#complete(event);
  }

  #count(seq: number): void {
    // Who reads slowly is given several as one, under the last one's number.
    if (seq <= this.#seq) this.#faults.repeated += 1;
    this.#seq = Math.max(this.#seq, seq);
  }

  #say(delta: string): void {
    if (!this.#options.talk.goesOn(this.#text, delta)) this.#faults.spliced += 1;
    this.#text += delta;
  }

  #complete({ text = "", finishReason }: SeenEvent): void {
    const isWhole = text === this.#text && this.#options.talk.isWhole(text);
    if (!isWhole) this.#faults.lost += 1;
    this.#end = finishReason === "CANCELLED" ? { end: "failed", why: "cancelled" } : { end: "finished" };
  }
}

async function* answersOf(body: ReadableStream<Uint8Array>): AsyncGenerator<Answer> {
  const decoder = new TextDecoder();
  let text = "";
  for await (const chunk of body) {
    text += decoder.decode(chunk, { stream: true });
    for (let end = text.indexOf("\n\n"); end >= 0; end = text.indexOf("\n\n")) {
      const data = text
        .slice(0, end)
        .split("\n")
        .find((line) => line.startsWith("data: {"));
      text = text.slice(end + 2);
      if (data !== undefined) yield JSON.parse(data.slice("data: ".length)) as Answer;
    }
  }
  // A refusal of the whole request is no stream.
  if (text.startsWith("{")) yield JSON.parse(text) as Answer;
}

/** Spreads clients over servers. */
function hash(id: string): number {
  return nextToken(id, "") % 997;
}
