import { execFileSync } from "node:child_process";
import { mkdirSync, rmSync, symlinkSync, truncateSync } from "node:fs";
import { dirname, join } from "node:path";
import { describe, expect, it } from "vitest";
import { readSafetensors } from "../../../inference/checkpoint/safetensors.ts";
import { itemSize } from "../../../inference/checkpoint/tensor-ref.ts";
import { fileWith, folderWith } from "./folder.ts";
import { refusal } from "./refusal.ts";
import { float32, headerLength, safetensors, withHeader } from "./safetensors-writer.ts";

const FLOATS = new Uint8Array(8);

/** A header with one tensor "w" of two floats, changed. */
function oneTensor(changes: Record<string, unknown>): Record<string, unknown> {
  return { w: { dtype: "F32", shape: [2], data_offsets: [0, 8], ...changes } };
}

function pair(a: readonly [number, number], b: readonly [number, number]): Record<string, unknown> {
  const tensor = ([begin, end]: readonly [number, number]) => ({
    dtype: "U8",
    shape: [end - begin],
    data_offsets: [begin, end],
  });
  return { a: tensor(a), b: tensor(b) };
}

describe("a .safetensors file", () => {
  it("yields each tensor as a place in the file", () => {
    const bytes = safetensors({ "a.weight": float32(1, 2), b: float32(3) }, { format: "pt" });
    const path = fileWith("model.safetensors", bytes);
    const dataStart = bytes.length - 12;
    expect(readSafetensors(path)).toEqual([
      { name: "a.weight", dtype: "F32", shape: [2], file: path, offset: dataStart, length: 8 },
      { name: "b", dtype: "F32", shape: [1], file: path, offset: dataStart + 8, length: 4 },
    ]);
  });

  it("may hold every known dtype, scalars and empty tensors", () => {
    const tensors = Object.entries(itemSize).map(
      ([dtype, size]) => [dtype, { dtype, shape: [], data: Buffer.alloc(size) }] as const,
    );
    const empty = { dtype: "F32", shape: [0, 3], data: new Uint8Array(0) };
    const path = fileWith("model.safetensors", safetensors({ ...Object.fromEntries(tensors), empty }));
    expect(readSafetensors(path).map(({ name, length }) => [name, length])).toEqual([
      ...Object.entries(itemSize),
      ["empty", 0],
    ]);
  });

  it("may list its tensors in any order, and pad its header with spaces", () => {
    const header = `{"b":{"dtype":"U8","shape":[3],"data_offsets":[2,5]},"a":{"dtype":"U8","shape":[2],"data_offsets":[0,2]}}   `;
    const [b, a] = readSafetensors(fileWith("model.safetensors", withHeader(header, new Uint8Array(5))));
    expect(b!.offset - a!.offset).toBe(2);
  });

  it("may name a tensor like a property of every object", () => {
    const header = `{"__proto__":{"dtype":"U8","shape":[2],"data_offsets":[0,2]}}`;
    const [tensor] = readSafetensors(fileWith("model.safetensors", withHeader(header, new Uint8Array(2))));
    expect(tensor).toMatchObject({ name: "__proto__", shape: [2] });
  });

  it("may be larger than 4 GiB", () => {
    const length = 5 * 2 ** 30;
    const header = { big: { dtype: "U8", shape: [length], data_offsets: [0, length] } };
    const path = fileWith("model.safetensors", withHeader(header));
    truncateSync(path, 8 + JSON.stringify(header).length + length);
    expect(readSafetensors(path)).toMatchObject([{ name: "big", length }]);
  });

  it("is followed through links to the real file", () => {
    const blob = fileWith("blob", safetensors({ w: float32(1) }));
    const link = join(dirname(blob), "model.safetensors");
    symlinkSync(blob, link);
    expect(readSafetensors(link)[0]!.file).toBe(blob);
  });
});

const w = /model\.safetensors: tensor "w": /;

