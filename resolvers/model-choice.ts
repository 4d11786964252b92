import { InferenceError, type Inference, type ModelFamily, type ModelInfo, type TaskName } from "../inference/index.ts";
import { tryDecodeGlobalId } from "./global-id.ts";

export interface ModelRequest {
  /** A served model's name or global id; it decides alone, whatever the family. */
  readonly model?: string | null | undefined;
  readonly family: ModelFamily;
  readonly task: TaskName;
}

/** The model that a field runs: the named one, else the family's first that can do the task. */
export function chooseModel(request: ModelRequest, inference: Inference): ModelInfo {
  const { model, task } = request;
  const chosen = model == null ? familyDefault(request, inference) : namedModel(model, inference);
  requireAble(chosen, task);
  return chosen;
}

/** Throws what keeps the model from doing the task now: UNSUPPORTED_TASK or MODEL_UNAVAILABLE. */
export function requireAble(model: ModelInfo, task: TaskName): void {
  if (!mayBeAble(model, task)) throw unsupported(model, task);
  if (model.state === "FAILED") throw failed(model);
  if (!model.tasks.includes(task)) throw loading(model);
}

/** The served model with this name or global id, if there is one. */
function findModel(nameOrId: string, inference: Inference): ModelInfo | undefined {
  const decoded = tryDecodeGlobalId(nameOrId);
  const name = decoded?.typename === "Model" ? decoded.id : nameOrId;
  return inference.models().find((model) => model.name === name);
}

/** The served model with this name or global id; MODEL_UNAVAILABLE where there is none. */
export function namedModel(nameOrId: string, inference: Inference): ModelInfo {
  const model = findModel(nameOrId, inference);
  if (model) return model;
  throw unavailable(`No model "${nameOrId.slice(0, 100)}" is served. ${served(inference.models())}`);
}

/** The family's served models; MODEL_UNAVAILABLE where there are none. */
export function modelsOfFamily(family: ModelFamily, inference: Inference): readonly [ModelInfo, ...ModelInfo[]] {
  const [first, ...rest] = inference.models().filter((model) => model.family === family);
  if (first) return [first, ...rest];
  throw unavailable(`No ${family} model is served. ${served(inference.models())}`);
}

/** The first model that can do the task: a loaded one before one that is being loaded before a failed one. */
export function firstAble(models: readonly ModelInfo[], task: TaskName): ModelInfo | undefined {
  const able = models.filter((model) => mayBeAble(model, task));
  const working = able.filter((model) => model.state !== "FAILED");
  return working.find((model) => model.tasks.includes(task)) ?? working[0] ?? able[0];
}

function familyDefault({ family, task }: ModelRequest, inference: Inference): ModelInfo {
  const models = modelsOfFamily(family, inference);
  const first = firstAble(models, task);
  if (first) return first;
  throw new InferenceError("UNSUPPORTED_TASK", `No served ${family} model can ${task}: ${abilities(models)}.`);
}

/** Whether the model can do the task, or its folder was not read yet or could not be, so that nobody knows. */
function mayBeAble({ tasks }: ModelInfo, task: TaskName): boolean {
  return tasks.length === 0 || tasks.includes(task);
}

function failed({ name, failure = "the log says why" }: ModelInfo): InferenceError {
  return unavailable(`The model "${name}" could not be loaded: ${failure}`);
}

function loading({ name }: ModelInfo): InferenceError {
  return unavailable(`The model "${name}" is being loaded: /ready tells when it is there.`);
}

function unsupported(model: ModelInfo, task: TaskName): InferenceError {
  return new InferenceError("UNSUPPORTED_TASK", `The model "${model.name}" cannot ${task}: ${abilities([model])}.`);
}

function unavailable(message: string): InferenceError {
  return new InferenceError("MODEL_UNAVAILABLE", message);
}

function served(models: readonly ModelInfo[]): string {
  if (models.length === 0) return "No model is known yet: they are being loaded, and /ready tells when they are.";
  return `Served are: ${models.map((model) => `${model.name} (${model.family})`).join(", ")}.`;
}

function abilities(models: readonly ModelInfo[]): string {
  return models.map((model) => `${model.name} can ${model.tasks.join(", ") || "do nothing"}`).join("; ");
}
