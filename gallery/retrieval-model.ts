import { InferenceError, type Inference, type ModelInfo } from "../inference/index.ts";

/** Names the vector space of a model: vectors of other weights or of another preprocessing are never compared. */
export function spaceOf(model: ModelInfo): string {
  return `${model.digest}/${model.preprocessing}`;
}

/** The served models that embed and have not failed to load, in the order in which they are served. */
export function retrievalModels(inference: Inference): readonly ModelInfo[] {
  return inference.models().filter((model) => model.tasks.includes("EMBED") && model.state !== "FAILED");
}

/** The served model of this name; MODEL_UNAVAILABLE or UNSUPPORTED_TASK say which names would do. */
export function retrievalModel(inference: Inference, name: string): ModelInfo {
  const served = inference.models();
  const model = served.find((candidate) => candidate.name === name);
  const able = served.filter(({ tasks }) => tasks.includes("EMBED")).map((candidate) => candidate.name);
  if (model === undefined) throw new InferenceError("MODEL_UNAVAILABLE", `no model ${name} is served; ${choice(able)}`);
  if (!able.includes(name)) throw new InferenceError("UNSUPPORTED_TASK", `${name} cannot embed; ${choice(able)}`);
  if (model.state === "FAILED") throw new InferenceError("MODEL_UNAVAILABLE", `${name} failed to load`);
  return model;
}

function choice(names: readonly string[]): string {
  return names.length === 0 ? "no served model can" : `models that can: ${names.join(", ")}`;
}
