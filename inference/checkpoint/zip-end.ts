import { ByteCursor } from "./byte-cursor.ts";
import { CheckpointError } from "./checkpoint-error.ts";
import type { WeightFile } from "./weight-file.ts";

/** Where the central directory of a zip lies. */
export interface DirectoryPlace {
  readonly numEntries: number;
  /** Bytes from the start of the file. */
  readonly offset: number;
  /** Bytes. */
  readonly size: number;
}

const END_SIGNATURE = 0x06054b50;
const END_BYTES = 22;
const MAX_COMMENT_BYTES = 0xffff;
const ZIP64_LOCATOR_SIGNATURE = 0x07064b50;
const ZIP64_LOCATOR_BYTES = 20;
const ZIP64_END_SIGNATURE = 0x06064b50;
const ZIP64_END_BYTES = 56;

/**
 * Finds the central directory from the records at the end of the file, zip64's where it has them.
 * The directory must end exactly where the end records begin, so nothing can be hidden between.
 * Source: PKWARE APPNOTE 6.3.10, §4.3.14 to §4.3.16.
 */
export function findDirectory(file: WeightFile): DirectoryPlace {
  const endOffset = findEnd(file);
  const end = readEnd(file, endOffset);
  const zip64 = readZip64End(file, endOffset);
  const place = zip64 ?? end;
  if (zip64) assertAgree(file, end, zip64);
  const recordsStart = zip64?.recordOffset ?? endOffset;
  if (place.offset + place.size === recordsStart) return place;
  const span = `${place.offset} to ${place.offset + place.size}`;
  throw new CheckpointError(file.path, `the zip directory spans bytes ${span}, but should end at ${recordsStart}`);
}

/** The last place where the end record's signature stands and its comment reaches exactly to the end of the file. */
function findEnd(file: WeightFile): number {
  const tailOffset = Math.max(0, file.size - END_BYTES - MAX_COMMENT_BYTES);
  const tail = file.read(tailOffset, file.size - tailOffset);
  const view = new DataView(tail.buffer);
  for (let i = tail.length - END_BYTES; i >= 0; i--) {
    const isEnd = view.getUint32(i, true) === END_SIGNATURE;
    if (isEnd && i + END_BYTES + view.getUint16(i + 20, true) === tail.length) return tailOffset + i;
  }
  throw new CheckpointError(file.path, "has no zip directory at its end; is it cut short?");
}

function readEnd(file: WeightFile, offset: number): DirectoryPlace {
  const cursor = cursorAt(file, { offset, length: END_BYTES });
  cursor.take(4);
  const disks = [cursor.u16(), cursor.u16()];
  const counts = [cursor.u16(), cursor.u16()];
  assertOneDisk(file, disks, counts);
  return { numEntries: counts[0]!, size: cursor.u32(), offset: cursor.u32() };
}

function readZip64End(file: WeightFile, endOffset: number): (DirectoryPlace & { recordOffset: number }) | undefined {
  const locatorOffset = endOffset - ZIP64_LOCATOR_BYTES;
  if (locatorOffset < 0) return undefined;
  const locator = cursorAt(file, { offset: locatorOffset, length: ZIP64_LOCATOR_BYTES });
  if (locator.u32() !== ZIP64_LOCATOR_SIGNATURE) return undefined;
  locator.take(4);
  const recordOffset = locator.u64();
  if (recordOffset !== locatorOffset - ZIP64_END_BYTES) {
    throw new CheckpointError(
      file.path,
      `the zip64 end record should stand right before its locator, not at ${recordOffset}`,
    );
  }
  return { recordOffset, ...readZip64Record(file, recordOffset) };
}

function readZip64Record(file: WeightFile, offset: number): DirectoryPlace {
  const cursor = cursorAt(file, { offset, length: ZIP64_END_BYTES });
  if (cursor.u32() !== ZIP64_END_SIGNATURE) throw new CheckpointError(file.path, "the zip64 end record is missing");
  cursor.take(12);
  const disks = [cursor.u32(), cursor.u32()];
  const counts = [cursor.u64(), cursor.u64()];
  assertOneDisk(file, disks, counts);
  return { numEntries: counts[0]!, size: cursor.u64(), offset: cursor.u64() };
}

function assertOneDisk(file: WeightFile, disks: readonly number[], counts: readonly number[]): void {
  if (disks.every((disk) => disk === 0) && counts[0] === counts[1]) return;
  throw new CheckpointError(file.path, "is one part of a zip of several");
}

/** The old record must say the same as the zip64 one, or all ones. Two truths would let two readers see two files. */
function assertAgree(file: WeightFile, end: DirectoryPlace, zip64: DirectoryPlace): void {
  const agree = (old: number, value: number, ones: number) => old === value || old === ones;
  if (
    agree(end.numEntries, zip64.numEntries, 0xffff) &&
    agree(end.size, zip64.size, 0xffffffff) &&
    agree(end.offset, zip64.offset, 0xffffffff)
  ) {
    return;
  }
  throw new CheckpointError(file.path, "the zip and zip64 end records disagree about the directory");
}

function cursorAt(file: WeightFile, { offset, length }: { offset: number; length: number }): ByteCursor {
  return new ByteCursor(file.read(offset, length), (problem) => new CheckpointError(file.path, problem));
}
