import { parseArgs } from "node:util";
import { interruption } from "../interruption.ts";
import { machine } from "../machine.ts";
import type { MeasureOptions } from "../measure.ts";
import { measureBulkIndexing } from "./bulk-indexing.ts";
import { measureGreedyClient } from "./greedy-client.ts";
import type { LoadSection } from "./mark.ts";
import { measureMemoryGrowth } from "./memory-growth.ts";
import { measureOverload } from "./overload.ts";
import { measurePictureFlood } from "./picture-flood.ts";
import { reportLoad } from "./report-load.ts";
import * as subjects from "./subjects.ts";
import { measureTokenCost } from "./token-cost.ts";

type Measurement = (options: MeasureOptions) => Promise<LoadSection>;

const demo: Readonly<Record<string, Measurement>> = {
  tokens: (options) => measureTokenCost(subjects.demoChatAndCaptions, { ...options, tokens: 1_200 }),
  flood: (options) => measurePictureFlood(subjects.demoChatAndCaptions, { ...options, tokens: 150 }),
  indexing: (options) => measureBulkIndexing(subjects.demoChatAndIndex, { ...options, besideMs: 15_000 }),
  greedy: (options) => measureGreedyClient(subjects.demoCaptions, { ...options, watchedMs: 8_000 }),
  overload: (options) =>
    measureOverload(subjects.demoCaptions, {
      ...options,
      ...{ timeoutMs: 5_000, clients: 16, fillingMs: 130_000, windowMs: 6_000, overloadMs: 60_000 },
    }),
  memory: (options) => measureMemoryGrowth(subjects.allDemos, { ...options, warmUp: 6_000, requests: 10_000 }),
};

const random: Readonly<Record<string, Measurement>> = {
  tokens: async (options) => measureTokenCost(await subjects.randomChat(options.signal), { ...options, tokens: 300 }),
  flood: async (options) => measurePictureFlood(await subjects.randomChat(options.signal), { ...options, tokens: 60 }),
  indexing: async (options) =>
    measureBulkIndexing(await subjects.randomChatAndIndex(options.signal), { ...options, besideMs: 40_000 }),
  greedy: async (options) =>
    measureGreedyClient(await subjects.randomCaptions(options.signal), { ...options, watchedMs: 40_000 }),
  overload: async (options) =>
    measureOverload(await subjects.randomCaptions(options.signal), {
      ...options,
      ...{ timeoutMs: 30_000, clients: 8, fillingMs: 40_000, windowMs: 20_000, overloadMs: 60_000 },
    }),
};

const USAGE = `Usage: npm run bench:load -- [--only ${Object.keys(demo).join(",")}] [--models demo|random|both]
  --only    some of the measurements; all of them by itself
  --models  the bundled models, models of usual sizes with random weights, or (by itself) both`;

/** npm run bench:load: what the server is held to under load, as a section of bench/RESULTS.md. */
async function main(): Promise<void> {
  const chosen = parseFlags();
  const options = { signal: interruption(), progress: (message: string) => console.error(message) };
  const measuredOn = machine();
  const sections: LoadSection[] = [];
  for (const measurement of chosen) {
    sections.push(await measurement(options));
    console.error(reportLoad(measuredOn, sections.slice(-1)));
  }
  console.log(reportLoad(measuredOn, sections));
}

function parseFlags(): Measurement[] {
  try {
    const text = { type: "string" } as const;
    const { only, models = "both" } = parseArgs({ options: { only: text, models: text } }).values;
    const sets = { demo: [demo], random: [random], both: [demo, random] }[models];
    if (sets === undefined) throw new Error(`--models is ${models}; it can be demo, random or both.`);
    const names = only?.split(",") ?? Object.keys(demo);
    return names.flatMap((name) => sets.flatMap((set) => set[name] ?? unknown(name)));
  } catch (error) {
    console.error(`${error instanceof Error ? error.message : String(error)}\n${USAGE}`);
    process.exit(2);
  }
}

function unknown(name: string): Measurement[] {
  if (name in demo) return [];
  throw new Error(`--only has ${name}; it can have ${Object.keys(demo).join(", ")}.`);
}

main().catch((error: unknown) => {
  const interrupted = error instanceof Error && error.name === "AbortError";
  console.error(interrupted ? "Interrupted." : error);
  process.exitCode = interrupted ? 130 : 1;
});
