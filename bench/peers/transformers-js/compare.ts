import { mkdir } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { randomCheckpoint } from "../../checkpoint.ts";
import { type Contender, PROMPT, STEPS, STREAMS } from "../contender.ts";
import { llavaCheckpoint } from "../llava-checkpoint.ts";
import type { LlavaShape } from "../llava-shapes.ts";
import { better, measureRates, type PeerRates, warmUp } from "../rates.ts";
import { triptychContender } from "../triptych.ts";
import { type TransformersJsOptions, withTransformersJs } from "./contender.ts";
import { exported } from "./export.ts";
import type { GenerateAnswer } from "./process.ts";

export interface TransformersJsPeersOptions extends TransformersJsOptions {
  readonly rounds: number;
  readonly progress: (message: string) => void;
}

/** The language model of a LLaVA in ours and in transformers.js. */
export interface TransformersJsComparison {
  readonly title: string;
  readonly version: string;
  readonly ours: PeerRates;
  readonly theirs: PeerRates;
}

/** Requests of a round, one after the other, before a batch. */
const REQUESTS = 4;

/** Compares them, request by request in turn. Of each the best counts. */
export async function compareTransformersJs(
  shape: LlavaShape,
  options: TransformersJsPeersOptions,
): Promise<TransformersJsComparison> {
  const { title } = shape;
  options.progress(`${title}: making and loading the models`);
  const contender = await oursOf(shape, options);
  return withTransformersJs(await exported(shape, options.signal), options, async (transformersJs) => {
    let ours: PeerRates = { name: contender.name, prompt: 0, alone: 0, together: 0 };
    let theirs: PeerRates = { name: "transformers.js, q4", prompt: 0, alone: 0, together: 0 };
    for (let round = 0; round < options.rounds; round++) {
      for (let request = 0; request < REQUESTS; request++) {
        ours = better(ours, await measureRates(contender));
        theirs = withRequest(theirs, await transformersJs.generate(1));
      }
      theirs = withBatch(theirs, await transformersJs.generate(STREAMS));
      options.progress(`round ${round + 1} of ${options.rounds}, the best so far: ${JSON.stringify([ours, theirs])}`);
    }
    return { title, version: transformersJs.version, ours, theirs };
  });
}

async function oursOf(shape: LlavaShape, { threads, signal }: TransformersJsPeersOptions): Promise<Contender> {
  const cache = join(tmpdir(), "triptych-bench", "weights");
  await mkdir(cache, { recursive: true });
  const path = await randomCheckpoint(llavaCheckpoint(shape), signal);
  const contender = await triptychContender({ name: "Triptych, int4", path, threads }, cache);
  await warmUp(contender);
  return contender;
}

function withRequest(rates: PeerRates, { promptSeconds, decodeSeconds }: GenerateAnswer): PeerRates {
  const prompt = Math.max(rates.prompt, PROMPT / promptSeconds);
  return { ...rates, prompt, alone: Math.max(rates.alone, STEPS / decodeSeconds) };
}

function withBatch(rates: PeerRates, { decodeSeconds }: GenerateAnswer): PeerRates {
  return { ...rates, together: Math.max(rates.together, (STREAMS * STEPS) / decodeSeconds) };
}
