import { setTimeout as delay } from "node:timers/promises";
import type { PictureFile } from "../graphql.ts";
import { makePictures } from "../pictures.ts";
import { chat, type ChatSample } from "../chat.ts";
import type { MeasureOptions } from "../measure.ts";
import { median, quantile } from "../statistics.ts";
import { mark, type LoadSection } from "./mark.ts";
import { underLoad, type Loaded, type Measured } from "./served.ts";
import type { ChatAndPictures } from "./subjects.ts";

/** Of a chat alone and of one beside the flood, in turns: what the machine does beside weighs on both. */
const ROUNDS = 4;

export interface FloodOptions {
  /** Of each answer. */
  readonly tokens: number;
}

const CLIENTS = 8;
/** Until the flood is at its height. */
const RISING_MS = 1_000;
/** Until a chat's first tokens have come, a while before its last. */
const TALKING_MS = 300;
/** Where the seeds of its own pictures begin. */
const PICTURES = 5_000;
const MOST = { value: 2, unit: "×", digits: 2 } as const;

/** A chat that streams over WebSocket while another client's pictures flood in. */
export function measurePictureFlood(
  subject: ChatAndPictures,
  options: MeasureOptions & FloodOptions,
): Promise<LoadSection> {
  const { tokens } = options;
  const { family, title } = subject;
  return underLoad(subject, options, async (loaded) => {
    loaded.progress(`A flood of pictures: ${title}`);
    const work = { kind: "caption", family, tokens: 4 } as const;
    const crowd = await loaded.gather({ client: "crowd", work, pace: { kind: "closed", clients: CLIENTS }, seed: 100 });
    const gaps = { alone: new Array<number>(), flooded: new Array<number>() };
    const waits = { alone: new Array<number>(), beside: new Array<number>() };
    let pictures = 0;
    await talk(loaded, { question: "Warm up", tokens });
    for (let round = 0; round < ROUNDS; round++) {
      gaps.alone.push(...gapsOf(await talk(loaded, { question: `Alone ${round}`, tokens })));
      waits.alone.push(await firstToken(loaded, 2 * round + 1));
      crowd.begin();
      await delay(RISING_MS);
      gaps.flooded.push(...gapsOf(await loaded.counted(() => talk(loaded, { question: `Flooded ${round}`, tokens }))));
      waits.beside.push(await waitBeside(loaded, 2 * round, tokens));
      pictures += (await crowd.end()).filter(({ code }) => code === "OK").length;
    }
    return judged(title, { gaps, waits, pictures });
  });
}

interface Talk {
  readonly question: string;
  readonly tokens: number;
  readonly picture?: PictureFile | undefined;
}

/** Milliseconds until the first token of a chat about a new picture that comes while another one streams. */
async function waitBeside(loaded: Loaded, round: number, tokens: number): Promise<number> {
  const streaming = talk(loaded, { question: `Streaming ${round}`, tokens: 2 * tokens });
  await delay(TALKING_MS);
  const wait = await firstToken(loaded, round);
  await streaming;
  return wait;
}

async function firstToken(loaded: Loaded, seed: number): Promise<number> {
  const [picture] = await makePictures(PICTURES + seed, 1);
  const { askedAt, deltaTimes } = await talk(loaded, { question: "And", tokens: 4, picture });
  return deltaTimes[0]! - askedAt;
}

function talk({ target }: Loaded, { question, tokens, picture }: Talk): Promise<ChatSample> {
  const images = picture === undefined ? [] : [{ base64: Buffer.from(picture.bytes).toString("base64") }];
  const messages = [{ role: "USER", text: `${question}: what is this?`, images }] as const;
  return chat(target.graph, { messages, transport: "WebSocket", tokens });
}

export function gapsOf({ deltaTimes }: ChatSample): number[] {
  return deltaTimes.slice(1).map((time, i) => time - deltaTimes[i]!);
}

interface Flood {
  /** Between tokens, milliseconds. */
  readonly gaps: Readonly<Record<"alone" | "flooded", readonly number[]>>;
  /** Until the first token of a chat about a new picture. */
  readonly waits: Readonly<Record<"alone" | "beside", readonly number[]>>;
  readonly pictures: number;
}

function judged(title: string, { gaps: { alone, flooded }, waits, pictures }: Flood): Measured {
  const [idle, busy] = [quantile(alone, 0.99), quantile(flooded, 0.99)];
  const medians = `medians ${median(alone).toFixed(1)} and ${median(flooded).toFixed(1)} ms`;
  return {
    title: `A chat beside a flood of pictures: ${title}`,
    facts: [
      `Time between tokens, p99, over ${alone.length} gaps each: ${idle.toFixed(1)} ms alone, ${busy.toFixed(1)} ms beside ${CLIENTS} clients who had ${pictures} new pictures captioned; ${medians}.`,
      `First token of a chat about a new picture: ${list(waits.alone)} ms alone, ${list(waits.beside)} ms when it comes beside the flood while another chat streams.`,
    ],
    marks: [mark("p99 between tokens, to alone", busy / idle, MOST)],
  };
}

function list(values: readonly number[]): string {
  return values.map((ms) => ms.toFixed(0)).join(", ");
}
