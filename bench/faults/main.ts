import { parseArgs } from "node:util";
import { machine } from "../machine.ts";
import { quantile } from "../statistics.ts";
import type { FaultName } from "./faults.ts";
import { faults } from "./faults.ts";
import { Network } from "./network.ts";
import { Machines } from "./machines.ts";
import { weather } from "./storm.ts";

const USAGE = `Usage: npm run bench:faults -- [--faults 500] [--streams 200] [--only "worker SIGKILL,Redis SIGKILL"]`;

/** npm run bench:faults: streams over workers, servers and a Redis that are killed and stopped meanwhile. */
async function main(): Promise<void> {
  const { values } = parseArgs({
    options: {
      faults: { type: "string", default: "500" },
      streams: { type: "string", default: "200" },
      only: { type: "string", default: Object.keys(faults).join(",") },
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
}): Promise<void> {
  const hosts = Network.isPossible ? "two" : "one";
  if (hosts === "one") console.log("All on one host: another one takes root and iproute2.");
  const machines = await Machines.start({ workers: 3, nodes: 2, msPerToken: 40, slots: 256, hosts });
  try {
    const { heard, faults: counts } = await weather(machines, {
      kinds: values.only.split(",") as FaultName[],
      faults: Number(values.faults),
      betweenMs: 700,
      streams: Number(values.streams),
      tokens: { min: 40, max: 200 },
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
    const of = (q: number): string => `${Math.round(quantile(pauses, q))} ms`;
    console.log(`longest pause of a stream: p50 ${of(0.5)}, p90 ${of(0.9)}, p99 ${of(0.99)}, max ${of(1)}`);
    const why = new Map<string, number>();
    for (const { end, why: reason = "" } of heard) if (end === "failed") why.set(reason, (why.get(reason) ?? 0) + 1);
    for (const [reason, count] of why) console.log(`${count} × ${reason}`);
  } finally {
    await machines.stop();
  }
}

await main();
