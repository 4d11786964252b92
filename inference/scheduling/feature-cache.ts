import { byteSize } from "../tensor.ts";
import { ByteCache } from "./byte-cache.ts";
import type { CallOutputs } from "./program.ts";

/** Results of encoder calls kept by key, least recently used out first, bounded in bytes. */
export class FeatureCache extends ByteCache<CallOutputs> {
  constructor(maxBytes: number) {
    super(maxBytes, outputBytes);
  }
}

function outputBytes(outputs: CallOutputs): number {
  return Object.values(outputs).reduce((sum, tensor) => sum + byteSize(tensor), 0);
}
