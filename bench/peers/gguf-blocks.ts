import { Xorshift } from "../random.ts";
import { type GgufType, ggufTypes } from "./gguf.ts";

/** Blocks of a part that is written over and over; odd, so that layers differ. */
const PART_BLOCKS = 4_099;
/** float16 of 2⁻¹⁰: whatever the bits of a block, its elements are small and finite. */
const SCALE = 0x1400;
type BlockType = Exclude<GgufType, "F32" | "F16">;
/** Where the float16 scales of a block are, in bytes: ggml-common.h, block_q4_0, block_q8_0, block_q4_K, block_q6_K. */
const scalesAt: Readonly<Record<BlockType, readonly number[]>> = {
  Q4_0: [0],
  Q8_0: [0],
  Q4_K: [0, 2],
  Q6_K: [208],
};

/** Elements of random matrices, as their files have them. What is float32 is all ones. */
export class RandomBlocks {
  readonly #parts = new Map<GgufType, Buffer>();

  *take(type: GgufType, bytes: number): Generator<Uint8Array> {
    const part = this.#part(type);
    for (let left = bytes; left > 0; left -= part.length) yield part.subarray(0, left);
  }

  #part(type: GgufType): Buffer {
    const known = this.#parts.get(type) ?? partOf(type);
    this.#parts.set(type, known);
    return known;
  }
}

function partOf(type: GgufType): Buffer {
  if (type === "F32") return ones();
  return type === "F16" ? halves() : blocksOf(type);
}

function ones(): Buffer {
  return Buffer.from(new Float32Array(PART_BLOCKS).fill(1).buffer);
}

/** float16 of 2⁻⁷ to 2⁻⁶, of either sign: what a layer of a thousand numbers adds stays near its input's size. */
function halves(): Buffer {
  const random = new Xorshift(1);
  const bytes = Buffer.alloc(2 * PART_BLOCKS);
  for (let at = 0; at < bytes.length; at += 2) bytes.writeUInt16LE((random.next() & 0x83ff) | 0x2000, at);
  return bytes;
}

function blocksOf(type: BlockType): Buffer {
  const random = new Xorshift(1);
  const { blockBytes } = ggufTypes[type];
  const bytes = Buffer.from(Uint8Array.from({ length: PART_BLOCKS * blockBytes }, () => random.next()));
  for (let at = 0; at < bytes.length; at += blockBytes) {
    for (const scale of scalesAt[type]) bytes.writeUInt16LE(SCALE, at + scale);
  }
  return bytes;
}
