import type { ModelFamily, ModelPartsFragment, Task } from "../graph/generated/graphql.ts";

/** As people write them. */
export const familyNames: Readonly<Record<ModelFamily, string>> = { BLIP: "BLIP", BLIP2: "BLIP-2", LLAVA: "LLaVA" };

/** In the order in which they came to be. */
export const families: readonly ModelFamily[] = ["BLIP", "BLIP2", "LLAVA"];

/** How each sees and speaks. */
export const familyNotes: Readonly<Record<ModelFamily, string>> = {
  BLIP: "An encoder sees the picture, a small decoder of its own writes.",
  BLIP2: "A frozen encoder, a querying transformer, and a language model.",
  LLAVA: "The picture stands among the words of a chatting language model.",
};

/** Served models that can do a task, those that are ready first. */
export function modelsFor(task: Task, models: readonly ModelPartsFragment[]): readonly ModelPartsFragment[] {
  const able = models.filter(({ tasks, state }) => tasks.includes(task) && state !== "FAILED");
  return able.toSorted((a, b) => Number(b.state === "READY") - Number(a.state === "READY"));
}
