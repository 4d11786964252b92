import type { ModelFamily, ModelPartsFragment } from "../graph/generated/graphql.ts";
import { families } from "../models/families.ts";

/** For families of which another than the first model is to answer: its id, or that none is. */
export type Choice = Readonly<Partial<Record<ModelFamily, string>>>;

export const NOBODY = "nobody";

/** A family's model that is to answer: the chosen one if it can, else the first that can; undefined where none is to. */
export function chosenModel(
  family: ModelFamily,
  able: readonly ModelPartsFragment[],
  choice: Choice,
): ModelPartsFragment | undefined {
  if (choice[family] === NOBODY) return undefined;
  const own = able.filter((model) => model.family === family);
  return own.find(({ id }) => id === choice[family]) ?? own[0];
}

/** The models that are to answer, one for each family that has one. */
export function chosenModels(able: readonly ModelPartsFragment[], choice: Choice): readonly ModelPartsFragment[] {
  return families.map((family) => chosenModel(family, able, choice)).filter((model) => model !== undefined);
}
