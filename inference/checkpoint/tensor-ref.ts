/** Bytes of one element, for each element type a checkpoint may hold; the names are safetensors'. */
export const itemSize = { F64: 8, F32: 4, F16: 2, BF16: 2, I64: 8, I32: 4, I16: 2, I8: 1, U8: 1, BOOL: 1 } as const;

export type Dtype = keyof typeof itemSize;
export type FloatDtype = "F64" | "F32" | "F16" | "BF16";

/** Where a tensor's elements lie on disk: dense, row-major, little-endian. Nothing of them is in memory. */
export interface TensorRef {
  /** As the checkpoint spells it, in full. */
  readonly name: string;
  readonly dtype: Dtype;
  readonly shape: readonly number[];
  /** Path of the file with all links resolved, as onnxruntime's external data wants it. */
  readonly file: string;
  /** Bytes from the start of the file. */
  readonly offset: number;
  /** Bytes; always the product of the shape × `itemSize[dtype]`. */
  readonly length: number;
}

export function isDtype(name: unknown): name is Dtype {
  return typeof name === "string" && Object.hasOwn(itemSize, name);
}

export function isFloat(dtype: Dtype): dtype is FloatDtype {
  return dtype === "F64" || dtype === "F32" || dtype === "F16" || dtype === "BF16";
}

/** Bytes of a dense tensor; undefined where the product of the shape overflows 2⁵³, even if a later dimension is zero. */
export function denseLength(shape: readonly number[], dtype: Dtype): number | undefined {
  let length: number = itemSize[dtype];
  for (const dim of shape) {
    length *= dim;
    if (!Number.isSafeInteger(length)) return undefined;
  }
  return length;
}

/** A size, count or offset: a whole number from 0 to 2⁵³ − 1. */
export function isCount(value: unknown): value is number {
  return Number.isSafeInteger(value) && (value as number) >= 0;
}

/** torch's own limit. */
const MAX_DIMENSIONS = 64;

export function isShape(value: unknown): value is readonly number[] {
  return Array.isArray(value) && value.length <= MAX_DIMENSIONS && value.every(isCount);
}

/** A shape as messages print it. */
export function showShape(shape: readonly number[]): string {
  return `[${shape.join(", ")}]`;
}
