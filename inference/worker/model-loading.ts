import { asInferenceError } from "../errors.ts";
import type { ServedDtype } from "../checkpoint/served-dtype.ts";
import type { Networks } from "../models/model.ts";
import { openNetworks } from "../models/open-networks.ts";
import type { FloatType, Target } from "../onnx/target.ts";
import { decoderTarget } from "../runtime/decoder-target.ts";
import { chooseTarget, targetFor, type Chosen } from "../runtime/choose-target.ts";
import type { ModelRunner } from "../runtime/model-runner.ts";
import type { ComputeConfig, FromCompute } from "./compute-protocol.ts";
import type { ServedModel } from "./protocol.ts";
import { quantiseInThread } from "./quantising-thread.ts";
import { twice } from "./shedding.ts";

export interface ModelLoadingOptions {
  readonly runner: ModelRunner;
  readonly config: ComputeConfig;
  readonly post: (message: FromCompute) => void;
  /** Has something run on the device's thread between two passes. */
  readonly enqueue: (step: () => Promise<void>) => void;
  /** Gives back memory, where there was not enough for a network. */
  readonly makeRoom: () => void;
  /** Told of a model's networks once the runner has them. */
  readonly onLoaded: (model: string, networks: Networks) => void;
}

/** The device's thread is left to others until then, and one pass longer. */
interface Pause {
  readonly until: Promise<unknown>;
}

const betweenPasses: Pause = { until: Promise.resolve() };

/**
 * Loads models in the order in which they are asked for, and tells of each how it went. Between two networks, others' passes
 * are run, so that these wait no longer than for one. Where the device cannot be used, all fail for that.
 */
export class ModelLoading {
  readonly #options: ModelLoadingOptions;
  readonly #waiting: ServedModel[] = [];
  #isRunning = false;
  #chosen: Promise<Chosen> | undefined;

  constructor(options: ModelLoadingOptions) {
    this.#options = options;
  }

  add(model: ServedModel): void {
    this.#waiting.push(model);
    if (this.#isRunning) return;
    this.#isRunning = true;
    this.#advance(this.#loadAll());
  }

  #advance(loading: AsyncGenerator<Pause, void>): void {
    this.#options.enqueue(async () => {
      const { done, value } = await loading.next();
      if (done === true) this.#isRunning = false;
      else void value.until.then(() => this.#advance(loading));
    });
  }

  async *#loadAll(): AsyncGenerator<Pause, void> {
    for (let model = this.#waiting.shift(); model !== undefined; model = this.#waiting.shift()) {
      const { post } = this.#options;
      try {
        post({ type: "loaded", model: model.name, dtype: yield* this.#load(model) });
      } catch (error) {
        post({ type: "loaded", model: model.name, error: asInferenceError(error).message });
      }
      yield betweenPasses;
    }
  }

  /** What it multiplies in. */
  async *#load({ name, folder, dtype: asked }: ServedModel): AsyncGenerator<Pause, FloatType> {
    const { runner, config, post, onLoaded, makeRoom } = this.#options;
    const target = targetFor(await (this.#chosen ??= this.#choose()), asked);
    const dtype = asked === "int8" || asked === "int4" ? asked : "float32";
    const onQuantising = (): void => post({ type: "quantising", model: name });
    const kept = { cache: config.weightCache, cacheBytes: config.weightCacheBytes };
    const elsewhere = dtype === "float32" ? undefined : () => quantiseInThread({ folder, dtype, ...kept });
    const opening = openNetworks(folder, { dtype, ...kept, onQuantising, elsewhere });
    yield { until: Promise.allSettled([opening]) };
    const networks = await opening;
    const { decoder } = networks;
    const options = {
      threads: config.threads,
      target: decoder === undefined ? target : decoderTarget(target, dtype, decoder),
      encoderWeights: encoderWeights(dtype, target),
    };
    for (const loadNext of runner.loadSteps(name, networks, options)) {
      yield betweenPasses;
      await twice(loadNext, makeRoom);
    }
    onLoaded(name, networks);
    return target.dtype;
  }

  async #choose(): Promise<Chosen> {
    const { config, post } = this.#options;
    const chosen = await chooseTarget(config.device, config.threads);
    post({ type: "device", device: chosen.target.device, notes: chosen.notes });
    return chosen;
  }
}

/** On the CPU what is float32 is read where it lies; quantised blocks must be packed. */
function encoderWeights(dtype: ServedDtype, { device }: Target): "packed" | "mapped" {
  return dtype === "float32" && device === "cpu" ? "mapped" : "packed";
}
