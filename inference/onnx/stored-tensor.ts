import type { DType, TensorProto } from "./model-proto.ts";
import { basename } from "node:path";

/** A weight that stays in the file that it came in. */
export interface StoredTensor {
  readonly name: string;
  /** As safetensors spells it. */
  readonly dtype: string;
  readonly shape: readonly number[];
  /** The real file's path: onnxruntime refuses links that lead out of the folder. */
  readonly file: string;
  /** Of the first byte, in the file. */
  readonly offset: number;
  readonly length: number;
}

const dtypes: Readonly<Record<string, DType>> = {
  F64: "float64",
  F32: "float32",
  F16: "float16",
  BF16: "bfloat16",
  I64: "int64",
  I32: "int32",
  U8: "uint8",
};

function dtypeOf(tensor: StoredTensor): DType {
  const dtype = dtypes[tensor.dtype];
  if (dtype) return dtype;
  const known = Object.keys(dtypes).join(", ");
  throw new Error(`${tensor.name} in ${tensor.file} is stored as ${tensor.dtype}; supported are ${known}`);
}

/** An initializer that points into the tensor's file. */
export function externalTensor(tensor: StoredTensor): TensorProto {
  const { name, shape, file, offset, length } = tensor;
  const external = { location: basename(file), offset, length };
  return { name, dtype: dtypeOf(tensor), dims: shape, data: { external } };
}

/** Tensors that lie side by side in one file, as one: their rows one after the other; undefined where they do not. */
export function joinRows<T extends StoredTensor>(tensors: readonly T[]): T | undefined {
  const [first, ...others] = tensors as readonly [T, ...T[]];
  let end = first.offset + first.length;
  for (const { file, dtype, shape, offset, length } of others) {
    const isNext = file === first.file && offset === end && dtype === first.dtype;
    if (!isNext || shape.slice(1).join() !== first.shape.slice(1).join()) return undefined;
    end += length;
  }
  const rows = tensors.reduce((sum, { shape }) => sum + shape[0]!, 0);
  const name = tensors.map((tensor) => tensor.name).join("+");
  return { ...first, name, shape: [rows, ...first.shape.slice(1)], length: end - first.offset };
}

/** Equal parts of a tensor along its first axis, each where it lies in the file. */
export function splitRows<T extends StoredTensor>(tensor: T, parts: number): T[] {
  const [rows, ...rest] = tensor.shape;
  if (rows === undefined || rows % parts !== 0) {
    throw new Error(`${tensor.name}[${tensor.shape.join(", ")}] has no ${parts} equal parts`);
  }
  const length = tensor.length / parts;
  return Array.from({ length: parts }, (_, part) => ({
    ...tensor,
    name: `${tensor.name}.${part}`,
    shape: [rows / parts, ...rest],
    offset: tensor.offset + part * length,
    length,
  }));
}
