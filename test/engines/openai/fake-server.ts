import { once } from "node:events";
import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import { setTimeout as delay } from "node:timers/promises";
import { lengthInChain, nextToken, textOf } from "../../../bench/faults/chained-inference.ts";

/** What is read here of a request for a chat. */
export interface AskedBody {
  readonly model: string;
  readonly messages: readonly { readonly role: string; readonly content: unknown }[];
  readonly max_tokens: number;
  readonly temperature: number;
  readonly continue_final_message?: boolean;
  readonly [field: string]: unknown;
}

/** How the server answers a request for a chat, where that is not well. */
export interface Behaviour {
  readonly status?: number;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: string;
  /** The connection is cut after so many tokens. */
  readonly breakAfter?: number;
  /** Nothing more comes after so many. */
  readonly hangAfter?: number;
  /** Instead of an answer, as it is. */
  readonly raw?: readonly (string | Uint8Array)[];
}

/** As servers tell what they are. */
const selfDescriptions = {
  "llama-server": { "/props": { total_slots: 4 } },
  vllm: { "/version": { version: "0.11.0" } },
  sglang: { "/get_model_info": { model_path: "llava" } },
  openai: {},
} as const;

export interface FakeServerOptions {
  readonly kind?: keyof typeof selfDescriptions;
  readonly msPerToken?: number;
  readonly key?: string;
}

/**
 * A server of OpenAI's protocol on a socket of its own. Its model has no weights: it says the chain of hashes that begins
 * with the last question, and goes on with an unfinished answer only if that is the chain's.
 */
export class FakeServer {
  readonly #options: Required<Pick<FakeServerOptions, "kind" | "msPerToken">> & FakeServerOptions;
  readonly #http = createServer((request, response) => void this.#answer(request, response));
  #port = 0;
  readonly asked: AskedBody[] = [];
  models: unknown = { data: [{ id: "llava", meta: { n_params: 7e9, ftype: "F16" } }] };
  /** Whether it is still loading. */
  isLoading = false;
  numRunning = 0;
  mostRunning = 0;
  /** Asked how to answer each request, by its number. */
  behave: (nth: number, body: AskedBody) => Behaviour | undefined = () => undefined;

  constructor(options: FakeServerOptions = {}) {
    this.#options = { kind: "llama-server", msPerToken: 1, ...options };
  }

  get url(): string {
    return `http://127.0.0.1:${this.#port}/v1`;
  }

  async start(): Promise<void> {
    this.#http.listen(this.#port, "127.0.0.1");
    await once(this.#http, "listening");
    this.#port = (this.#http.address() as { port: number }).port;
  }

  /** Cuts every connection. */
  async stop(): Promise<void> {
    if (!this.#http.listening) return;
    this.#http.close();
    this.#http.closeAllConnections();
    await once(this.#http, "close");
  }

  async #answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const { key, kind } = this.#options;
    const known: Readonly<Record<string, object>> = selfDescriptions[kind];
    if (this.isLoading) json(response, 503, { error: { code: 503, message: "Loading model" } });
    else if (key !== undefined && request.headers.authorization !== `Bearer ${key}`) {
      json(response, 401, { error: { message: `Incorrect API key: ${request.headers.authorization}` } });
    } else if (request.url === "/v1/models") json(response, 200, this.models);
    else if (request.url === "/v1/chat/completions") await this.#chat(await bodyOf(request), response);
    else {
      const described = known[request.url ?? ""];
      json(response, described === undefined ? 404 : 200, described ?? { error: "nothing here" });
    }
  }

  async #chat(body: AskedBody, response: ServerResponse): Promise<void> {
    const behaviour = this.behave(this.asked.push(body) - 1, body) ?? {};
    response.on("error", () => undefined);
    if (behaviour.status !== undefined) {
      response.writeHead(behaviour.status, behaviour.headers);
      response.end(behaviour.body);
      return;
    }
    this.numRunning += 1;
    this.mostRunning = Math.max(this.mostRunning, this.numRunning);
    response.writeHead(200, { "content-type": "text/event-stream" });
    await (behaviour.raw === undefined ? this.#say(body, response, behaviour) : sendRaw(behaviour.raw, response));
    this.numRunning -= 1;
  }

  async #say(body: AskedBody, response: ServerResponse, { breakAfter, hangAfter }: Behaviour): Promise<void> {
    const { seed, said } = conversationOf(body);
    if (lengthInChain(seed, said) < 0) {
      response.end(event({ error: { code: 500, message: "That is no chain." } }));
      return;
    }
    let text = said;
    // As llama-server does where it is not told to go on, but sees that it should.
    let echo = said !== "" && body.continue_final_message !== true ? said : "";
    for (let tokens = 1; tokens <= body.max_tokens; tokens++) {
      if (tokens - 1 === breakAfter) response.destroy();
      if (tokens - 1 === hangAfter) await once(response, "close");
      await delay(this.#options.msPerToken);
      if (response.closed || response.destroyed) return;
      const token = textOf(nextToken(seed, text));
      text += token;
      response.write(event(this.#chunk(echo + token, tokens, said)));
      echo = "";
    }
    response.write(event({ choices: [{ index: 0, delta: {}, finish_reason: "length" }] }));
    response.write(event({ choices: [], usage: usageOf(body.max_tokens, said) }));
    response.end("data: [DONE]\n\n");
  }

  /** Each kind tells of tokens in its own way. */
  #chunk(content: string, tokens: number, said: string): object {
    const choices = [{ index: 0, delta: { content }, finish_reason: null }];
    const { prompt_tokens } = usageOf(tokens, said);
    const timings = { predicted_n: tokens, prompt_n: prompt_tokens - 2, cache_n: 2, prompt_ms: 0.5 };
    if (this.#options.kind === "llama-server") return { choices, timings };
    return this.#options.kind === "openai" ? { choices } : { choices, usage: usageOf(tokens, said) };
  }
}

/** Ten for the question, and what is said of the answer. */
function usageOf(tokens: number, said: string) {
  const prompt_tokens = 10 + said.split(" ").length - 1;
  return { prompt_tokens, completion_tokens: tokens, prompt_tokens_details: { cached_tokens: 2 } };
}

/** The question, whose text decides what is said, and what is said already. */
function conversationOf({ messages }: AskedBody): { readonly seed: string; readonly said: string } {
  const last = messages.at(-1)!;
  const question = messages.findLast(({ role }) => role === "user")!.content;
  const parts = question as readonly { readonly text?: string }[];
  const seed = typeof question === "string" ? question : parts.map(({ text = "" }) => text).join("");
  return { seed, said: last.role === "assistant" ? String(last.content) : "" };
}

async function bodyOf(request: IncomingMessage): Promise<AskedBody> {
  const parts: Buffer[] = [];
  for await (const part of request) parts.push(part as Buffer);
  return JSON.parse(Buffer.concat(parts).toString()) as AskedBody;
}

async function sendRaw(parts: readonly (string | Uint8Array)[], response: ServerResponse): Promise<void> {
  for (const part of parts) {
    response.write(part);
    await delay(2);
  }
  response.end();
}

export function event(value: object): string {
  return `data: ${JSON.stringify(value)}\n\n`;
}

function json(response: ServerResponse, status: number, value: unknown): void {
  response.writeHead(status, { "content-type": "application/json" });
  response.end(JSON.stringify(value));
}
