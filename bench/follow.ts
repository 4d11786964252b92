import { Engine } from "../inference/engine.ts";
import { promptRows } from "../inference/generation/rows.ts";
import type { Networks } from "../inference/models/model.ts";
import { openNetworks, type Precision } from "../inference/models/open-networks.ts";
import type { Target } from "../inference/onnx/target.ts";
import { cpuTarget } from "../inference/runtime/choose-target.ts";
import { decoderTarget } from "../inference/runtime/decoder-target.ts";
import { ModelRunner } from "../inference/runtime/model-runner.ts";
import { FeatureCache } from "../inference/scheduling/feature-cache.ts";
import type { DecodeSpec, Generation, Program, ProgramOutcome } from "../inference/scheduling/program.ts";
import type { Finished } from "../inference/scheduling/request.ts";
import { Scheduler } from "../inference/scheduling/scheduler.ts";
import type { Decoding, LogitsWanted, Row, RowLogits } from "../inference/scheduling/sequence.ts";

/** A checkpoint's networks in one dtype, and what runs them. */
export interface LoadedModel {
  readonly networks: Networks;
  readonly runner: ModelRunner;
}

/** Programs call the model by this name. */
export const MODEL = "model";

/** Loads a checkpoint as it is served on the CPU, or elsewhere. */
export async function loadModel(folder: string, precision: Precision, given?: Target): Promise<LoadedModel> {
  const device = given ?? (await cpuTarget());
  const networks = await openNetworks(folder, precision);
  const runner = new ModelRunner();
  const { decoder } = networks;
  const target = decoder === undefined ? device : decoderTarget(device, precision.dtype, decoder);
  await runner.load(MODEL, networks, { threads: 1, target });
  return { networks, runner };
}

/** Runs a program by itself, through scheduler and engine. */
export async function runProgram(
  { networks, runner }: LoadedModel,
  program: Program,
  startDecoding: (spec: DecodeSpec) => Decoding,
): Promise<ProgramOutcome> {
  const encoders = networks.encoders.map(({ name, cached }) => {
    return [`${MODEL}/${name}`, { cached, encodesImages: name === "vision", maxBatch: 1 }] as const;
  });
  const limits = { maxSequences: 1, maxCachedRows: 4096, maxKeptRows: 0, maxRowsPerPass: 256 };
  const decoders = new Map(networks.decoder === undefined ? [] : [[MODEL, limits] as const]);
  const cache = new FeatureCache(2 ** 24);
  const scheduler = new Scheduler({ encoders: new Map(encoders), decoders, cache, startDecoding });
  let finished: Finished | undefined;
  const engine = new Engine({
    scheduler,
    runner,
    now: () => 0,
    publish: (event) => {
      if (event.type === "finished") finished = event;
    },
    onLeak: (_, bytes) => {
      throw new Error(`${bytes} bytes of keys and values were not given back`);
    },
    idle: () => engine.stop(),
  });
  engine.submit("0", program, { deadline: Infinity, streams: false });
  await engine.run();
  return outcomeOf(finished!);
}

function outcomeOf(finished: Finished): ProgramOutcome {
  if ("error" in finished) throw finished.error;
  return finished.outcome;
}

/** Goes on with given tokens, whatever the model would say, and keeps the logits of every row from the prompt's last on. */
export class Following implements Decoding {
  readonly rows: readonly Row[];
  readonly tokenIds: readonly number[] = [];
  /** [1 + given tokens][vocabulary] */
  readonly logits: Float32Array[] = [];
  outcome: Generation | undefined;
  readonly #first: number;

  constructor(spec: DecodeSpec, tokenIds: readonly number[]) {
    const prompt = promptRows(spec);
    this.#first = prompt.length - 1;
    const given = tokenIds.map((tokenId, i): Row => {
      return { tokenId, position: prompt.length + i, parent: this.#first + i };
    });
    this.rows = [...prompt, ...given];
  }

  get stem(): number {
    return this.rows.length;
  }

  get maxRows(): number {
    return this.rows.length;
  }

  wants(row: number): LogitsWanted | undefined {
    return row >= this.#first ? "all" : undefined;
  }

  observe(row: number, { all }: RowLogits): void {
    this.logits[row - this.#first] = all!.slice();
  }

  advance(): void {
    this.outcome = { tokenIds: [], finishReason: "LENGTH" };
  }
}
