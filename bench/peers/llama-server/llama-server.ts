import { ServerProcess } from "../../server-process.ts";
import { type Answer, type Conversation, QUESTION, type ServedContender, STREAMS } from "./contender.ts";

export interface LlamaServerOptions {
  readonly name: string;
  /** llama-server itself. */
  readonly command: string;
  /** GGUF files. */
  readonly model: string;
  readonly vision: string;
  readonly threads: number;
  readonly signal: AbortSignal;
}

/** One slot for each stream, and one for pictures that are new. */
const SLOTS = STREAMS + 1;
const SLOT_ROWS = 1024;
const READY_MS = 300_000;
const GRACE_MS = 10_000;

/** llama-server while it is asked. */
export async function withLlamaServer<T>(
  options: LlamaServerOptions,
  use: (contender: ServedContender) => Promise<T>,
): Promise<T> {
  const { command, name, signal } = options;
  const args = serverArguments(options);
  const server = new ServerProcess({ command, args, env: process.env, channel: "none", readyPath: "/health" });
  try {
    const url = await server.ready(READY_MS, signal);
    return await use({ name, answer: (conversation, tokens) => ask({ url, signal }, conversation, tokens) });
  } finally {
    await server.end(GRACE_MS);
    server.kill();
  }
}

function serverArguments({ model, vision, threads }: LlamaServerOptions): string[] {
  const files = ["--model", model, "--mmproj", vision];
  const slots = ["--parallel", String(SLOTS), "--ctx-size", String(SLOTS * SLOT_ROWS)];
  const listening = ["--host", "127.0.0.1", "--port", "0"];
  return [...files, ...slots, ...listening, "--threads", String(threads), "--chat-template", "chatml"];
}

interface Served {
  readonly url: string;
  readonly signal: AbortSignal;
}

/** A client keeps its slot, whose rows are there already when it asks the same again. */
async function ask({ url, signal }: Served, { client, picture }: Conversation, tokens: number): Promise<Answer> {
  const image = `data:${picture.type};base64,${Buffer.from(picture.bytes).toString("base64")}`;
  const content = [
    { type: "image_url", image_url: { url: image } },
    { type: "text", text: QUESTION },
  ];
  const how = { stream: true, temperature: 0, max_tokens: tokens, ignore_eos: true, id_slot: client };
  const body = JSON.stringify({ messages: [{ role: "user", content }], ...how });
  const askedAt = performance.now();
  const headers = { "content-type": "application/json" };
  const response = await fetch(`${url}/v1/chat/completions`, { method: "POST", headers, body, signal });
  if (!response.ok) throw new Error(`llama-server answered ${response.status}: ${await response.text()}`);
  return { askedAt, tokenTimes: await readTokens(response.body!, tokens) };
}

interface Chunk {
  readonly choices: readonly { readonly delta: { readonly content?: string | null } }[];
  /** Of the last. */
  readonly timings?: { readonly predicted_n: number };
}

async function readTokens(body: ReadableStream<Uint8Array<ArrayBuffer>>, tokens: number): Promise<number[]> {
  const times: number[] = [];
  let predicted: number | undefined;
  for await (const { choices, timings } of chunksOf(body)) {
    if (choices[0]?.delta.content) times.push(performance.now());
    predicted = timings?.predicted_n ?? predicted;
  }
  if (predicted !== tokens) throw new Error(`llama-server gave ${predicted} tokens where ${tokens} were asked.`);
  return times;
}

async function* chunksOf(body: ReadableStream<Uint8Array<ArrayBuffer>>): AsyncGenerator<Chunk> {
  let rest = "";
  for await (const text of body.pipeThrough(new TextDecoderStream())) {
    const lines = (rest + text).split("\n");
    rest = lines.pop()!;
    for (const line of lines) if (line.startsWith("data: {")) yield JSON.parse(line.slice(6)) as Chunk;
  }
}
