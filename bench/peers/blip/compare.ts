import { mkdir } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { serving, type MeasureOptions } from "../../measure.ts";
import { makePictures } from "../../pictures.ts";
import type { BlipClass } from "../../official/blip.ts";
import { blipCheckpoint } from "./checkpoint.ts";
import type { BlipContender, PartSeconds } from "./contender.ts";
import { EncoderTimes } from "./encoder-times.ts";
import { compareParts, compareTasks, type RoundOptions, type TaskComparison } from "./rounds.ts";
import { servedContender } from "./served.ts";
import { type BlipTask, type BlipTaskName, blipTasks } from "./tasks.ts";
import { type TransformersVersions, withTransformers } from "./transformers.ts";

export interface BlipPeersOptions extends MeasureOptions {
  /** Of a Python that has torch and transformers. */
  readonly python: string;
  readonly tasks: readonly BlipTaskName[];
  readonly rounds: number;
  /** Of transformers, and of ours where it runs in this process; a server's are its own. */
  readonly threads: number;
}

/** Ours and theirs, by turns of the same order as `names`. */
export interface BlipComparison {
  readonly names: readonly string[];
  readonly versions: TransformersVersions;
  readonly tasks: readonly TaskComparison[];
  /** Of a greedy caption, where captions were among the tasks. */
  readonly parts: readonly PartSeconds[] | undefined;
}

/** Asks BLIP-base served as npm start serves it, and in transformers. All are up at once: that takes about 6 GB. */
export async function compareBlip(options: BlipPeersOptions): Promise<BlipComparison> {
  const tasks = options.tasks.map((name): BlipTask => blipTasks[name]);
  const architectures = [...new Set(tasks.map(({ architecture }) => architecture))];
  const comparisons: BlipComparison[] = [];
  for (const architecture of architectures) {
    const own = tasks.filter((task) => task.architecture === architecture);
    comparisons.push(await compareArchitecture(architecture, own, options));
  }
  const [first] = comparisons as [BlipComparison];
  const parts = comparisons.find((comparison) => comparison.parts)?.parts;
  return { ...first, tasks: comparisons.flatMap((comparison) => comparison.tasks), parts };
}

async function compareArchitecture(
  architecture: BlipClass,
  tasks: readonly BlipTask[],
  options: BlipPeersOptions,
): Promise<BlipComparison> {
  options.progress(`${architecture}: making and loading the models`);
  const folder = await blipCheckpoint(architecture, options.signal);
  return withContenders(folder, architecture, options, async (contenders, versions) => {
    const rounds: RoundOptions = { ...options, pictures: newPictures() };
    for (const contender of contenders) await contender.ask(tasks[0]!.ask, await rounds.pictures(1));
    const names = contenders.map(({ name }) => name);
    const compared = await compareTasks(contenders, tasks, rounds);
    const parts = hasDecoderOverPicture(architecture) ? await compareParts(contenders, rounds) : undefined;
    return { names, versions, tasks: compared, parts };
  });
}

/** Others have no memory network, or read a question before. */
function hasDecoderOverPicture(architecture: BlipClass): boolean {
  return architecture === "BlipForConditionalGeneration";
}

/** Pictures that all differ. */
function newPictures(): RoundOptions["pictures"] {
  let seed = 1;
  return (count) => {
    seed += count;
    return makePictures(seed - count, count);
  };
}

type UseContenders<T> = (contenders: readonly BlipContender[], versions: TransformersVersions) => Promise<T>;

/** Ours in float32 and int8, theirs in float32 and bfloat16, while they are used. */
async function withContenders<T>(
  folder: string,
  architecture: BlipClass,
  options: BlipPeersOptions,
  use: UseContenders<T>,
): Promise<T> {
  const theirs = (dtype: "float32" | "bfloat16") => ({ ...options, dtype });
  return withServed("float32", folder, architecture, options, (float32) =>
    withServed("int8", folder, architecture, options, (int8) =>
      withTransformers(folder, theirs("float32"), (exact) =>
        withTransformers(folder, theirs("bfloat16"), (half, versions) => use([float32, int8, exact, half], versions)),
      ),
    ),
  );
}

async function withServed<T>(
  dtype: "float32" | "int8",
  folder: string,
  architecture: BlipClass,
  options: BlipPeersOptions,
  use: (contender: BlipContender) => Promise<T>,
): Promise<T> {
  const cache = join(tmpdir(), "triptych-bench", "weights");
  await mkdir(cache, { recursive: true });
  const flags = ["--dtype", dtype, "--weight-cache", cache];
  return serving({ title: `${architecture}, ${dtype}`, folder, flags }, options, async ({ graph }) => {
    const times = hasDecoderOverPicture(architecture)
      ? await EncoderTimes.open(folder, { dtype, cache, threads: options.threads })
      : undefined;
    return use(servedContender(dtype, graph, times));
  });
}
