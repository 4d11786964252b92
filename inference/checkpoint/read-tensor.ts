import { CheckpointError } from "./checkpoint-error.ts";
import { type FloatDtype, isFloat, itemSize, type TensorRef } from "./tensor-ref.ts";
import { withWeightFile } from "./weight-file.ts";

/** A tensor's bytes as the file has them, little-endian. For the few small tensors that JS must see; weights stay on disk. */
export function readBytes(ref: TensorRef): Uint8Array {
  return withWeightFile(ref.file, (file) => file.read(ref.offset, ref.length));
}

/** A float tensor's elements, row-major, as float32: exact from F16 and BF16, rounded from F64. Throws on integers. */
export function readFloat32(ref: TensorRef): Float32Array {
  return decodeFloats(floatDtype(ref), readBytes(ref));
}

/** The type of a float tensor. Throws a CheckpointError on integers. */
export function floatDtype({ name, dtype, file }: TensorRef): FloatDtype {
  if (isFloat(dtype)) return dtype;
  throw new CheckpointError(file, `is ${dtype} where floats were expected`, { tensor: name });
}

/** Little-endian floats as float32; `bytes` must begin where its buffer does. F32 is not copied. */
export function decodeFloats(dtype: FloatDtype, { buffer, length }: Uint8Array): Float32Array {
  const count = length / itemSize[dtype];
  switch (dtype) {
    case "F64":
      return Float32Array.from(new Float64Array(buffer, 0, count));
    case "F32":
      return new Float32Array(buffer, 0, count);
    case "F16":
      return widened(new Uint16Array(buffer, 0, count), float16Values());
    case "BF16":
      return fromBfloat16(new Uint16Array(buffer, 0, count));
  }
}

/** bfloat16 is the upper half of a float32. */
function fromBfloat16(halves: Uint16Array): Float32Array {
  const bits = new Uint32Array(halves.length);
  for (let i = 0; i < halves.length; i++) bits[i] = halves[i]! << 16;
  return new Float32Array(bits.buffer);
}

function widened(halves: Uint16Array, table: Float32Array): Float32Array {
  const floats = new Float32Array(halves.length);
  for (let i = 0; i < halves.length; i++) floats[i] = table[halves[i]!]!;
  return floats;
}

let float16Table: Float32Array | undefined;

/** What each of the 65536 float16 numbers is: gigabytes of them are looked up faster than worked out. */
function float16Values(): Float32Array {
  return (float16Table ??= Float32Array.from({ length: 2 ** 16 }, (_, bits) => fromFloat16(bits)));
}

/** IEEE 754 binary16: 1 bit sign, 5 bits exponent with bias 15, 10 bits fraction. */
function fromFloat16(bits: number): number {
  const sign = bits & 0x8000 ? -1 : 1;
  const exponent = (bits >> 10) & 0x1f;
  const fraction = bits & 0x3ff;
  if (exponent === 0) return sign * fraction * 2 ** -24;
  if (exponent === 0x1f) return fraction === 0 ? sign * Infinity : NaN;
  return sign * (1 + fraction / 1024) * 2 ** (exponent - 15);
}
