import type { MeasureOptions } from "../measure.ts";
import { makePictures } from "../pictures.ts";
import { Xorshift } from "../random.ts";
import type { ServedSubject } from "../subject.ts";
import { Anonymous } from "./anonymous.ts";
import { Asker } from "./asker.ts";
import { mark, type LoadSection } from "./mark.ts";
import { askSomething, type Mixing } from "./mixed-requests.ts";
import { underLoad, type Loaded } from "./served.ts";

export interface GrowthOptions {
  readonly requests: number;
  /** Requests before, in which caches are filled and heaps come to their size. */
  readonly warmUp: number;
}

/** By how much the anonymous memory of each process grew, in bytes. */
export interface Growth {
  readonly API: number;
  readonly worker: number;
}

const CLIENTS = 12;
/** All of them are known after the warm-up: what is kept of pictures is bounded, but by more than what may be lost. */
const PICTURES = 24;
/** Of the samples, the part at the beginning and at the end whose least are compared: heaps are as small as after a collection. */
const WINDOW = 0.15;
export const MAX_GROWTH = 50e6;

/** All that can be asked, thousands of times, and how much memory is not given back. */
export function measureMemoryGrowth(
  subject: ServedSubject,
  options: MeasureOptions & GrowthOptions,
): Promise<LoadSection> {
  // What ended is forgotten soon, rather than being counted as lost.
  const flags = [...(subject.flags ?? []), "--chat-retention", "1000", "--chat-grace", "100"];
  return underLoad({ ...subject, flags }, options, async (loaded) => {
    loaded.progress(`Memory over ${options.requests} requests: ${subject.title}`);
    const growth = await loaded.counted(() => growthOf(loaded, options));
    const sum = (growth.API + growth.worker) / 1e6;
    return {
      title: `Memory over ${options.requests} mixed requests: ${subject.title}`,
      facts: [
        `After ${options.warmUp} others, ${CLIENTS} at a time: captions, answers, matches, searches, pictures added and removed, chats to their end, left and cancelled in the middle, files that are no picture, documents that are none. Anonymous memory, least of the first to least of the last ${100 * WINDOW} % of the time: API ${megabytes(growth.API)}, worker ${megabytes(growth.worker)}.`,
      ],
      marks: [mark("growth of API and worker", sum, { value: MAX_GROWTH / 1e6, unit: "MB" })],
    };
  });
}

/** Asks a server many things and says by how much it grew. */
export async function growthOf(
  { target, api, worker }: Pick<Loaded, "target" | "api" | "worker">,
  { requests, warmUp }: GrowthOptions,
): Promise<Growth> {
  const { url } = target.graph;
  const asker = new Asker({ url, client: "mixed" });
  const mixing = { url, asker, pictures: await makePictures(1_000, PICTURES), random: new Xorshift(7) };
  try {
    await askAll(mixing, { from: 0, to: warmUp });
    const memory = new Anonymous({ API: api, worker });
    await memory.watched(() => askAll(mixing, { from: warmUp, to: warmUp + requests }));
    return { API: grown(memory.of("API")), worker: grown(memory.of("worker")) };
  } finally {
    asker.close();
  }
}

/** From the least of the first samples to the least of the last. */
export function grown(samples: readonly number[]): number {
  const window = Math.max(1, Math.round(WINDOW * samples.length));
  return Math.min(...samples.slice(-window)) - Math.min(...samples.slice(0, window));
}

async function askAll(mixing: Mixing, { from, to }: { readonly from: number; readonly to: number }): Promise<void> {
  let count = from;
  const client = async (): Promise<void> => {
    while (count < to) await askSomething(mixing, count++);
  };
  await Promise.all(Array.from({ length: CLIENTS }, client));
}

function megabytes(bytes: number): string {
  return `${(bytes / 1e6).toFixed(1)} MB`;
}
