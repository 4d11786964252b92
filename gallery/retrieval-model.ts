import { InferenceError, type Inference, type ModelInfo } from "../inference/index.ts";

/** Names the vector space of a model: vectors of other weights or of another preprocessing are never compared. */
export function spaceOf(model: ModelInfo): string {
  return `${model.digest}/${model.preprocessing}`;
}

/** The models that embed, loaded or not, in the order in which they are served. */
export function retrievalModels(inference: Inference): readonly ModelInfo[] {
  return inference.models().filter((model) => model.tasks.includes("EMBED") && model.state !== "FAILED");
}

/** Whether of some model nothing is known yet, neither whether it can embed nor its space. */
export function isLoading(inference: Inference): boolean {
  return inference.models().some(({ state, tasks }) => state === "LOADING" && tasks.length === 0);
}

/** The served model of this name; MODEL_UNAVAILABLE or UNSUPPORTED_TASK say which names would do. */
export function retrievalModel(inference: Inference, name: string): ModelInfo {
  const model = inference.models().find((candidate) => candidate.name === name);
  if (model === undefined) throw unavailable(`no model ${name} is served; ${choice(inference)}`);
  if (model.state === "FAILED") throw unavailable(`${name} failed to load; ${choice(inference)}`);
  if (model.tasks.includes("EMBED")) return model;
  if (model.state === "LOADING") throw unavailable(`${name} is being loaded; try again in a moment`);
  throw new InferenceError("UNSUPPORTED_TASK", `${name} cannot embed; ${choice(inference)}`);
}

function unavailable(reason: string): InferenceError {
  return new InferenceError("MODEL_UNAVAILABLE", reason);
}

function choice(inference: Inference): string {
  const names = retrievalModels(inference).map(({ name }) => name);
  return names.length === 0 ? "no loaded model can" : `models that can: ${names.join(", ")}`;
}