/** One way to be wrong a line: what it is, the file, what the message says. */
const wrong: readonly (readonly [string, Uint8Array | string, ...RegExp[]])[] = [
  ["an empty file", "", /ends after 0 bytes where at least 8/],
  ["a file cut in the header length", Buffer.alloc(5), /ends after 5 bytes where at least 8/],
  ["a Git LFS pointer", "version https://git-lfs.github.com/spec/v1\noid sha256:0\n", /Git LFS pointer/],
  ["a header longer than the file", headerLength(100), /header claims 100 bytes; the whole file has 8/],
  ["a header longer than any header", headerLength(2n ** 63n), /claims 9223372036854775808 bytes; at most 100000000/],
  ["an empty header", withHeader(""), /header is not valid JSON/],
  ["a header that is not JSON", withHeader("{oops"), /header is not valid JSON/],
  ["a header that is not UTF-8", withHeader(Buffer.from([0x7b, 0xff, 0x7d])), /header is not valid JSON/],
  ["a header with a byte order mark", withHeader("\ufeff{}"), /header is not valid JSON/],
  ["a header that is an array", withHeader([1, 2]), /holds \[1, 2\] where a JSON object/],
  ["a header that is null", withHeader("null"), /holds null where a JSON object/],
  ["a million brackets", withHeader("[".repeat(1e6) + "]".repeat(1e6)), /where a JSON object was expected/],
  ["a tensor named twice", withHeader(`{"w":{},"w":{}}`), /names the key "w" twice/],
  ["a tensor named twice, once escaped", withHeader(`{"w":{},"\\u0077" :{}}`), /names the key "w" twice/],
  ["a dtype given twice", withHeader(`{"w":{"dtype":"U8","dtype":"F32"}}`), /names the key "dtype" twice/],
  ["metadata that is not strings", withHeader({ __metadata__: { n: 1 } }), /__metadata__ must map strings to strings/],
  ["a tensor that is not an object", withHeader({ w: 3 }), w, /expected an object with dtype.*found 3/],
  ["no dtype", withHeader(oneTensor({ dtype: undefined }), FLOATS), w, /dtype is nothing/],
  [
    "an unknown dtype",
    withHeader(oneTensor({ dtype: "F8_E4M3" }), FLOATS),
    w,
    /dtype is "F8_E4M3"; known are F64, F32/,
  ],
  ["a dtype that every object has", withHeader(oneTensor({ dtype: "toString" }), FLOATS), w, /dtype is "toString"/],
  ["a dtype that is a number", withHeader(oneTensor({ dtype: 7 }), FLOATS), w, /dtype is 7/],
  ["no shape", withHeader(oneTensor({ shape: undefined }), FLOATS), w, /shape must be .* found nothing/],
  ["a shape that is a string", withHeader(oneTensor({ shape: "2" }), FLOATS), w, /shape must be .* found "2"/],
  ["a negative size", withHeader(oneTensor({ shape: [-2] }), FLOATS), w, /found \[-2\]/],
  ["a fractional size", withHeader(oneTensor({ shape: [1.5] }), FLOATS), w, /found \[1\.5\]/],
  ["a size beyond 2^53", withHeader(oneTensor({ shape: [2 ** 60] }), FLOATS), w, /found \[1152921504606847000\]/],
  ["a size of infinity", withHeader(`{"w":{"dtype":"U8","shape":[1e999],"data_offsets":[0,0]}}`), w, /\[Infinity\]/],
  ["sizes that overflow", withHeader(oneTensor({ shape: [2 ** 40, 2 ** 40] }), FLOATS), w, /overflows/],
  ["sizes that overflow before a zero", withHeader(oneTensor({ shape: [2 ** 52, 4, 0] }), FLOATS), w, /overflows/],
  ["a thousand dimensions", withHeader(oneTensor({ shape: Array(1000).fill(1) }), FLOATS), w, /an array of 1000/],
  ["a shape of arrays", withHeader(oneTensor({ shape: [[2]] }), FLOATS), w, /found \[…\]/],
  [
    "no offsets",
    withHeader(oneTensor({ data_offsets: undefined }), FLOATS),
    w,
    /data_offsets must be .* found nothing/,
  ],
  ["three offsets", withHeader(oneTensor({ data_offsets: [0, 4, 8] }), FLOATS), w, /found \[0, 4, 8\]/],
  ["a negative offset", withHeader(oneTensor({ data_offsets: [-8, 0] }), FLOATS), w, /found \[-8, 0\]/],
  ["a fractional offset", withHeader(oneTensor({ data_offsets: [0, 8.5] }), FLOATS), w, /found \[0, 8\.5\]/],
  ["offsets as strings", withHeader(oneTensor({ data_offsets: ["0", "8"] }), FLOATS), w, /found \["0", "8"\]/],
  [
    "an end before the begin",
    withHeader(oneTensor({ data_offsets: [8, 0] }), FLOATS),
    w,
    /begin at 8, after their end at 0/,
  ],
  [
    "an end beyond the file",
    withHeader(oneTensor({ data_offsets: [0, 9] }), FLOATS),
    w,
    /end at 9, but the data has 8 bytes/,
  ],
  [
    "too few bytes for the shape",
    withHeader(oneTensor({ shape: [3] }), FLOATS),
    w,
    /F32 of shape \[3\] takes 12 bytes.*span 8/,
  ],
  ["a truncated file", safetensors({ w: float32(1, 2) }).subarray(0, -3), w, /end at 8, but the data has 5 bytes/],
  ["overlapping tensors", withHeader(pair([0, 5], [3, 8]), FLOATS), /tensor "b": begins at 3, inside tensor "a"/],
  ["two tensors in one place", withHeader(pair([0, 8], [0, 8]), FLOATS), /begins at 0, inside tensor/],
  [
    "a hole between tensors",
    withHeader(pair([0, 3], [5, 8]), FLOATS),
    /"b": begins at 5, but the bytes from 3 on are nobody's/,
  ],
  [
    "a hole before the first tensor",
    withHeader(pair([2, 3], [3, 8]), FLOATS),
    /"a": begins at 2, but the bytes from 0/,
  ],
  [
    "bytes after the last tensor",
    withHeader(pair([0, 3], [3, 7]), FLOATS),
    /tensors take 7 bytes, but the file holds 8/,
  ],
];

describe("a hostile .safetensors file", () => {
  for (const [what, content, ...messages] of wrong) {
    it(`is refused for ${what}`, () => {
      const path = fileWith("model.safetensors", content);
      const message = refusal(() => readSafetensors(path));
      for (const part of [path, ...messages]) expect(message).toMatch(part);
    });
  }

  it("is refused where there is none", () => {
    expect(() => readSafetensors(join(folderWith({}), "model.safetensors"))).toThrow(/can't be opened: ENOENT/);
  });

  it("is refused where it is a folder", () => {
    const folder = join(folderWith({}), "model.safetensors");
    mkdirSync(folder);
    expect(() => readSafetensors(folder)).toThrow(/is not a regular file/);
  });

  it.skipIf(process.platform === "win32")("is refused, not waited for, where it is a pipe", () => {
    const pipe = join(folderWith({}), "model.safetensors");
    execFileSync("mkfifo", [pipe]);
    expect(() => readSafetensors(pipe)).toThrow(/is not a regular file/);
    rmSync(pipe);
  });

  it("can't make a message endless", () => {
    const path = fileWith("model.safetensors", withHeader({ ["x".repeat(1e6)]: 3 }));
    expect(refusal(() => readSafetensors(path)).length).toBeLessThan(600);
  });
});
