import { CheckpointError } from "./checkpoint-error.ts";
import { type FloatDtype, isFloat, itemSize, type TensorRef } from "./tensor-ref.ts";
import { withWeightFile } from "./weight-file.ts";

/** A tensor's bytes as the file has them, little-endian. For the few small tensors that JS must see; weights stay on disk. */
export function readBytes(ref: TensorRef): Uint8Array {
  return withWeightFile(ref.file, (file) => file.read(ref.offset, ref.length));
}

/** A float tensor's elements, row-major, as float32: exact from F16 and BF16, rounded from F64. Throws on integers. */
export function readFloat32(ref: TensorRef): Float32Array {
  if (!isFloat(ref.dtype)) {
    throw new CheckpointError(ref.file, `is ${ref.dtype} where floats were expected`, { tensor: ref.name });
  }
  const element = elementReaders[ref.dtype];
  const step = itemSize[ref.dtype];
  const bytes = readBytes(ref);
  const view = new DataView(bytes.buffer);
  return Float32Array.from({ length: bytes.length / step }, (_, i) => element(view, i * step));
}

const elementReaders: Readonly<Record<FloatDtype, (view: DataView, offset: number) => number>> = {
  F64: (view, offset) => view.getFloat64(offset, true),
  F32: (view, offset) => view.getFloat32(offset, true),
  F16: (view, offset) => fromFloat16(view.getUint16(offset, true)),
  BF16: (view, offset) => fromBfloat16(view.getUint16(offset, true)),
};

/** IEEE 754 binary16: 1 bit sign, 5 bits exponent with bias 15, 10 bits fraction. */
function fromFloat16(bits: number): number {
  const sign = bits & 0x8000 ? -1 : 1;
  const exponent = (bits >> 10) & 0x1f;
  const fraction = bits & 0x3ff;
  if (exponent === 0) return sign * fraction * 2 ** -24;
  if (exponent === 0x1f) return fraction === 0 ? sign * Infinity : NaN;
  return sign * (1 + fraction / 1024) * 2 ** (exponent - 15);
}

const scratch = new DataView(new ArrayBuffer(4));

/** bfloat16 is the upper half of a float32. */
function fromBfloat16(bits: number): number {
  scratch.setUint32(0, bits * 2 ** 16);
  return scratch.getFloat32(0);
}
