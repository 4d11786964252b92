import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { readSafetensors } from "../../../inference/checkpoint/safetensors.ts";
import { readShards } from "../../../inference/checkpoint/shards.ts";
import { readTorchZip } from "../../../inference/checkpoint/torch-zip.ts";
import { folderWith } from "./folder.ts";
import { refusal } from "./refusal.ts";
import { float32, safetensors } from "./safetensors-writer.ts";
import { stateDict, tensor, torchZip } from "./torch-writer.ts";

const INDEX = "model.safetensors.index.json";
const ONE = "model-00001-of-00002.safetensors";
const TWO = "model-00002-of-00002.safetensors";
const shards = { [ONE]: safetensors({ a: float32(1) }), [TWO]: safetensors({ b: float32(2), c: float32(3) }) };

function readIndex(index: unknown, files: Readonly<Record<string, Uint8Array>> = shards) {
  const content = typeof index === "string" ? index : JSON.stringify(index);
  return readShards(join(folderWith({ ...files, [INDEX]: content }), INDEX), readSafetensors);
}

describe("shards", () => {
  it("are read as one checkpoint", () => {
    const { files, tensors } = readIndex({ metadata: { total_size: 12 }, weight_map: { c: TWO, a: ONE, b: TWO } });
    expect(tensors.map(({ name, file }) => [name, file])).toEqual([
      ["a", files[0]],
      ["b", files[1]],
      ["c", files[1]],
    ]);
  });

  it("may be torch's zips", () => {
    const index = { weight_map: { w: "pytorch_model-00001-of-00001.bin" } };
    const folder = folderWith({
      "pytorch_model-00001-of-00001.bin": torchZip(stateDict({ w: tensor() })),
      "pytorch_model.bin.index.json": JSON.stringify(index),
    });
    const { tensors } = readShards(join(folder, "pytorch_model.bin.index.json"), readTorchZip);
    expect(tensors).toMatchObject([{ name: "w", dtype: "F32", shape: [2] }]);
  });

  const all = { a: ONE, b: TWO, c: TWO };
  const outside = (shard: string) => ({ weight_map: { ...all, a: shard } });
  const escapes = /index\.json: tensor "a": lies in .*, which is not the name of a file beside the index/;
  const wrong: readonly (readonly [string, unknown, RegExp])[] = [
    ["an index that is not JSON", "{", /index\.json: is not valid JSON/],
    ["an index without a weight map", { metadata: {} }, /weight_map must map tensors to files, found nothing/],
    ["a weight map that is an array", { weight_map: [ONE] }, /weight_map must map tensors to files/],
    ["a tensor mapped twice", `{"weight_map":{"a":"${ONE}","a":"${TWO}"}}`, /names the key "a" twice/],
    ["a tensor mapped to a number", { weight_map: { a: 1 } }, /tensor "a": weight_map must name a file, found 1/],
    ["a shard that is missing", outside("gone.safetensors"), /gone\.safetensors: can't be opened: ENOENT/],
    [
      "a tensor that its shard lacks",
      { weight_map: { ...all, d: TWO } },
      /"d": should lie in "model-00002.*does not hold it/,
    ],
    ["a tensor that another shard has", { weight_map: { ...all, a: TWO } }, /tensor "a": should lie in "model-00002/],
    [
      "a tensor that no map lists",
      { weight_map: { a: ONE, b: TWO } },
      /tensor "c": is in "model-00002.*does not list it/,
    ],
    ["a shard above the folder", outside(`../${ONE}`), escapes],
    ["a shard by an absolute path", outside(`/${ONE}`), escapes],
    ["a shard in a subfolder", outside(`x/${ONE}`), escapes],
    ["a shard above the folder, on Windows", outside(`..\\${ONE}`), escapes],
    ["a shard on a drive", outside(`C:${ONE}`), escapes],
    ["a shard that is the folder above", outside(".."), escapes],
    ["a shard without a name", outside(""), escapes],
    ["a shard whose name ends early", outside(`${ONE}\0.safetensors`), escapes],
  ];

  it.each(wrong)("are refused for %s", (_, index, message) => {
    expect(refusal(() => readIndex(index))).toMatch(message);
  });

  it("are refused where a shard is hostile, by its name", () => {
    const files = { ...shards, [TWO]: Buffer.alloc(3) };
    expect(() => readIndex({ weight_map: all }, files)).toThrow(
      /model-00002-of-00002\.safetensors: ends after 3 bytes/,
    );
  });
});
