import { createHash } from "node:crypto";
import { numbersBetween, storedBytes, type StoredTensor } from "./numbers.ts";

/** A part of a file: bytes that are there, or a tensor's, which are made where they are read. */
export type Segment = Uint8Array | StoredTensor;

interface Placed {
  readonly segment: Segment;
  readonly start: number;
  readonly end: number;
}

/** A file of any size that is nowhere stored. It can be read from any place on. */
export class GeneratedFile {
  readonly bytes: number;
  readonly #placed: readonly Placed[];
  #sha256: string | undefined;

  constructor(segments: readonly Segment[]) {
    let end = 0;
    this.#placed = segments.map((segment) => ({ segment, start: end, end: (end += lengthOf(segment)) }));
    this.bytes = end;
  }

  static of(text: string): GeneratedFile {
    return new GeneratedFile([Buffer.from(text)]);
  }

  /** Its bytes from a place on, in pieces of at most some megabytes; they must not be written to. */
  *read(from = 0): Generator<Uint8Array> {
    for (const { segment, start, end } of this.#placed) {
      if (end <= from) continue;
      const skipped = Math.max(0, from - start);
      if (isTensor(segment)) yield* numbersBetween(segment, skipped, end - start);
      else yield segment.subarray(skipped);
    }
  }

  /** What is no tensor's, by its place: headers and directories, all that a reader needs to know where its tensors lie. */
  literals(): readonly { readonly start: number; readonly bytes: Uint8Array }[] {
    return this.#placed.flatMap(({ segment, start }) => (isTensor(segment) ? [] : [{ start, bytes: segment }]));
  }

  /** Of all its bytes, which are made once for it: some seconds a gigabyte. */
  get sha256(): string {
    return (this.#sha256 ??= this.#hash());
  }

  #hash(): string {
    const hash = createHash("sha256");
    for (const part of this.read()) hash.update(part);
    return hash.digest("hex");
  }
}

function isTensor(segment: Segment): segment is StoredTensor {
  return !(segment instanceof Uint8Array);
}

function lengthOf(segment: Segment): number {
  return isTensor(segment) ? storedBytes(segment) : segment.length;
}
