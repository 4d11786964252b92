import { ByteCursor } from "./byte-cursor.ts";
import { CheckpointError, quote } from "./checkpoint-error.ts";
import type { WeightFile } from "./weight-file.ts";
import { type DirectoryPlace, findDirectory } from "./zip-end.ts";

/** A stored entry: its bytes lie in the file as they are. */
export interface ZipEntry {
  readonly name: string;
  /** Of the entry's data: bytes from the start of the file. */
  readonly offset: number;
  /** Bytes. */
  readonly size: number;
}

/** What the directory says of an entry, before its local header is read. */
interface Listing {
  readonly name: string;
  readonly flags: number;
  readonly method: number;
  readonly compressedSize: number;
  readonly size: number;
  readonly headerOffset: number;
}

/** Above any checkpoint: a 70-billion-parameter model has under a thousand tensors. */
const MAX_ENTRIES = 100_000;
const MAX_DIRECTORY_BYTES = 64 * 2 ** 20;
const LISTING_SIGNATURE = 0x02014b50;
const LISTING_BYTES = 46;
const LOCAL_SIGNATURE = 0x04034b50;
const LOCAL_BYTES = 30;
/** Encrypted, strongly encrypted, with masked headers. */
const ENCRYPTION_FLAGS = 0x2041;

/**
 * The entries of a zip whose entries are all stored, by name. The file is taken for hostile: compressed, encrypted,
 * repeated, overlapping or out-of-range entries are a CheckpointError that names file and entry.
 * Source: PKWARE APPNOTE 6.3.10, §4.3.7 and §4.3.12.
 */
export function readZipDirectory(file: WeightFile): ReadonlyMap<string, ZipEntry> {
  const place = findDirectory(file);
  const entries = new Map<string, ZipEntry>();
  let free = 0;
  for (const listing of readListings(file, place).sort((a, b) => a.headerOffset - b.headerOffset)) {
    const fail = entryError(file, listing.name);
    if (entries.has(listing.name)) throw fail("is listed twice");
    if (listing.headerOffset < free) throw fail(`begins at byte ${listing.headerOffset}, inside another entry`);
    const entry = locate(file, listing, place.offset);
    free = entry.offset + entry.size;
    entries.set(entry.name, entry);
  }
  return entries;
}

function readListings(file: WeightFile, place: DirectoryPlace): Listing[] {
  const { numEntries, offset, size } = place;
  const most = Math.min(MAX_ENTRIES, Math.floor(size / LISTING_BYTES));
  if (numEntries > most)
    throw new CheckpointError(file.path, `claims ${numEntries} zip entries; at most ${most} can be`);
  if (size > MAX_DIRECTORY_BYTES) throw new CheckpointError(file.path, `has a zip directory of ${size} bytes`);
  const fail = (problem: string) => new CheckpointError(file.path, `the zip directory ${problem}`);
  const cursor = new ByteCursor(file.read(offset, size), fail);
  const listings = Array.from({ length: numEntries }, () => readListing(cursor, fail, file));
  if (cursor.position !== size) throw fail(`takes ${cursor.position} of its ${size} bytes`);
  return listings;
}

function readListing(cursor: ByteCursor, fail: (problem: string) => CheckpointError, file: WeightFile): Listing {
  if (cursor.u32() !== LISTING_SIGNATURE) throw fail("holds something that is not an entry");
  cursor.take(4);
  const [flags, method] = [cursor.u16(), cursor.u16()];
  cursor.take(8);
  const short = { compressedSize: cursor.u32(), size: cursor.u32() };
  const [nameLength, extraLength, commentLength, disk] = [cursor.u16(), cursor.u16(), cursor.u16(), cursor.u16()];
  cursor.take(6);
  const headerOffset = cursor.u32();
  const name = cursor.utf8(nameLength);
  if (disk !== 0) throw entryError(file, name)("lies in another part of a zip of several");
  const extra = cursor.take(extraLength);
  cursor.take(commentLength);
  return { name, flags, method, ...widen({ ...short, headerOffset }, extra, entryError(file, name)) };
}

type Sizes = Pick<Listing, "compressedSize" | "size" | "headerOffset">;

const ZIP64_EXTRA = 0x0001;

/** Sizes of all ones stand in the zip64 extra field instead, in this order and only where they are all ones. §4.5.3. */
function widen(sizes: Sizes, extra: Uint8Array, fail: (problem: string) => CheckpointError): Sizes {
  const zip64 = zip64Extra(extra, fail);
  const wide = (value: number) => {
    if (value !== 0xffffffff) return value;
    if (!zip64) throw fail("has a zip64 size, but no zip64 field");
    return zip64.u64();
  };
  const [size, compressedSize, headerOffset] = [wide(sizes.size), wide(sizes.compressedSize), wide(sizes.headerOffset)];
  return { size, compressedSize, headerOffset };
}

function zip64Extra(extra: Uint8Array, fail: (problem: string) => CheckpointError): ByteCursor | undefined {
  const failInField = (problem: string) => fail(`the extra field ${problem}`);
  const fields = new ByteCursor(extra, failInField);
  while (fields.position < extra.length) {
    const id = fields.u16();
    const field = fields.take(fields.u16());
    if (id === ZIP64_EXTRA) return new ByteCursor(field, failInField);
  }
  return undefined;
}

/** Where the data begin: after the local header, whose name and extra field have lengths of their own. */
function locate(file: WeightFile, listing: Listing, directoryOffset: number): ZipEntry {
  const { name, size, headerOffset } = listing;
  const fail = entryError(file, name);
  assertStored(listing, fail);
  const headerEnd = headerOffset + LOCAL_BYTES;
  if (headerEnd > directoryOffset) throw fail(`begins at byte ${headerOffset}, beyond the data`);
  const header = readLocalHeader(new ByteCursor(file.read(headerOffset, LOCAL_BYTES), fail), fail);
  const offset = headerEnd + header.nameLength + header.extraLength;
  if (offset + size > directoryOffset) throw fail(`spans bytes ${offset} to ${offset + size}, beyond the data`);
  const localName = new TextDecoder().decode(file.read(headerEnd, header.nameLength));
  const contradicts = localName !== name || header.method !== 0 || (header.flags & ENCRYPTION_FLAGS) !== 0;
  if (contradicts) throw fail("has a header that contradicts the directory");
  return { name, size, offset };
}

function readLocalHeader(header: ByteCursor, fail: (problem: string) => CheckpointError) {
  if (header.u32() !== LOCAL_SIGNATURE) throw fail("has no header where the directory says");
  header.take(2);
  const [flags, method] = [header.u16(), header.u16()];
  header.take(16);
  return { flags, method, nameLength: header.u16(), extraLength: header.u16() };
}

function assertStored(
  { flags, method, size, compressedSize }: Listing,
  fail: (problem: string) => CheckpointError,
): void {
  if (flags & ENCRYPTION_FLAGS) throw fail("is encrypted");
  if (method !== 0) throw fail(`is compressed (method ${method}); torch.save stores its entries as they are`);
  if (size !== compressedSize) throw fail(`is stored, yet its sizes differ: ${compressedSize} and ${size} bytes`);
}

function entryError(file: WeightFile, name: string): (problem: string) => CheckpointError {
  return (problem) => new CheckpointError(file.path, `zip entry ${quote(name)} ${problem}`);
}
