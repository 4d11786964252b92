import { once } from "node:events";
import { setImmediate, setTimeout as delay } from "node:timers/promises";
import { makePictures } from "../pictures.ts";
import { Xorshift } from "../random.ts";
import { type Answered, type Asked, Asker } from "./asker.ts";
import type { CrowdJob, FromCrowd, ToCrowd } from "./crowd.ts";
import { machineMs } from "./machine-clock.ts";
import { type Outcome, type PaceContext, sendAtPace } from "./paces.ts";
import { crowdWork } from "./crowd-work.ts";

/** A process that does nothing but send load: it is told its work, and then when to begin and when to end. */
const PICTURES = 8;

async function main(): Promise<void> {
  const job = (await told()) as CrowdJob;
  const asker = new Asker(job);
  const pictures = await makePictures(job.seed, PICTURES);
  tell({ type: "ready" });
  process.once("disconnect", () => process.exit());
  for (let round = 0; (await told()) === "begin"; round++) {
    const next = crowdWork(job, pictures, String(round));
    const ending = new AbortController();
    const outcomes = run(job, ending.signal, () => {
      const body = next();
      return async () => withoutData(await asker.ask(body));
    });
    const how = await told();
    ending.abort();
    if (how === "leave") asker.close();
    tell({ type: "done", outcomes: await outcomes });
  }
}

function run({ pace, seed }: CrowdJob, signal: AbortSignal, next: PaceContext["next"]): Promise<Outcome[]> {
  // A timer takes a millisecond at least: who is late only lets others go first.
  const wait = (ms: number): Promise<void> => (ms < 1 ? setImmediate() : delay(ms));
  return sendAtPace(pace, { signal, random: new Xorshift(seed), now: machineMs, wait, next });
}

function withoutData({ at, ms, code, retryAfterMs }: Answered): Asked {
  return { at, ms, code, retryAfterMs };
}

async function told(): Promise<CrowdJob | ToCrowd> {
  const [message] = (await once(process, "message")) as [CrowdJob | ToCrowd];
  return message;
}

function tell(message: FromCrowd): void {
  process.send!(message);
}

await main();
