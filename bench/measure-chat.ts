import { chat, type ChatSample, type ChatTurn } from "./chat.ts";
import { streamTogether, type ChatLevel } from "./chat-levels.ts";
import { query, queryWithPicture, type Graph, type PictureFile } from "./graphql.ts";
import type { MeasureOptions } from "./measure.ts";
import { makePictures } from "./pictures.ts";
import { median } from "./statistics.ts";

/** Streams at once. */
const STREAMS = [1, 8, 32] as const;
const TOKENS = 64;
/** Of the answers whose first token is waited for. */
const FIRST_TOKENS = 32;
/** Streams that run while new pictures come, and clients that send them. */
const FLOODED = { streams: 8, clients: 4, tokens: 96 } as const;
const TURNS = 3;

/** What one run learns of a chat model. */
export interface ChatMeasurement {
  readonly title: string;
  readonly parameters: number;
  readonly levels: readonly ChatLevel[];
  /** The same streams without and with new pictures being encoded beside them. */
  readonly flood: { readonly alone: ChatLevel; readonly flooded: ChatLevel; readonly pictures: number };
  readonly turns: TurnTimes;
}

/** Medians over some conversations. */
export interface TurnTimes {
  /** From asking to the first delta, milliseconds: a new picture, another question on it, a later turn. */
  readonly firstMs: number;
  readonly secondMs: number;
  readonly laterMs: number;
  /** Share of the later turn's prompt that was reused, of what stood in the turn before and its answer. */
  readonly reused: number;
}

/** Measures a server that serves one chat model. */
export async function measureChat(title: string, graph: Graph, { progress }: MeasureOptions): Promise<ChatMeasurement> {
  const pictures = await addPictures(graph, await makePictures(50_000, Math.max(...STREAMS)));
  await chat(graph, { messages: ask(pictures[0]!, "Warm up."), transport: "SSE", tokens: FIRST_TOKENS });
  const levels: ChatLevel[] = [];
  for (const streams of STREAMS) {
    progress(`${title}: ${streams} streams of ${TOKENS} tokens`);
    const conversations = pictures.slice(0, streams).map((id, i) => ask(id, `Question ${i}: what is this?`));
    // Their prompts are computed before: what is measured is decoding.
    for (const messages of conversations) await chat(graph, { messages, transport: "SSE", tokens: 8 });
    levels.push(await streamTogether(graph, conversations, TOKENS));
  }
  progress(`${title}: ${FLOODED.streams} streams while new pictures are encoded`);
  const flood = await measureFlood(graph, pictures);
  progress(`${title}: turns`);
  return { title, parameters: await parameters(graph), levels, flood, turns: await measureTurns(graph) };
}

async function measureFlood(graph: Graph, pictures: readonly string[]): Promise<ChatMeasurement["flood"]> {
  const conversations = (turn: string) =>
    pictures.slice(0, FLOODED.streams).map((id, i) => ask(id, `${turn} ${i}: what is this?`));
  const alone = await streamTogether(graph, conversations("Alone"), FLOODED.tokens);
  const flood = new Flood(graph);
  const [flooded, sent] = await Promise.all([
    streamTogether(graph, conversations("Together"), FLOODED.tokens).finally(() => flood.end()),
    flood.run(),
  ]);
  return { alone, flooded, pictures: sent };
}

/** New pictures, one after the other from each client, until it is ended. */
class Flood {
  readonly #graph: Graph;
  #goesOn = true;
  #sent = 0;

  constructor(graph: Graph) {
    this.#graph = graph;
  }

  /** Resolves when it was ended, with how many pictures were captioned. */
  async run(): Promise<number> {
    await Promise.all(Array.from({ length: FLOODED.clients }, () => this.#send()));
    return this.#sent;
  }

  end(): void {
    this.#goesOn = false;
  }

  async #send(): Promise<void> {
    const document = `query Flood($image: ImageInput!) {
      caption(image: $image, family: LLAVA, options: { maxTokens: 1 }) { tokens }
    }`;
    while (this.#goesOn) {
      const [picture] = await makePictures(90_000 + this.#sent++, 1);
      await queryWithPicture(this.#graph, document, { picture: picture! });
    }
  }
}

async function measureTurns(graph: Graph): Promise<TurnTimes> {
  const pictures = await addPictures(graph, await makePictures(60_000, TURNS));
  const first: ChatSample[] = [];
  const second: ChatSample[] = [];
  const later: ChatSample[] = [];
  const answer = (messages: readonly ChatTurn[]) =>
    chat(graph, { messages, transport: "WebSocket", tokens: FIRST_TOKENS });
  for (const id of pictures) {
    const messages = ask(id, "What is in the picture?");
    first.push(await answer(messages));
    second.push(await answer(ask(id, "Which colours are there?")));
    const answered: ChatTurn[] = [...messages, { role: "ASSISTANT", text: first.at(-1)!.text }];
    later.push(await answer([...answered, { role: "USER", text: "Why?" }]));
  }
  const before = first.map(({ promptTokens, completionTokens }) => promptTokens + completionTokens);
  return {
    firstMs: median(first.map(waited)),
    secondMs: median(second.map(waited)),
    laterMs: median(later.map(waited)),
    reused: median(later.map(({ reusedTokens }, i) => reusedTokens / before[i]!)),
  };
}

function waited({ askedAt, deltaTimes }: ChatSample): number {
  return deltaTimes[0]! - askedAt;
}

/** A conversation that begins with a question about a picture of the gallery. */
export function ask(id: string, text: string): ChatTurn[] {
  return [{ role: "USER", text, images: [{ id }] }];
}

/** Puts pictures into the gallery; their ids. */
export async function addPictures(graph: Graph, pictures: readonly PictureFile[]): Promise<string[]> {
  const document = `mutation Add($image: ImageInput!) {
    addImages(input: { images: [{ image: $image }] }) { images { id } }
  }`;
  const ids: string[] = [];
  for (const picture of pictures) {
    const { addImages } = await queryWithPicture<Added>(graph, document, { picture });
    ids.push(addImages.images[0]!.id);
  }
  return ids;
}

interface Added {
  readonly addImages: { readonly images: readonly { readonly id: string }[] };
}

async function parameters(graph: Graph): Promise<number> {
  const { models } = await query<{ models: readonly { parameters: number }[] }>(graph, "{ models { parameters } }");
  return models[0]!.parameters;
}
