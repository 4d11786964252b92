import type { CompareQuery, ModelPartsFragment } from "../graph/generated/graphql.ts";
import type { Problem } from "../graph/problem.ts";
import type { Picture } from "../picture/picture.ts";

/** What one model said, or why it did not. */
export type Said = CompareQuery["compare"][number];

/** A model as far as it is to be told from others. */
export type AskedModel = Pick<ModelPartsFragment, "id" | "name" | "family">;

/** A picture and a question, put to several models. */
export interface Asked {
  readonly id: string;
  /** When, as a number of Date. */
  readonly at: number;
  readonly picture: Picture;
  /** Empty: the picture was to be described. */
  readonly question: string;
  readonly models: readonly AskedModel[];
  /** By model's id, as far as they have come. */
  readonly said: Readonly<Record<string, Said>>;
  /** Why there is no more to come, where that was not meant. */
  readonly problem?: Problem | undefined;
  readonly isOver: boolean;
}

/** With what has come so far. */
export function withSaid(asked: Asked, comparisons: readonly Said[]): Asked {
  return { ...asked, said: Object.fromEntries(comparisons.map((one) => [one.model.id, one])) };
}
