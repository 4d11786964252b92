import type { CacheDtype } from "../onnx/target.ts";
import type { FloatData } from "../tensor.ts";

/** What the size of a row of keys and values depends on. */
export interface CacheShape {
  readonly layers: number;
  readonly heads: number;
  readonly headDim: number;
  /** Of keys and values, those of the memory too. */
  readonly dtype: CacheDtype;
}

/** Bytes of a row of a sequence, without what it sees of a memory. */
export function bytesPerRow({ layers, heads, headDim, dtype }: CacheShape): number {
  return 2 * layers * heads * headDim * arrays[dtype].BYTES_PER_ELEMENT;
}

/** An array without elements, for others to be made like it. */
export function emptyArray(dtype: CacheDtype): FloatData {
  return new arrays[dtype]();
}

const arrays = { float32: Float32Array, float16: Uint16Array } as const;
