import type { Planning, PlannedRun } from "../resolvers/planning.ts";

/**
 * What a field costs, kept in its `extensions.cost`; src/limits.ts adds it up before a document runs.
 * A field that says nothing costs 1.
 */
export interface FieldCost {
  /** The field's own cost: a model's pass weighs far more than a property. @default 1 */
  readonly own?: number;
  /** The argument that says how many items come back: everything below the field costs that many times. */
  readonly times?: string;
  /** What each unit of an argument adds to the field's own cost: of a number itself, of a list its length. */
  readonly plus?: Readonly<Record<string, number>>;
  /** What is added in its place where the document gives none of the arguments of `plus`. @default 0 */
  readonly plusElse?: number;
  /** Of a field that runs models: what it will ask of them. Such a field is one of a root type's. */
  plan?(args: object, server: Planning): readonly PlannedRun[];
}
