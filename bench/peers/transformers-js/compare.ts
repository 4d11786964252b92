import { mkdir } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { randomCheckpoint } from "../../checkpoint.ts";
import { llavaCheckpoint } from "../llava-checkpoint.ts";
import type { LlavaShape } from "../llava-shapes.ts";
import { better, measureRates, type PeerRates, warmUp } from "../rates.ts";
import { triptychContender } from "../triptych.ts";
import { type TransformersJsOptions, type TransformersJsRates, withTransformersJs } from "./contender.ts";
import { exported } from "./export.ts";

export interface TransformersJsPeersOptions extends TransformersJsOptions {
  readonly rounds: number;
  readonly progress: (message: string) => void;
}

/** The language model of a LLaVA in ours and in transformers.js. */
export interface TransformersJsComparison {
  readonly title: string;
  readonly version: string;
  readonly ours: PeerRates;
  readonly theirs: TransformersJsRates;
}

/** Compares them by turns. Of each the best round counts; of requests one after the other, the best eight. */
export async function compareTransformersJs(
  shape: LlavaShape,
  options: TransformersJsPeersOptions,
): Promise<TransformersJsComparison> {
  const { title } = shape;
  options.progress(`${title}: making and loading the models`);
  const cache = join(tmpdir(), "triptych-bench", "weights");
  await mkdir(cache, { recursive: true });
  const path = await randomCheckpoint(llavaCheckpoint(shape), options.signal);
  const contender = await triptychContender({ name: "Triptych, int4", path, threads: options.threads }, cache);
  await warmUp(contender);
  return withTransformersJs(await exported(shape, options.signal), options, async (transformersJs) => {
    let ours: PeerRates = { name: contender.name, prompt: 0, alone: 0, together: 0 };
    let theirs: TransformersJsRates = { prompt: 0, alone: 0, together: 0, inTurn: 0 };
    for (let round = 0; round < options.rounds; round++) {
      ours = better(ours, await measureRates(contender));
      theirs = best(theirs, await transformersJs.measure());
      options.progress(`round ${round + 1} of ${options.rounds}, the best so far: ${JSON.stringify([ours, theirs])}`);
    }
    return { title, version: transformersJs.version, ours, theirs };
  });
}

function best(a: TransformersJsRates, b: TransformersJsRates): TransformersJsRates {
  const most = (rate: keyof TransformersJsRates): number => Math.max(a[rate], b[rate]);
  return { prompt: most("prompt"), alone: most("alone"), together: most("together"), inTurn: most("inTurn") };
}
