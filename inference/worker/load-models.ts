import { asInferenceError } from "../errors.ts";
import type { Networks } from "../models/model.ts";
import { openNetworks } from "../models/open-networks.ts";
import type { Target } from "../onnx/target.ts";
import { chooseTarget } from "../runtime/choose-target.ts";
import { cacheDtype } from "../runtime/cache-dtype.ts";
import type { ModelRunner } from "../runtime/model-runner.ts";
import type { ComputeConfig, FromCompute } from "./compute-protocol.ts";
import type { ServedModel } from "./protocol.ts";

/** Loads every model that can be, and tells of each how it went. Where the device cannot be used, all fail for that. */
export async function loadModels(
  runner: ModelRunner,
  config: ComputeConfig,
  post: (message: FromCompute) => void,
): Promise<ReadonlyMap<string, Networks>> {
  const loaded = new Map<string, Networks>();
  let chosen: Promise<Target> | undefined;
  for (const model of config.models) {
    try {
      const target = await (chosen ??= chosenTarget(config, post));
      loaded.set(model.name, await load(model, { runner, target, config, post }));
      post({ type: "loaded", model: model.name });
    } catch (error) {
      post({ type: "loaded", model: model.name, error: asInferenceError(error).message });
    }
  }
  return loaded;
}

async function chosenTarget(config: ComputeConfig, post: (message: FromCompute) => void): Promise<Target> {
  const { target, note } = await chooseTarget(config.device, config.threads);
  post({ type: "device", device: target.device, note });
  return target;
}

interface Loading {
  readonly runner: ModelRunner;
  readonly target: Target;
  readonly config: ComputeConfig;
  readonly post: (message: FromCompute) => void;
}

async function load(
  { name, folder, dtype = "float32" }: ServedModel,
  { runner, target, config, post }: Loading,
): Promise<Networks> {
  const onQuantising = (): void => post({ type: "quantising", model: name });
  const networks = await openNetworks(folder, { dtype, cache: config.weightCache, onQuantising });
  await runner.load(name, networks, {
    threads: config.threads,
    target: { ...target, cache: cacheDtype(dtype, target.device) },
  });
  return networks;
}
