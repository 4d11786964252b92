import type { Inference, ModelFamily, ModelInfo, TaskName } from "../inference/index.ts";

export interface ModelFilter {
  readonly family?: ModelFamily | null | undefined;
  readonly task?: TaskName | null | undefined;
}

/** The served models that pass the filter, in serving order. */
export function listModels({ family, task }: ModelFilter, inference: Inference): ModelInfo[] {
  return inference
    .models()
    .filter((model) => family == null || model.family === family)
    .filter((model) => task == null || model.tasks.includes(task));
}

/** One for each name, null where no such model is served. Copies, because the graph marks the objects with their type. */
export function modelsByName(names: readonly string[], inference: Inference): (ModelInfo | null)[] {
  const byName = new Map(inference.models().map((model) => [model.name, model]));
  return names.map((name) => {
    const model = byName.get(name);
    return model ? { ...model } : null;
  });
}
