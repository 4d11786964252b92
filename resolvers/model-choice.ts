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
  if (!mayBeAble(chosen, task)) throw unsupported(chosen, task);
  if (chosen.state === "FAILED") throw failed(chosen);
  if (!chosen.tasks.includes(task)) throw loading(chosen);
  return chosen;
}

/** The served model with this name or global id, if there is one. */
export function findModel(nameOrId: string, inference: Inference): ModelInfo | undefined {
  const decoded = tryDecodeGlobalId(nameOrId);
  const name = decoded?.typename === "Model" ? decoded.id : nameOrId;
  return inference.models().find((model) => model.name === name);
}

function namedModel(nameOrId: string, inference: Inference): ModelInfo {
  const model = findModel(nameOrId, inference);
  if (model) return model;
  throw unavailable(`No model "${nameOrId.slice(0, 100)}" is served. ${served(inference.models())}`);
}

function familyDefault({ family, task }: ModelRequest, inference: Inference): ModelInfo {
  const models = inference.models().filter((model) => model.family === family);
  if (models.length === 0) throw unavailable(`No ${family} model is served. ${served(inference.models())}`);
  const able = models.filter((model) => mayBeAble(model, task));
  const working = able.filter((model) => model.state !== "FAILED");
  const first = working.find((model) => model.tasks.includes(task)) ?? working[0] ?? able[0];
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
