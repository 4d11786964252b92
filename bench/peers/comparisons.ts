import { availableParallelism } from "node:os";
import { resolve } from "node:path";
import { numThreads } from "../../src/worker-config.ts";
import type { MeasureOptions } from "../measure.ts";
import { compareApi } from "./api/compare.ts";
import { reportApi } from "./api/report.ts";
import { compareBlip } from "./blip/compare.ts";
import { reportBlip } from "./blip/report.ts";
import { blipTaskNames } from "./blip/tasks.ts";
import { compareServed } from "./llama-server/compare.ts";
import { reportServed } from "./llama-server/report.ts";
import { type LlavaShape, llavaShapeNames, llavaShapes } from "./llava-shapes.ts";
import { comparePeers } from "./peers.ts";
import { reportPeers } from "./report-peers.ts";
import { compareTransformersJs } from "./transformers-js/compare.ts";
import { reportTransformersJs } from "./transformers-js/report.ts";

/** The flags of npm run bench:peers that have a value. */
export interface PeerFlags extends MeasureOptions {
  readonly size?: string | undefined;
  readonly threads?: string | undefined;
  readonly shapes?: string | undefined;
  readonly tasks?: string | undefined;
  readonly rounds?: string | undefined;
}

/** A comparison whose flags hold, ready to run: it resolves to a section of bench/RESULTS.md. */
export type Comparison = () => Promise<string>;

/** Throws an Error about flags that don't hold. */
export function besideLlamaCpp(folder: string, flags: PeerFlags): Comparison {
  const [size] = listed("--size", flags.size ?? "small", ["small", "large"]);
  const options = { ...flags, folder, size: size!, threads: Number(flags.threads ?? availableParallelism()) };
  return async () => reportPeers([await comparePeers(options)]);
}

/** Likewise, as the others. */
export function besideLlamaServer(command: string, flags: PeerFlags): Comparison {
  const options = { ...flags, command: resolve(command), rounds: roundsOf(flags), threads: numThreads() };
  const shapes = shapesOf(flags);
  return async () => reportServed(await each(shapes, (shape) => compareServed(shape, options)));
}

export function besideTransformersJs(flags: PeerFlags): Comparison {
  const options = { ...flags, rounds: roundsOf(flags), threads: Number(flags.threads ?? availableParallelism()) };
  const shapes = shapesOf(flags);
  return async () => reportTransformersJs(await each(shapes, (shape) => compareTransformersJs(shape, options)));
}

export function besideTransformers(python: string, flags: PeerFlags): Comparison {
  const tasks = listed("--tasks", flags.tasks, blipTaskNames);
  const options = { ...flags, python, tasks, rounds: roundsOf(flags), threads: numThreads() };
  return async () => reportBlip(await compareBlip(options));
}

export function besidePlainGraphql(flags: PeerFlags): Comparison {
  return async () => reportApi(await compareApi({ ...flags, rounds: roundsOf(flags) }));
}

function roundsOf({ rounds = "3" }: PeerFlags): number {
  return Number(rounds);
}

function shapesOf({ shapes }: PeerFlags): readonly LlavaShape[] {
  return listed("--shapes", shapes, llavaShapeNames).map((name) => llavaShapes[name]);
}

/** The names of a flag, separated by commas; all without it. */
function listed<T extends string>(flag: string, given: string | undefined, known: readonly T[]): readonly T[] {
  if (given === undefined) return known;
  return given.split(",").map((asked) => {
    const name = known.find((one) => one === asked);
    if (name === undefined) throw new Error(`${flag} has ${asked}; it can have ${known.join(", ")}.`);
    return name;
  });
}

/** One after the other. */
async function each<T, R>(items: readonly T[], compare: (item: T) => Promise<R>): Promise<R[]> {
  const results: R[] = [];
  for (const item of items) results.push(await compare(item));
  return results;
}
