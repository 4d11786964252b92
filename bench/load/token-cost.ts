import { setTimeout as delay } from "node:timers/promises";
import { chat, type ChatSample } from "../chat.ts";
import { takeEventLoopDelay, type EventLoopDelay } from "../event-loop.ts";
import type { MeasureOptions } from "../measure.ts";
import { quantile } from "../statistics.ts";
import { onMachineClock } from "./machine-clock.ts";
import { mark, type LoadSection, type Mark } from "./mark.ts";
import { underLoad, type Loaded } from "./served.ts";
import type { ChatAndPictures } from "./subjects.ts";
import { readStamps, stamped, withStampFile } from "./token-stamps.ts";

/** Chats at once, and whether pictures flood in beside them. */
const LEVELS = [
  { streams: 1, flood: "none" },
  { streams: 8, flood: "none" },
  { streams: 8, flood: "pictures" },
] as const;
type Level = (typeof LEVELS)[number];

export interface TokenCostOptions {
  /** Tokens of a level, of all its chats together: at least. */
  readonly tokens: number;
}

/** Of an answer. */
const TOKENS = 64;
const CLIENTS = 8;
const RISING_MS = 1_000;

interface LevelCost {
  readonly level: Level;
  /** From the compute thread's having a token to the client's having read its delta, of every delta. */
  readonly costs: readonly number[];
  readonly eventLoop: EventLoopDelay;
}

/**
 * What it costs to bring a token from the compute thread to its client: the worker's main thread, which makes text of it,
 * the way to the API process, the log of the generation, GraphQL, the WebSocket, and the client's reading.
 */
export function measureTokenCost(
  subject: ChatAndPictures,
  options: MeasureOptions & TokenCostOptions,
): Promise<LoadSection> {
  const { family, title } = subject;
  return withStampFile((file) =>
    underLoad(stamped(subject, file), options, async (loaded) => {
      loaded.progress(`What a token event costs: ${title}`);
      const work = { kind: "caption", family, tokens: 4 } as const;
      const pace = { kind: "closed", clients: CLIENTS } as const;
      const crowd = await loaded.gather({ client: "crowd", work, pace, seed: 900 });
      await together(loaded, 8, "Warm up");
      const levels: LevelCost[] = [];
      for (const level of LEVELS) {
        if (level.flood === "pictures") {
          crowd.begin();
          await delay(RISING_MS);
        }
        const rounds = Math.ceil(options.tokens / TOKENS / level.streams);
        levels.push(await measureLevel({ ...level, rounds, file }, loaded));
        if (level.flood === "pictures") await crowd.end();
      }
      return { title: `A token's way to its client: ${title}`, facts: [METHOD], marks: levels.flatMap(marksOf) };
    }),
  );
}

const METHOD =
  "A module that is loaded into the worker's threads beside its own code writes down when the compute thread has each token; the client writes down when it has the delta, on the same clock.";

async function measureLevel(
  { rounds, file, ...level }: Level & { readonly rounds: number; readonly file: string },
  loaded: Loaded,
): Promise<LevelCost> {
  const { streams, flood } = level;
  loaded.progress(`${streams} at once, pictures beside them: ${flood}`);
  const { graph, api } = loaded.target;
  const samples = new Map<string, ChatSample>();
  await takeEventLoopDelay(api, graph.signal);
  await loaded.counted(async () => {
    for (let round = 0; round < rounds; round++) {
      const name = `${streams} at once, ${flood}, ${round}`;
      for (const [question, sample] of await together(loaded, streams, name)) samples.set(question, sample);
    }
  });
  const eventLoop = await takeEventLoopDelay(api, graph.signal);
  const stamps = readStamps(file);
  const costs = [...samples].flatMap(([question, sample]) => costsOf(sample, stamps.get(question) ?? []));
  return { level, costs, eventLoop };
}

async function together({ target }: Loaded, streams: number, name: string): Promise<[string, ChatSample][]> {
  const questions = Array.from({ length: streams }, (_, i) => `${name}, ${i}: what is this?`);
  const ask = async (text: string): Promise<[string, ChatSample]> => {
    const messages = [{ role: "USER", text }] as const;
    return [text, await chat(target.graph, { messages, transport: "WebSocket", tokens: TOKENS })];
  };
  return Promise.all(questions.map(ask));
}

function costsOf({ deltaTimes }: ChatSample, stamps: readonly number[]): number[] {
  if (deltaTimes.length !== stamps.length) {
    throw new Error(`${stamps.length} pieces of text left the worker, and ${deltaTimes.length} deltas came.`);
  }
  return deltaTimes.map((time, i) => onMachineClock(time) - stamps[i]!);
}

function marksOf({ level: { streams, flood }, costs, eventLoop }: LevelCost): Mark[] {
  const who = `${streams} ${streams === 1 ? "stream" : "streams"}${flood === "none" ? "" : " beside a flood of pictures"}`;
  return [
    mark(`a token event, p50, ${who}`, quantile(costs, 0.5), { value: 1, unit: "ms", digits: 2 }),
    mark(`a token event, p99, ${who}`, quantile(costs, 0.99), { value: 10, unit: "ms", digits: 2 }),
    mark(`the API's event loop, p99, ${who}`, eventLoop.p99Ms, { value: 20, unit: "ms" }),
  ];
}
