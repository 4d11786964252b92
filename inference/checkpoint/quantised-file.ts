import { randomUUID } from "node:crypto";
import { closeSync, fsyncSync, openSync, renameSync, rmSync, writeSync } from "node:fs";
import { crc32 } from "node:zlib";
import { CheckpointError } from "./checkpoint-error.ts";
import { quantiseRows } from "./quantise.ts";
import { CHECKSUM_AT, CHECKSUM_DIGITS, type QuantisationPlan, type QuantisedLayout } from "./quantised-layout.ts";
import { decodeFloats, floatDtype } from "./read-tensor.ts";
import { itemSize, type TensorRef } from "./tensor-ref.ts";
import { type WeightFile, withWeightFile } from "./weight-file.ts";

/** Bytes of a checkpoint that are in memory at once, before they are widened to float32. */
const CHUNK_BYTES = 2 ** 23;

/**
 * Quantises a checkpoint into `path`, chunk by chunk: memory is bounded by some chunks and the scales of one group. The
 * file appears whole or not at all, so of several that write the same one, whoever comes last replaces its equal.
 * Throws a CheckpointError that names the tensor that has no finite numbers.
 */
export function writeQuantised(path: string, plan: QuantisationPlan, layout: QuantisedLayout): void {
  const temporary = `${path}.${randomUUID()}.tmp`;
  const file = new ChecksummedFile(temporary);
  try {
    file.begin(layout.header);
    for (const group of plan.groups) {
      const scales = group.flatMap((matrix) => writeBlocks(file, matrix, plan));
      for (const { buffer } of scales) file.write(new Uint8Array(buffer));
    }
    for (const tensor of plan.copies) for (const bytes of chunks(tensor, CHUNK_BYTES)) file.write(bytes);
    file.finish();
    renameSync(temporary, path);
  } finally {
    file.close();
    rmSync(temporary, { force: true });
  }
}

/** Whether a file holds, to the byte, what was written with this layout. */
export function isWhole(path: string, { header, size }: QuantisedLayout): boolean {
  try {
    return withWeightFile(path, (file) => {
      if (file.size !== size) return false;
      const found = Buffer.from(file.read(0, header.length));
      const checksum = found.toString("latin1", CHECKSUM_AT, CHECKSUM_AT + CHECKSUM_DIGITS);
      found.fill("0", CHECKSUM_AT, CHECKSUM_AT + CHECKSUM_DIGITS);
      return found.equals(header) && checksum === checksumOf(file, header.length);
    });
  } catch (error) {
    if (error instanceof CheckpointError) return false;
    throw error;
  }
}

function checksumOf(file: WeightFile, start: number): string {
  let checksum = 0;
  for (let at = start; at < file.size; at += CHUNK_BYTES) {
    checksum = crc32(file.read(at, Math.min(CHUNK_BYTES, file.size - at)), checksum);
  }
  return digits(checksum);
}

function digits(checksum: number): string {
  return checksum.toString(16).padStart(CHECKSUM_DIGITS, "0");
}

/** Returns the scales, which come behind. */
function writeBlocks(
  file: ChecksummedFile,
  matrix: TensorRef,
  { formatOf }: QuantisationPlan,
): Float32Array<ArrayBuffer>[] {
  const columns = matrix.shape[1]!;
  const rowBytes = columns * itemSize[matrix.dtype];
  const scales: Float32Array<ArrayBuffer>[] = [];
  for (const bytes of chunks(matrix, Math.max(1, Math.floor(CHUNK_BYTES / rowBytes)) * rowBytes)) {
    const rows = decodeFloats(floatDtype(matrix), bytes);
    const quantised = finite(matrix, () => quantiseRows(rows, columns, formatOf(matrix)));
    file.write(quantised.blocks);
    scales.push(quantised.scales);
  }
  return scales;
}

function finite<T>({ name, file }: TensorRef, quantise: () => T): T {
  try {
    return quantise();
  } catch (cause) {
    if (!(cause instanceof RangeError)) throw cause;
    throw new CheckpointError(file, `can't be quantised: ${cause.message}`, { tensor: name, cause });
  }
}

function* chunks({ file, offset, length }: TensorRef, bytes: number): Generator<Uint8Array> {
  for (let at = 0; at < length; at += bytes) {
    yield withWeightFile(file, (open) => open.read(offset + at, Math.min(bytes, length - at)));
  }
}

/** A new file whose header, written first, gets the checksum of all that follows it. */
class ChecksummedFile {
  readonly #descriptor: number;
  #checksum = 0;

  constructor(path: string) {
    this.#descriptor = openSync(path, "wx", 0o644);
  }

  begin(header: Uint8Array): void {
    this.#writeAll(header);
  }

  write(bytes: Uint8Array): void {
    this.#checksum = crc32(bytes, this.#checksum);
    this.#writeAll(bytes);
  }

  /** The data must be on disk before the name is. */
  finish(): void {
    writeSync(this.#descriptor, digits(this.#checksum), CHECKSUM_AT, "latin1");
    fsyncSync(this.#descriptor);
  }

  close(): void {
    closeSync(this.#descriptor);
  }

  #writeAll(bytes: Uint8Array): void {
    for (let done = 0; done < bytes.length;) done += writeSync(this.#descriptor, bytes, done);
  }
}
