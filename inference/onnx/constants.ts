import type { TensorProto } from "./model-proto.ts";

/** Small constants that are kept inside a graph, named after what they are. */
export function int64Constant(dims: readonly number[], values: readonly number[]): TensorProto {
  const raw = new Uint8Array(BigInt64Array.from(values, BigInt).buffer);
  return { name: `int64[${dims.join()}] ${values.join()}`, dtype: "int64", dims, data: { raw } };
}

/** Of no axes. */
export function uint8Constant(value: number): TensorProto {
  return { name: `uint8 ${value}`, dtype: "uint8", dims: [], data: { raw: Uint8Array.of(value) } };
}

/** One that is computed from a weight takes a name after it. */
export function float32Constant(dims: readonly number[], values: ArrayLike<number>, name?: string): TensorProto {
  const raw = new Uint8Array(Float32Array.from(values).buffer);
  const own = name ?? `float32[${dims.join()}] ${Array.from(values).join()}`;
  return { name: own, dtype: "float32", dims, data: { raw } };
}
