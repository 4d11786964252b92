import { parseArgs } from "node:util";
import type { FaultName } from "./faults.ts";
import { faults } from "./faults.ts";
import { Listener } from "./listener.ts";
import { Network } from "./network.ts";
import { Machines } from "./machines.ts";
import { report } from "./report.ts";
import { weather } from "./storm.ts";
import { chainTalk, pictureTalk, type Talk } from "./talk.ts";

const USAGE = `Usage: npm run bench:faults -- [--faults 500] [--between 700] [--streams 200]
  [--only "worker SIGKILL,Redis SIGKILL"] [--model chained|demo-llava] [--ms-per-token 40]

--between: milliseconds from the end of a fault to the next; --ms-per-token: of the chained model.`;

/** npm run bench:faults: streams over workers, servers and a Redis that are killed and stopped meanwhile. */
async function main(): Promise<void> {
  const { values } = parseArgs({
    options: {
      faults: { type: "string", default: "500" },
      between: { type: "string", default: "700" },
      streams: { type: "string", default: "200" },
      only: { type: "string", default: "" },
      model: { type: "string", default: "chained" },
      "ms-per-token": { type: "string", default: "40" },
      help: { type: "boolean" },
    },
  });
  if (values.help === true) console.log(USAGE);
  else await storm(values);
}

async function storm(values: {
  readonly faults: string;
  readonly between: string;
  readonly streams: string;
  readonly only: string;
  readonly model: string;
  readonly "ms-per-token": string;
}): Promise<void> {
  const hosts = Network.isPossible ? "two" : "one";
  if (hosts === "one") console.log("All on one host: another one takes root and iproute2.");
  const model = values.model === "chained" ? "chained" : "demo-llava";
  const msPerToken = Number(values["ms-per-token"]);
  const machines = await Machines.start({ workers: 3, nodes: 2, msPerToken, slots: 256, hosts, model });
  try {
    const weathered = await weather(machines, {
      kinds: values.only === "" ? kindsFor(model) : (values.only.split(",") as FaultName[]),
      faults: Number(values.faults),
      betweenMs: Number(values.between),
      streams: Number(values.streams),
      talk: model === "chained" ? (draw, id) => chainTalk(id, 40 + (draw % 161)) : await pictureTalks(machines.urls),
      seed: 1,
      progress: (line) => console.error(line),
    });
    console.log(report(weathered));
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
