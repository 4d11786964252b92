import type { PlannedTask } from "../inference/index.ts";
import type { Planning } from "../resolvers/planning.ts";
import type { FieldCost } from "../schema/field-cost.ts";
import type { CostedOperation } from "./document-cost.ts";
import { rootFields, type RootField } from "./root-fields.ts";

export interface Pricing {
  readonly server: Planning;
  /** Milliseconds of the device that a request takes. */
  readonly msOf: (task: PlannedTask) => number;
}

/**
 * Milliseconds of the device that an operation takes at the most: those of all requests that its fields will make. More
 * aliases, pictures, texts, tokens or beams never take less.
 */
export function deviceCost(operation: CostedOperation, { server, msOf }: Pricing): number {
  const runs = rootFields(operation).flatMap((field) => planOf(field, server));
  return runs.reduce((sum, { task, times }) => sum + times * msOf(task), 0);
}

function planOf({ field, args }: RootField, server: Planning): ReturnType<NonNullable<FieldCost["plan"]>> {
  const cost = field.extensions.cost as FieldCost | undefined;
  try {
    return cost?.plan?.(args, server) ?? [];
  } catch {
    // The field itself will say what is wrong with its arguments.
    return [];
  }
}
