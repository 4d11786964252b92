import { setTimeout as delay } from "node:timers/promises";
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
    let pictures = 0;
    await talk(loaded, { question: "Warm up", tokens });
    for (let round = 0; round < ROUNDS; round++) {
      gaps.alone.push(...gapsOf(await talk(loaded, { question: `Alone ${round}`, tokens })));
      crowd.begin();
      await delay(RISING_MS);
      gaps.flooded.push(...gapsOf(await loaded.counted(() => talk(loaded, { question: `Flooded ${round}`, tokens }))));
      pictures += (await crowd.end()).filter(({ code }) => code === "OK").length;
    }
    return judged(title, gaps, pictures);
  });
}

function talk(
  { target }: Loaded,
  { question, tokens }: { readonly question: string; readonly tokens: number },
): Promise<ChatSample> {
  const messages = [{ role: "USER", text: `${question}: what is this?` }] as const;
  return chat(target.graph, { messages, transport: "WebSocket", tokens });
}

export function gapsOf({ deltaTimes }: ChatSample): number[] {
  return deltaTimes.slice(1).map((time, i) => time - deltaTimes[i]!);
}

function judged(
  title: string,
  { alone, flooded }: Readonly<Record<"alone" | "flooded", readonly number[]>>,
  pictures: number,
): Measured {
  const [idle, busy] = [quantile(alone, 0.99), quantile(flooded, 0.99)];
  const medians = `medians ${median(alone).toFixed(1)} and ${median(flooded).toFixed(1)} ms`;
  return {
    title: `A chat beside a flood of pictures: ${title}`,
    facts: [
      `Time between tokens, p99, over ${alone.length} gaps each: ${idle.toFixed(1)} ms alone, ${busy.toFixed(1)} ms beside ${CLIENTS} clients who had ${pictures} new pictures captioned; ${medians}.`,
    ],
    marks: [mark("p99 between tokens, to alone", busy / idle, MOST)],
  };
}
