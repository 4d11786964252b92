import { randomUUID } from "node:crypto";
import { setTimeout as delay } from "node:timers/promises";
import { Xorshift } from "../random.ts";
import { type FaultName, faults } from "./faults.ts";
import { type Heard, Listener } from "./listener.ts";
import type { Machines } from "./machines.ts";
import type { Fault } from "./pauses.ts";
import type { Talk } from "./talk.ts";

/** All clients come at once in the beginning, to servers that have just started: at least so long before the first fault. */
const STARTING_MS = 1_000;

export interface StormOptions {
  /** In this order, again and again. */
  readonly kinds: readonly FaultName[];
  readonly faults: number;
  /** From the end of one to the next. */
  readonly betweenMs: number;
  /** At any time. */
  readonly streams: number;
  /** What a client asks next, by a number drawn for it, and under which id. */
  readonly talk: (draw: number, id: string) => Talk;
  readonly seed: number;
  readonly progress?: (line: string) => void;
}

export interface Weathered {
  readonly heard: readonly Heard[];
  /** In the order of their beginnings. */
  readonly faults: readonly Fault[];
}

/** Keeps streams running while machines fail, and then lets all of them end. */
export async function weather(machines: Machines, options: StormOptions): Promise<Weathered> {
  const random = new Xorshift(options.seed);
  const heard: Heard[] = [];
  const happened: Fault[] = [];
  let isOver = false;
  const client = async (): Promise<void> => {
    while (!isOver) heard.push(await listener(machines, options, random.next()).listen());
  };
  const clients = Array.from({ length: options.streams }, client);
  await delay(Math.max(STARTING_MS, options.betweenMs));
  for (let i = 0; i < options.faults; i++) {
    const kind = options.kinds[i % options.kinds.length]!;
    const from = performance.now();
    await faults[kind](machines, random);
    happened.push({ kind, from, to: performance.now() });
    if (i % 20 === 19) options.progress?.(`${i + 1} faults, ${heard.length} streams, ${bad(heard)} of them bad`);
    await delay(options.betweenMs);
  }
  isOver = true;
  await Promise.all(clients);
  return { heard, faults: happened };
}

function listener({ urls }: Machines, { talk }: StormOptions, draw: number): Listener {
  const id = randomUUID();
  return new Listener({ id, talk: talk(draw, id), urls, giveUpMs: 120_000 });
}

function bad(heard: readonly Heard[]): number {
  return heard.filter(({ end, lost, repeated, spliced }) => end !== "finished" || lost + repeated + spliced > 0).length;
}
