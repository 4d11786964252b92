/** Elements of a Uint16Array are the bits of float16 numbers: Node 20 has no array of those. */
export type TensorData = FloatData | BigInt64Array | Int32Array;
export type FloatData = Float32Array | Uint16Array;

/** A dense row-major tensor in JS memory. */
export interface Tensor {
  readonly dims: readonly number[];
  readonly data: TensorData;
}

/** Number of elements of a shape; a scalar's empty shape has one. */
export function elements(dims: readonly number[]): number {
  return dims.reduce((product, dim) => product * dim, 1);
}

/** Bytes that the tensor's elements take. */
export function byteSize(tensor: Tensor): number {
  return tensor.data.byteLength;
}

export function float32(dims: readonly number[], data: Float32Array): Tensor {
  return { dims, data };
}

/** A 1-D int64 tensor, as onnxruntime wants token ids. */
export function int64(values: readonly number[]): Tensor {
  return { dims: [values.length], data: BigInt64Array.from(values, BigInt) };
}
