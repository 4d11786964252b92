import { Xorshift } from "../random.ts";
import { type GgufType, ggufTypes } from "./gguf.ts";

/** Blocks of a part that is written over and over; odd, so that layers differ. */
const PART_BLOCKS = 4_099;
/** float16 of 2⁻¹⁰: whatever the bits of a block, its elements are small and finite. */
const SCALE = 0x1400;
/** Where the float16 scales of a block are, in bytes: ggml-common.h, block_q4_0, block_q4_K, block_q6_K. */
const scalesAt: Readonly<Record<Exclude<GgufType, "F32">, readonly number[]>> = {
  Q4_0: [0],
  Q4_K: [0, 2],
  Q6_K: [208],
};

/** Elements of random matrices, as their files have them. Vectors are ones. */
export class RandomBlocks {
  readonly #parts = new Map<GgufType, Buffer>();

  *take(type: GgufType, bytes: number): Generator<Uint8Array> {
    const part = this.#part(type);
    for (let left = bytes; left > 0; left -= part.length) yield part.subarray(0, left);
  }

  #part(type: GgufType): Buffer {
    const known = this.#parts.get(type) ?? (type === "F32" ? ones() : blocksOf(type));
    this.#parts.set(type, known);
    return known;
  }
}

function ones(): Buffer {
  return Buffer.from(new Float32Array(PART_BLOCKS).fill(1).buffer);
}

function blocksOf(type: Exclude<GgufType, "F32">): Buffer {
  const random = new Xorshift(1);
  const { blockBytes } = ggufTypes[type];
  const bytes = Buffer.from(Uint8Array.from({ length: PART_BLOCKS * blockBytes }, () => random.next()));
  for (let at = 0; at < bytes.length; at += blockBytes) {
    for (const scale of scalesAt[type]) bytes.writeUInt16LE(SCALE, at + scale);
  }
  return bytes;
}
