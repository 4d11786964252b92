import { parseArgs } from "node:util";
import { machine } from "../machine.ts";
import { quantile } from "../statistics.ts";
import type { FaultName } from "./faults.ts";
import { faults } from "./faults.ts";
import { Listener } from "./listener.ts";
import { Network } from "./network.ts";
import { Machines } from "./machines.ts";
import { weather } from "./storm.ts";
import { chainTalk, pictureTalk, type Talk } from "./talk.ts";

const USAGE = `Usage: npm run bench:faults -- [--faults 500] [--streams 200] [--only "worker SIGKILL,Redis SIGKILL"] [--model chained|demo-llava]`;

/** npm run bench:faults: streams over workers, servers and a Redis that are killed and stopped meanwhile. */
async function main(): Promise<void> {
  const { values } = parseArgs({
    options: {
      faults: { type: "string", default: "500" },
      streams: { type: "string", default: "200" },
      only: { type: "string", default: "" },
      model: { type: "string", default: "chained" },
      help: { type: "boolean" },
    },
  });
  if (values.help === true) console.log(USAGE);
  else await storm(values);
}

async function storm(values: {
  readonly faults: string;
  readonly streams: string;
  readonly only: string;
  readonly model: string;
}): Promise<void> {
  const hosts = Network.isPossible ? "two" : "one";
  if (hosts === "one") console.log("All on one host: another one takes root and iproute2.");
  const model = values.model === "chained" ? "chained" : "demo-llava";
  const machines = await Machines.start({ workers: 3, nodes: 2, msPerToken: 40, slots: 256, hosts, model });
  try {
    const { heard, faults: counts } = await weather(machines, {
      kinds: values.only === "" ? kindsFor(model) : (values.only.split(",") as FaultName[]),
      faults: Number(values.faults),
      betweenMs: 700,
      streams: Number(values.streams),
      talk: model === "chained" ? (draw, id) => chainTalk(id, 40 + (draw % 161)) : await pictureTalks(machines.urls),
      seed: 1,
      progress: (line) => console.error(line),
    });
    const sum = (key: "lost" | "repeated" | "spliced"): number => heard.reduce((total, each) => total + each[key], 0);
    const finished = heard.filter(({ end }) => end === "finished").length;
    const pauses = heard.map(({ longestPauseMs }) => longestPauseMs);
    console.log(machine());
    console.log(JSON.stringify(counts, null, 2));
    console.log(`${heard.length} streams, ${finished} finished`);
    console.log(`${sum("lost")} lost, ${sum("repeated")} repeated, ${sum("spliced")} spliced`);
    console.log(`new work that no server took: ${heard.reduce((total, { refusals }) => total + refusals, 0)} times`);
    const of = (q: number): string => `${Math.round(quantile(pauses, q))} ms`;
    console.log(`longest pause of a stream: p50 ${of(0.5)}, p90 ${of(0.9)}, p99 ${of(0.99)}, max ${of(1)}`);
    const why = new Map<string, number>();
    for (const { end, why: reason = "" } of heard) if (end === "failed") why.set(reason, (why.get(reason) ?? 0) + 1);
    for (const [reason, count] of why) console.log(`${count} × ${reason}`);
  } finally {
    await machines.stop();
  }
}

/** A fake computes in its worker's own process. */
function kindsFor(model: string): FaultName[] {
  const all = Object.keys(faults) as FaultName[];
  return model === "chained" ? all.filter((name) => !name.startsWith("compute")) : all;
}

/** Some talks of the bundled LLaVA, after each has been heard undisturbed. */
async function pictureTalks(urls: readonly string[]): Promise<(draw: number) => Talk> {
  const talks: Talk[] = [];
  for (let seed = 0; seed < 12; seed++) {
    const tokens = 60 + 10 * seed;
    const listener = new Listener({
      ...{ id: `undisturbed ${seed}`, urls, giveUpMs: 60_000 },
      talk: pictureTalk(seed, { tokens, whole: "" }),
    });
    const { end, why } = await listener.listen();
    if (end === "failed") throw new Error(why);
    talks.push(pictureTalk(seed, { tokens, whole: listener.text }));
  }
  return (draw) => talks[draw % talks.length]!;
}

await main();
