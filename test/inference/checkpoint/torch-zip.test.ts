import { readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { readTorchZip } from "../../../inference/checkpoint/torch-zip.ts";
import { fileWith } from "./folder.ts";
import { refusal } from "./refusal.ts";
import { integer, pickle, stateDict, tensor, TWO_FLOATS, torchEntries, torchZip } from "./torch-writer.ts";
import { type EndToWrite, type EntryToWrite, zip, zip64Extra } from "./zip-writer.ts";

const W = stateDict({ w: tensor() });

/** A correct file with its data.pkl entry changed. */
function withPickleEntry(changes: Partial<EntryToWrite>, end?: EndToWrite): Buffer {
  const [first, ...rest] = torchEntries(W);
  return zip([{ ...first!, ...changes }, ...rest], end);
}

function withEnd(end: EndToWrite): Buffer {
  return zip(torchEntries(W), end);
}

function read(content: Uint8Array | string) {
  return readTorchZip(fileWith("pytorch_model.bin", content));
}

describe("a pytorch_model.bin", () => {
  it("yields each tensor as a place in the file", () => {
    const path = fileWith("pytorch_model.bin", torchZip(W));
    const [tensor] = readTorchZip(path);
    expect(tensor).toMatchObject({ name: "w", dtype: "F32", shape: [2], file: path, length: 8 });
    const { offset, length } = tensor!;
    expect(readFileSync(path).subarray(offset, offset + length)).toEqual(Buffer.from(TWO_FLOATS));
  });

  it("may have padding in its local headers, as torch aligns storages", () => {
    const [first, order, data, ...rest] = torchEntries(W);
    const padded = zip([first!, order!, { ...data!, localExtra: Buffer.from("FB\x04\0ZZZZ") }, ...rest]);
    const path = fileWith("pytorch_model.bin", padded);
    expect(readFileSync(path).subarray(readTorchZip(path)[0]!.offset).readFloatLE(4)).toBe(2);
  });

  it.each<[string, Buffer]>([
    ["a comment", withEnd({ comment: "hello" })],
    ["a zip64 end record", withEnd({ zip64: {} })],
    [
      "a zip64 end record that alone knows the directory",
      withEnd({ zip64: {}, numEntries: 0xffff, directorySize: 0xffffffff, directoryOffset: 0xffffffff }),
    ],
    [
      "zip64 sizes and offsets of an entry",
      withPickleEntry({
        size: 0xffffffff,
        compressedSize: 0xffffffff,
        headerOffset: 0xffffffff,
        extra: Buffer.concat([Buffer.from("xx\x01\0y"), zip64Extra(BigInt(W.length), BigInt(W.length), 0n)]),
      }),
    ],
    ["no byteorder, as before torch 2.0", zip(torchEntries(W).filter(({ name }) => !name.endsWith("byteorder")))],
  ])("may have %s", (_, content) => {
    expect(read(content)).toMatchObject([{ name: "w" }]);
  });

  it("may hold no tensors", () => {
    expect(read(torchZip(stateDict({})))).toEqual([]);
  });
});

const pickleEntry = /pytorch_model\.bin: zip entry "archive\/data\.pkl" /;
const [pkl, order, storage] = torchEntries(W) as [EntryToWrite, EntryToWrite, EntryToWrite];

/** One way to be wrong a line: what it is, the file, what the message says. */
const wrong: readonly (readonly [string, Uint8Array | string, ...RegExp[]])[] = [
  ["an empty file", "", /is not a zip/],
  ["a pickle of torch before 1.6", pickle(integer(1)), /pickle of torch\.save before 1\.6, not a zip/],
  ["another kind of file", "hello world", /is not a zip: it begins with 68656c6c/],
  ["a Git LFS pointer", "version https://git-lfs.github.com/spec/v1\n", /Git LFS pointer/],
  ["a file cut short", torchZip(W).subarray(0, -1), /has no zip directory at its end; is it cut short/],
  ["only the head of a zip", "PK\x03\x04", /ends after 4 bytes|has no zip directory/],
  ["bytes after the end", Buffer.concat([torchZip(W), Buffer.from("x")]), /has no zip directory at its end/],
  ["bytes between directory and end", withEnd({ gap: Buffer.alloc(4) }), /zip directory spans bytes .* should end at/],
  ["a directory beyond the file", withEnd({ directoryOffset: 0x7fffffff }), /zip directory spans bytes 2147483647/],
  ["a directory that is too long", withEnd({ directorySize: 0x7fffffff }), /zip directory spans bytes/],
  [
    "a directory of another place",
    withEnd({ directoryOffset: 0, directorySize: 0 }),
    /zip directory spans bytes 0 to 0/,
  ],
  ["several disks", withEnd({ disk: 1 }), /one part of a zip of several/],
  ["more entries than fit", withEnd({ numEntries: 60_000 }), /claims 60000 zip entries; at most 5 can be/],
  [
    "absurdly many entries",
    withEnd({ numEntries: 0xffff, zip64: { numEntries: 2 ** 50 } }),
    /claims 1125899906842624 zip/,
  ],
  ["fewer entries than listed", withEnd({ numEntries: 3 }), /zip directory takes \d+ of its \d+ bytes/],
  ["two end records that disagree", withEnd({ zip64: { numEntries: 3 } }), /zip and zip64 end records disagree/],
  ["a zip64 record elsewhere", withEnd({ zip64: { recordOffset: 8n } }), /right before its locator, not at 8/],
  ["a zip64 record that is none", withEnd({ zip64: { signature: 7 } }), /zip64 end record is missing/],
  [
    "a zip64 size beyond 2^53",
    withEnd({ directoryOffset: 0xffffffff, zip64: { directoryOffset: 2n ** 63n } }),
    /no file/,
  ],
  ["an entry that is none", withPickleEntry({ signature: 7 }), /zip directory holds something that is not an entry/],
  ["a compressed entry", withPickleEntry({ method: 8 }), pickleEntry, /is compressed \(method 8\)/],
  ["an encrypted entry", withPickleEntry({ flags: 1 }), pickleEntry, /is encrypted/],
  ["a strongly encrypted entry", withPickleEntry({ flags: 0x40 }), pickleEntry, /is encrypted/],
  ["sizes that differ", withPickleEntry({ compressedSize: 9 }), pickleEntry, /stored, yet its sizes differ: 9 and \d+/],
  ["an entry in another file", withPickleEntry({ disk: 2 }), pickleEntry, /another part of a zip of several/],
  [
    "a zip64 size without its field",
    withPickleEntry({ size: 0xffffffff }),
    pickleEntry,
    /has a zip64 size, but no zip64/,
  ],
  [
    "a zip64 field cut short",
    withPickleEntry({ size: 0xffffffff, extra: zip64Extra() }),
    pickleEntry,
    /extra field ends/,
  ],
  [
    "an extra field cut short",
    withPickleEntry({ size: 0xffffffff, extra: Buffer.of(1) }),
    pickleEntry,
    /extra field ends/,
  ],
  [
    "a header beyond the file",
    withPickleEntry({ headerOffset: 0x7fffffff }),
    pickleEntry,
    /byte 2147483647, beyond the data/,
  ],
  [
    "data beyond the directory",
    withPickleEntry({ size: 9e5, compressedSize: 9e5 }),
    pickleEntry,
    /spans bytes.*beyond the data/,
  ],
  [
    "an entry without a header",
    zip([pkl, { ...order, localSignature: 7 }]),
    /byteorder" has no header where the directory says/,
  ],
  [
    "a header of another name",
    withPickleEntry({ localName: "archive/data.pk2" }),
    pickleEntry,
    /contradicts the directory/,
  ],
  ["a header of another method", withPickleEntry({ localMethod: 8 }), pickleEntry, /contradicts the directory/],
  ["an entry listed twice", zip([pkl, order, storage, storage]), /zip entry "archive\/data\/0" is listed twice/],
  [
    "entries in one place",
    zip([pkl, order, storage, { ...storage, name: "archive/data/1", headerOffset: 0 }]),
    /begins at byte 0, inside another entry/,
  ],
  [
    "entries that overlap",
    withPickleEntry({ size: W.length + 1, compressedSize: W.length + 1 }),
    /zip entry "archive\/byteorder" begins at byte \d+, inside another entry/,
  ],
  ["a name that is not UTF-8", badName(), /zip directory holds a string that is not UTF-8/],
  ["no state dict", zip([order, storage]), /holds 0 state dicts/],
  ["two state dicts", zip([pkl, { ...pkl, name: "other/data.pkl" }]), /holds 2 state dicts/],
  ["big-endian storages", zip([pkl, { ...order, data: Buffer.from("big") }, storage]), /has byteorder "big"/],
  ["a state dict of 33 MiB", torchZip(Buffer.alloc(33 * 2 ** 20)), /data\.pkl has 34603008 bytes; at most 33554432/],
];

/** The listing's name, not the local header's, with a byte that UTF-8 never has. */
function badName(): Buffer {
  const bytes = torchZip(W);
  bytes[bytes.lastIndexOf("archive/version")] = 0xff;
  return bytes;
}

describe("a hostile zip", () => {
  for (const [what, content, ...messages] of wrong) {
    it(`is refused for ${what}`, () => {
      const path = fileWith("pytorch_model.bin", content);
      const message = refusal(() => readTorchZip(path));
      for (const part of [path, ...messages]) expect(message).toMatch(part);
    });
  }
});
