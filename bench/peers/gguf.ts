/** GGUF, llama.cpp's file of a model: https://github.com/ggml-org/ggml/blob/master/docs/gguf.md, version 3. */

/** How a tensor's elements are kept: as they are, or in blocks along its rows. */
export type GgufType = "F32" | "F16" | "Q4_0" | "Q8_0" | "Q4_K" | "Q6_K";

interface TypeLayout {
  readonly id: number;
  /** Elements of a block, and its bytes. */
  readonly blockSize: number;
  readonly blockBytes: number;
}

export const ggufTypes: Readonly<Record<GgufType, TypeLayout>> = {
  F32: { id: 0, blockSize: 1, blockBytes: 4 },
  F16: { id: 1, blockSize: 1, blockBytes: 2 },
  Q4_0: { id: 2, blockSize: 32, blockBytes: 18 },
  Q8_0: { id: 8, blockSize: 32, blockBytes: 34 },
  Q4_K: { id: 12, blockSize: 256, blockBytes: 144 },
  Q6_K: { id: 14, blockSize: 256, blockBytes: 210 },
};

export interface GgufTensor {
  readonly name: string;
  /** As in a checkpoint, rows first: [out, in]. */
  readonly shape: readonly number[];
  readonly type: GgufType;
}

export type GgufValue =
  | { readonly type: "uint32"; readonly value: number }
  | { readonly type: "float32"; readonly value: number }
  | { readonly type: "bool"; readonly value: boolean }
  | { readonly type: "string"; readonly value: string }
  | { readonly type: "int32s"; readonly value: readonly number[] }
  | { readonly type: "float32s"; readonly value: readonly number[] }
  | { readonly type: "strings"; readonly value: readonly string[] };

export type GgufMetadata = Readonly<Record<string, GgufValue>>;

const VERSION = 3;
const ALIGNMENT = 32;
const ARRAY = 9;
/** Of an array, its elements'. */
const valueTypes = { uint32: 4, float32: 6, bool: 7, string: 8, int32s: 5, float32s: 6, strings: 8 } as const;

/** Bytes of a tensor's elements. Throws a RangeError where its rows are no whole blocks. */
export function tensorBytes({ name, shape, type }: GgufTensor): number {
  const { blockSize, blockBytes } = ggufTypes[type];
  if (shape.at(-1)! % blockSize !== 0)
    throw new RangeError(`${name}: rows of ${shape.at(-1)} are no blocks of ${type}`);
  return (shape.reduce((product, size) => product * size, 1) / blockSize) * blockBytes;
}

/** So many bytes and their padding. */
export function aligned(bytes: number): number {
  return Math.ceil(bytes / ALIGNMENT) * ALIGNMENT;
}

/** All of a file but the tensors' elements, which follow in their order, each padded by `aligned`. */
export function ggufHeader(metadata: GgufMetadata, tensors: readonly GgufTensor[]): Buffer {
  const keys = Object.entries(metadata);
  const parts = [Buffer.from("GGUF"), uint32(VERSION), uint64(tensors.length), uint64(keys.length)];
  for (const [key, value] of keys) parts.push(text(key), valueBytes(value));
  let offset = 0;
  for (const tensor of tensors) {
    parts.push(tensorInfo(tensor, offset));
    offset += aligned(tensorBytes(tensor));
  }
  const header = Buffer.concat(parts);
  return Buffer.concat([header, Buffer.alloc(aligned(header.length) - header.length)]);
}

function tensorInfo({ name, shape, type }: GgufTensor, offset: number): Buffer {
  const dims = shape.toReversed().map(uint64);
  return Buffer.concat([text(name), uint32(dims.length), ...dims, uint32(ggufTypes[type].id), uint64(offset)]);
}

/** With its type before it. */
function valueBytes(value: GgufValue): Buffer {
  switch (value.type) {
    case "int32s":
      return array(value.type, value.value.map(int32));
    case "float32s":
      return array(value.type, value.value.map(float32));
    case "strings":
      return array(value.type, value.value.map(text));
    case "uint32":
      return scalar(value.type, uint32(value.value));
    case "float32":
      return scalar(value.type, float32(value.value));
    case "bool":
      return scalar(value.type, Buffer.of(value.value ? 1 : 0));
    case "string":
      return scalar(value.type, text(value.value));
  }
}

function scalar(type: keyof typeof valueTypes, bytes: Buffer): Buffer {
  return Buffer.concat([uint32(valueTypes[type]), bytes]);
}

function array(type: keyof typeof valueTypes, elements: readonly Buffer[]): Buffer {
  const head = [uint32(ARRAY), uint32(valueTypes[type]), uint64(elements.length)];
  return Buffer.concat([...head, ...elements]);
}

function text(value: string): Buffer {
  const bytes = Buffer.from(value);
  return Buffer.concat([uint64(bytes.length), bytes]);
}

function uint32(value: number): Buffer {
  const bytes = Buffer.alloc(4);
  bytes.writeUInt32LE(value);
  return bytes;
}

function int32(value: number): Buffer {
  const bytes = Buffer.alloc(4);
  bytes.writeInt32LE(value);
  return bytes;
}

function float32(value: number): Buffer {
  const bytes = Buffer.alloc(4);
  bytes.writeFloatLE(value);
  return bytes;
}

function uint64(value: number): Buffer {
  const bytes = Buffer.alloc(8);
  bytes.writeBigUInt64LE(BigInt(value));
  return bytes;
}
