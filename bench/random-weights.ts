import { open, type FileHandle } from "node:fs/promises";
import { Xorshift } from "./random.ts";
import { elements, type Fill, type NamedTensor } from "./tensors.ts";
import { blipIds, firstWordId } from "./vocabulary.ts";

/** What transformers initialises with. */
const STANDARD_DEVIATION = 0.02;
/** So low that no text has such a word, and so none ends before it is as long as was asked. */
const NEVER = -1e4;
/** Odd, and of no relation to a tensor's size: no two layers get the same values. */
const BLOCK_FLOATS = 2 ** 20 + 7;

/** Writes a .safetensors file of these tensors, float32. The same tensors always give the same bytes. */
export async function writeRandomWeights(
  path: string,
  tensors: readonly NamedTensor[],
  signal?: AbortSignal,
): Promise<void> {
  const file = await SparseFile.create(path);
  try {
    await file.write(header(tensors));
    const values = new EndlessValues();
    for (const tensor of tensors) {
      signal?.throwIfAborted();
      await writeTensor(file, tensor, values);
    }
  } finally {
    await file.close();
  }
}

/** Zeros take no room on a disk that can leave them out. */
class SparseFile {
  readonly #file: FileHandle;
  #end = 0;

  private constructor(file: FileHandle) {
    this.#file = file;
  }

  static async create(path: string): Promise<SparseFile> {
    return new SparseFile(await open(path, "wx"));
  }

  async write(bytes: Uint8Array): Promise<void> {
    for (let done = 0; done < bytes.length;) {
      const { bytesWritten } = await this.#file.write(bytes, done, bytes.length - done, this.#end + done);
      done += bytesWritten;
    }
    this.#end += bytes.length;
  }

  async skip(bytes: number): Promise<void> {
    this.#end += bytes;
    await this.#file.truncate(this.#end);
  }

  close(): Promise<void> {
    return this.#file.close();
  }
}

/** A u64 length, then that much JSON, padded with spaces so that the data is aligned. */
function header(tensors: readonly NamedTensor[]): Buffer {
  let end = 0;
  const entries = tensors.map(({ name, shape }) => {
    const begin = end;
    end += 4 * elements(shape);
    return [name, { dtype: "F32", shape, data_offsets: [begin, end] }] as const;
  });
  const json = JSON.stringify({ __metadata__: { format: "pt" }, ...Object.fromEntries(entries) });
  const padded = json.padEnd(Math.ceil(json.length / 8) * 8);
  const length = Buffer.alloc(8);
  length.writeBigUInt64LE(BigInt(padded.length));
  return Buffer.concat([length, Buffer.from(padded)]);
}

async function writeTensor(file: SparseFile, { shape, fill, rows }: NamedTensor, values: EndlessValues): Promise<void> {
  const [height = 1, ...rest] = shape;
  const { from, to } = rows ?? { from: 0, to: height };
  const width = elements(rest);
  await writeValues(file, "zeros", from * width, values);
  await writeValues(file, fill, (to - from) * width, values);
  await writeValues(file, "zeros", (height - to) * width, values);
}

async function writeValues(file: SparseFile, fill: Fill, count: number, values: EndlessValues): Promise<void> {
  if (fill === "zeros") return file.skip(4 * count);
  if (fill !== "random") return file.write(bytesOf(constant(fill, count)));
  for (const part of values.take(count)) await file.write(bytesOf(part));
}

function constant(fill: Exclude<Fill, "random" | "zeros">, count: number): Float32Array {
  switch (fill) {
    case "ones":
      return new Float32Array(count).fill(1);
    case "wordBias":
      return new Float32Array(count).fill(NEVER, 0, firstWordId).fill(NEVER, blipIds(count)["[DEC]"]);
  }
}

/** One block of random values, gone through over and over: making hundreds of millions anew would take a minute. */
class EndlessValues {
  readonly #block: Float32Array;
  #next = 0;

  constructor() {
    const random = new Xorshift(1);
    // Evenly spread over ± √3 σ has the standard deviation σ.
    const width = 2 * Math.sqrt(3) * STANDARD_DEVIATION;
    this.#block = Float32Array.from({ length: BLOCK_FLOATS }, () => (random.fraction() - 0.5) * width);
  }

  *take(count: number): Generator<Float32Array> {
    for (let left = count; left > 0;) {
      const part = this.#block.subarray(this.#next, this.#next + left);
      this.#next = (this.#next + part.length) % BLOCK_FLOATS;
      left -= part.length;
      yield part;
    }
  }
}

function bytesOf({ buffer, byteOffset, byteLength }: Float32Array): Uint8Array {
  return new Uint8Array(buffer, byteOffset, byteLength);
}
