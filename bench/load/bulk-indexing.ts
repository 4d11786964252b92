import { setTimeout as delay } from "node:timers/promises";
import { chat } from "../chat.ts";
import type { MeasureOptions } from "../measure.ts";
import { median, quantile } from "../statistics.ts";
import { deviceTimes, type DeviceTimes } from "./device-times.ts";
import { mark, type LoadSection, type Mark } from "./mark.ts";
import { underLoad, type Loaded } from "./served.ts";
import type { ChatAndIndex } from "./subjects.ts";

/** Chats that come while nothing else runs, and while the gallery is indexed, in turns. */
const CHATS = 24;
const ROUNDS = 4;
const CHATTERS = 4;
/** Clients that add pictures, and how many each adds at a time. */
const INDEXING = { clients: 2, pictures: 4 } as const;
const RISING_MS = 2_000;

export interface IndexingOptions {
  /** How long chats without a pause run beside the indexing. */
  readonly besideMs: number;
}

/** A chat that comes while the gallery is indexed; and indexing while chats never pause. */
export function measureBulkIndexing(
  subject: ChatAndIndex,
  options: MeasureOptions & IndexingOptions,
): Promise<LoadSection> {
  const served = { ...subject, flags: [...(subject.flags ?? []), "--metrics-port", "0"] };
  return underLoad(served, options, async (loaded) => {
    loaded.progress(`Bulk indexing: ${subject.title}`);
    const pace = { kind: "closed", clients: INDEXING.clients } as const;
    const work = { kind: "index", pictures: INDEXING.pictures } as const;
    const crowd = await loaded.gather({ client: "crowd", work, pace, seed: 400 });
    await firstTokens(loaded, "Warm up");
    const waits = { alone: new Array<number>(), beside: new Array<number>() };
    for (let round = 0; round < ROUNDS; round++) {
      waits.alone.push(...(await firstTokens(loaded, `Alone ${round}`)));
      crowd.begin();
      await delay(RISING_MS);
      waits.beside.push(...(await firstTokens(loaded, `Beside ${round}`)));
      await crowd.end();
    }
    const part = (await deviceTimes(loaded.target)).meanMs(subject.index, "vision") / subject.parts;
    crowd.begin();
    await delay(RISING_MS);
    const device = await loaded.counted(() => chatWithoutPause(loaded, options.besideMs));
    await crowd.end();
    return {
      title: `A chat that comes during indexing: ${subject.title}`,
      ...judged(waits, { part, share: device.shareOf(subject.index) }),
    };
  });
}

/** Milliseconds until the first token of chats that come one after the other, each at another moment of a pass. */
async function firstTokens({ target }: Loaded, turn: string): Promise<number[]> {
  const waits: number[] = [];
  for (let i = 0; i < CHATS / ROUNDS; i++) {
    const messages = [{ role: "USER", text: `${turn} ${i}: what is this?` }] as const;
    const { askedAt, deltaTimes } = await chat(target.graph, { messages, transport: "SSE", tokens: 4 });
    waits.push(deltaTimes[0]! - askedAt);
    await delay(100 + 37 * (i % 7));
  }
  return waits;
}

/** What the device did meanwhile. */
async function chatWithoutPause({ target }: Loaded, ms: number): Promise<DeviceTimes> {
  const before = await deviceTimes(target);
  const until = performance.now() + ms;
  const talk = async (who: number): Promise<void> => {
    for (let i = 0; performance.now() < until; i++) {
      const messages = [{ role: "USER", text: `Without pause ${who} ${i}: what is this?` }] as const;
      await chat(target.graph, { messages, transport: "SSE", tokens: 64 });
    }
  };
  await Promise.all(Array.from({ length: CHATTERS }, (_, i) => talk(i)));
  return (await deviceTimes(target)).since(before);
}

function judged(
  { alone, beside }: Readonly<Record<"alone" | "beside", readonly number[]>>,
  { part, share }: Readonly<Record<"part" | "share", number>>,
): { readonly facts: readonly string[]; readonly marks: readonly Mark[] } {
  const later = median(beside) - median(alone);
  const tails = `p90 ${quantile(alone, 0.9).toFixed(1)} and ${quantile(beside, 0.9).toFixed(1)} ms`;
  return {
    facts: [
      `First token, median of ${alone.length} chats each: ${median(alone).toFixed(1)} ms alone, ${median(beside).toFixed(1)} ms beside ${INDEXING.clients} clients who add pictures, ${INDEXING.pictures} at a time; ${tails}. A quantum is one part of the tower's pass, ${part.toFixed(1)} ms.`,
    ],
    marks: [
      mark("first token later by, in quanta", later / part, { value: 1, unit: "quanta", digits: 2 }),
      mark(`of the device's time for the indexing, beside ${CHATTERS} chats without a pause`, 100 * share, {
        value: 10,
        unit: "%",
        kind: "at least",
      }),
    ],
  };
}
