/** An entry to write; all that is not given is what a correct zip of stored entries would have. */
export interface EntryToWrite {
  readonly name: string;
  readonly data: Uint8Array;
  readonly flags?: number;
  readonly method?: number;
  /** The method that the local header claims. */
  readonly localMethod?: number;
  readonly localName?: string;
  readonly localExtra?: Uint8Array;
  readonly localSignature?: number;
  readonly signature?: number;
  readonly size?: number;
  readonly compressedSize?: number;
  readonly headerOffset?: number;
  readonly extra?: Uint8Array;
  readonly disk?: number;
}

export interface EndToWrite {
  readonly zip64?: Zip64ToWrite;
  readonly disk?: number;
  readonly numEntries?: number;
  readonly directorySize?: number;
  readonly directoryOffset?: number;
  readonly comment?: string;
  /** Bytes between the directory and the end records. */
  readonly gap?: Uint8Array;
}

export interface Zip64ToWrite {
  readonly signature?: number;
  readonly recordOffset?: bigint;
  readonly numEntries?: number;
  readonly directoryOffset?: bigint;
}

export function zip(entries: readonly EntryToWrite[], end: EndToWrite = {}): Buffer {
  const parts: Buffer[] = [];
  const listings: Buffer[] = [];
  let offset = 0;
  for (const entry of entries) {
    const local = Buffer.concat([localHeader(entry), entry.data]);
    listings.push(listing(entry, offset));
    parts.push(local);
    offset += local.length;
  }
  const directory = Buffer.concat(listings);
  return Buffer.concat([
    ...parts,
    directory,
    end.gap ?? Buffer.of(),
    endRecords(entries.length, { directory, offset }, end),
  ]);
}

function localHeader({ localExtra = Buffer.of(), ...entry }: EntryToWrite): Buffer {
  const name = Buffer.from(entry.localName ?? entry.name);
  const { length } = entry.data;
  const method = entry.localMethod ?? entry.method ?? 0;
  return Buffer.concat([
    u32(entry.localSignature ?? 0x04034b50),
    ...[0, entry.flags ?? 0, method, 0, 0].map(u16),
    ...[0, length, length].map(u32),
    ...[name.length, localExtra.length].map(u16),
    name,
    localExtra,
  ]);
}

function listing({ extra = Buffer.of(), ...entry }: EntryToWrite, offset: number): Buffer {
  const name = Buffer.from(entry.name);
  const sizes = [entry.compressedSize ?? entry.data.length, entry.size ?? entry.data.length];
  return Buffer.concat([
    u32(entry.signature ?? 0x02014b50),
    ...[0, 0, entry.flags ?? 0, entry.method ?? 0, 0, 0].map(u16),
    ...[0, ...sizes].map(u32),
    ...[name.length, extra.length, 0, entry.disk ?? 0, 0].map(u16),
    ...[0, entry.headerOffset ?? offset].map(u32),
    name,
    extra,
  ]);
}

function endRecords(numEntries: number, { directory, offset }: { directory: Buffer; offset: number }, end: EndToWrite) {
  const comment = Buffer.from(end.comment ?? "");
  const recordOffset = offset + directory.length + (end.gap?.length ?? 0);
  const zip64 = end.zip64 ? zip64Records(numEntries, { directory, offset, recordOffset }, end.zip64) : Buffer.of();
  const count = end.numEntries ?? numEntries;
  return Buffer.concat([
    zip64,
    u32(0x06054b50),
    ...[end.disk ?? 0, end.disk ?? 0, count, count].map(u16),
    ...[end.directorySize ?? directory.length, end.directoryOffset ?? offset].map(u32),
    u16(comment.length),
    comment,
  ]);
}

function zip64Records(
  numEntries: number,
  { directory, offset, recordOffset }: { directory: Buffer; offset: number; recordOffset: number },
  zip64: Zip64ToWrite,
): Buffer {
  const count = BigInt(zip64.numEntries ?? numEntries);
  return Buffer.concat([
    u32(zip64.signature ?? 0x06064b50),
    u64(44n),
    ...[45, 45].map(u16),
    ...[0, 0].map(u32),
    ...[count, count, BigInt(directory.length), zip64.directoryOffset ?? BigInt(offset)].map(u64),
    ...[0x07064b50, 0].map(u32),
    u64(zip64.recordOffset ?? BigInt(recordOffset)),
    u32(1),
  ]);
}

/** The extra field that holds sizes of 4 GiB and above. */
export function zip64Extra(...values: readonly bigint[]): Buffer {
  return Buffer.concat([u16(1), u16(8 * values.length), ...values.map(u64)]);
}

export function u16(value: number): Buffer {
  const bytes = Buffer.alloc(2);
  bytes.writeUInt16LE(value);
  return bytes;
}

export function u32(value: number): Buffer {
  const bytes = Buffer.alloc(4);
  bytes.writeUInt32LE(value);
  return bytes;
}

export function u64(value: bigint): Buffer {
  const bytes = Buffer.alloc(8);
  bytes.writeBigUInt64LE(value);
  return bytes;
}
