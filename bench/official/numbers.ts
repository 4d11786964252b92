import { Xorshift } from "../random.ts";
import { elements, type NamedTensor } from "../tensors.ts";

/** How the hub's files hold numbers; the names are safetensors'. */
export type StoredDtype = "F32" | "F16" | "BF16" | "I64";

export const bytesOf: Readonly<Record<StoredDtype, number>> = { F32: 4, F16: 2, BF16: 2, I64: 8 };

/** A tensor as it lies in a file. */
export interface StoredTensor extends NamedTensor {
  readonly dtype: StoredDtype;
}

/** Numbers spread evenly about a centre. */
interface Spread {
  readonly centre: number;
  readonly deviation: number;
}

/** A prime, and so of no relation to a matrix's rows: no two of them get the same numbers, nor do two layers. */
const BLOCK = 1_048_583;
const blocks = new Map<string, Uint8Array>();

/** Bytes that a tensor takes in its file. */
export function storedBytes({ shape, dtype }: StoredTensor): number {
  return elements(shape) * bytesOf[dtype];
}

/** The bytes of a tensor from one place to another, without making those before: a tensor's numbers depend on its name alone. */
export function* numbersBetween(tensor: StoredTensor, from: number, to: number): Generator<Uint8Array> {
  if (tensor.dtype === "I64") {
    yield counting(elements(tensor.shape)).subarray(from, to);
    return;
  }
  const block = blockOf(tensor.dtype, spreadOf(tensor));
  const start = startOf(tensor.tiedTo ?? tensor.name) * bytesOf[tensor.dtype];
  for (let at = from; at < to;) {
    const place = (start + at) % block.length;
    const part = block.subarray(place, place + (to - at));
    yield part;
    at += part.length;
  }
}

/**
 * Spreads that keep states near 1 through every layer and logits some units apart, so that a run neither overflows nor
 * ends in ties: matrices by what they sum over, tables of embeddings so that a dot product with a normed state is about 4.
 */
function spreadOf({ name, shape, fill }: NamedTensor): Spread {
  if (fill === "ones") return { centre: 1, deviation: 0.1 };
  if (fill !== "random") return { centre: 0, deviation: 0.1 };
  if (name.includes("relative_attention_bias")) return { centre: 0, deviation: 1 };
  if (isTable(name)) return { centre: 0, deviation: 4 / Math.sqrt(shape.at(-1)!) };
  const summed = elements(shape) / shape[0]!;
  return { centre: 0, deviation: gainOf(name) / Math.sqrt(summed) };
}

function isTable(name: string): boolean {
  return /embed|shared|query_tokens|image_newline|lm_head|predictions\.decoder/.test(name) && !name.includes("patch");
}

/** Attention looks somewhere. T5 does not divide its scores by √64, for which its queries and keys are smaller. */
function gainOf(name: string): number {
  if (/Attention\.[qk]\.weight$/.test(name)) return 0.4;
  return /(query|key|q_proj|k_proj|qkv)\.weight$/.test(name) ? 1.25 : 1;
}

function blockOf(dtype: Exclude<StoredDtype, "I64">, spread: Spread): Uint8Array {
  const key = `${dtype} ${spread.centre} ${spread.deviation}`;
  const known = blocks.get(key);
  if (known) return known;
  const made = stored[dtype](evenly(spread));
  blocks.set(key, made);
  return made;
}

function evenly({ centre, deviation }: Spread): Float32Array {
  const random = new Xorshift(1);
  // Evenly spread over ± √3 σ has the standard deviation σ.
  const width = 2 * Math.sqrt(3) * deviation;
  return new Float32Array(BLOCK).map(() => centre + (random.fraction() - 0.5) * width);
}

const stored: Readonly<Record<Exclude<StoredDtype, "I64">, (values: Float32Array) => Uint8Array>> = {
  F32: ({ buffer }) => new Uint8Array(buffer),
  BF16: (values) => new Uint8Array(Uint16Array.from(bitsOf(values), (bits) => (bits + 0x8000) >>> 16).buffer),
  F16: (values) => new Uint8Array(Uint16Array.from(bitsOf(values), halfOf).buffer),
};

function bitsOf({ buffer }: Float32Array): Uint32Array {
  return new Uint32Array(buffer);
}

/** The nearest float16 of a float32's bits, below 65520; what is too small for a normal one becomes zero. */
function halfOf(bits: number): number {
  const sign = (bits >>> 16) & 0x8000;
  const magnitude = (bits & 0x7fffffff) + 0x1000;
  const smallest = 113 << 23;
  return magnitude < smallest ? sign : sign | ((magnitude - (112 << 23)) >>> 13);
}

/** 0, 1, 2 …: the positions that older files keep as a tensor. */
function counting(count: number): Uint8Array {
  return new Uint8Array(BigInt64Array.from({ length: count }, (_, i) => BigInt(i)).buffer);
}

/** FNV-1a of the name, as a place in the block. */
function startOf(name: string): number {
  let hash = 0x811c9dc5;
  for (let i = 0; i < name.length; i++) hash = Math.imul(hash ^ name.charCodeAt(i), 0x01000193) >>> 0;
  return hash % BLOCK;
}
