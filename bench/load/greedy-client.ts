import { setTimeout as delay } from "node:timers/promises";
import type { MeasureOptions } from "../measure.ts";
import { median, quantile } from "../statistics.ts";
import type { ServedSubject } from "../subject.ts";
import { mark, type LoadSection } from "./mark.ts";
import type { Outcome } from "./paces.ts";
import { underLoad, type Measured } from "./served.ts";

const GREEDY = 100;
const ROUNDS = 2;
const TOKENS = 16;
/** So that the greedy one's hundred are let in: whoever is refused and comes again at once is another thing, see Overload. */
const TIMEOUT_MS = 1_200_000;
const MOST = { value: 2, unit: "×", digits: 2 } as const;

export interface GreedyOptions {
  /** How long the polite one is watched, each time. */
  readonly watchedMs: number;
}

/** A client with one request after the other, beside one who always has a hundred in flight. */
export function measureGreedyClient(
  subject: ServedSubject,
  options: MeasureOptions & GreedyOptions,
): Promise<LoadSection> {
  const served = { ...subject, flags: [...(subject.flags ?? []), "--timeout", String(TIMEOUT_MS)] };
  return underLoad(served, options, async (loaded) => {
    loaded.progress(`A greedy client: ${subject.title}`);
    const of = (client: string, clients: number, seed: number) => {
      const work = { kind: "caption", family: "BLIP", tokens: TOKENS } as const;
      return loaded.gather({ client, work, pace: { kind: "closed", clients }, seed });
    };
    const [polite, greedy] = [await of("polite", 1, 200), await of("greedy", GREEDY, 300)];
    const watch = async (ms: number): Promise<readonly Outcome[]> => {
      polite.begin();
      await delay(ms);
      return polite.end();
    };
    await watch(options.watchedMs / 4);
    const seen = { alone: new Array<Outcome>(), beside: new Array<Outcome>(), greedy: new Array<Outcome>() };
    for (let round = 0; round < ROUNDS; round++) {
      seen.alone.push(...(await watch(options.watchedMs)));
      greedy.begin();
      seen.beside.push(...(await loaded.counted(() => watch(options.watchedMs))));
      seen.greedy.push(...(await greedy.end("leave")));
    }
    return judged(subject.title, seen);
  });
}

function judged(title: string, seen: Readonly<Record<"alone" | "beside" | "greedy", readonly Outcome[]>>): Measured {
  const failed = [...seen.alone, ...seen.beside].filter(({ code }) => code !== "OK").length;
  const [alone, beside] = [timesOf(seen.alone), timesOf(seen.beside)];
  const [idle, busy] = [quantile(alone, 0.95), quantile(beside, 0.95)];
  const medians = `medians ${median(alone).toFixed(0)} and ${median(beside).toFixed(0)} ms`;
  return {
    title: `A polite client beside one with ${GREEDY} requests in flight: ${title}`,
    facts: [
      `The polite one's captions, p95: ${idle.toFixed(0)} ms alone (${alone.length} of them), ${busy.toFixed(0)} ms beside (${beside.length}); ${medians}; ${failed} failed. The greedy one had ${timesOf(seen.greedy).length}.`,
    ],
    marks: [mark("the polite one's p95, to alone", busy / idle, MOST)],
  };
}

function timesOf(outcomes: readonly Outcome[]): number[] {
  return outcomes.filter(({ code }) => code === "OK").map(({ ms }) => ms);
}
