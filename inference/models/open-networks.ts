import { openCheckpoint } from "../checkpoint/checkpoint.ts";
import { quantised, type QuantisedCache } from "../checkpoint/precision.ts";
import type { ServedDtype } from "../checkpoint/served-dtype.ts";
import type { Networks } from "./model.ts";
import { openModel } from "./registry.ts";

export interface Precision extends QuantisedCache {
  readonly dtype: ServedDtype;
}

/**
 * All networks of a checkpoint folder, their matrices as `dtype` has them. The checkpoint is judged by itself first: what
 * its networks multiply by is what can be quantised. Throws a CheckpointError where it is not one of the served classes or
 * its weights do not fit, or are left over, or can't be quantised.
 */
export async function openNetworks(folder: string, { dtype, ...quantising }: Precision): Promise<Networks> {
  const checkpoint = openCheckpoint(folder);
  const networks = openModel(checkpoint).networks();
  if (dtype === "float32") return networks;
  const stored = await quantised(checkpoint, dtype, quantising);
  return openModel(stored.checkpoint).networks();
}
