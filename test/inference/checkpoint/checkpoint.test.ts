import { createHash } from "node:crypto";
import { mkdirSync, renameSync, symlinkSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { CheckpointError } from "../../../inference/checkpoint/checkpoint-error.ts";
import { openCheckpoint } from "../../../inference/checkpoint/checkpoint.ts";
import { folderWith } from "./folder.ts";
import { float32, safetensors } from "./safetensors-writer.ts";
import { stateDict, tensor, torchZip } from "./torch-writer.ts";

const half = (...shape: readonly number[]) => ({
  dtype: "F16",
  shape,
  data: new Uint8Array(2 * shape.reduce((a, b) => a * b, 1)),
});
const ids = { dtype: "I64", shape: [1, 512], data: new Uint8Array(4096) };

const single = { "model.safetensors": safetensors({ single: float32(1) }) };
const sharded = {
  "model.safetensors.index.json": JSON.stringify({ weight_map: { sharded: "x.safetensors" } }),
  "x.safetensors": safetensors({ sharded: float32(1) }),
};
const bin = { "pytorch_model.bin": torchZip(stateDict({ bin: tensor() })) };
const shardedBin = {
  "pytorch_model.bin.index.json": JSON.stringify({ weight_map: { shardedBin: "x.bin" } }),
  "x.bin": torchZip(stateDict({ shardedBin: tensor() })),
};

describe("openCheckpoint", () => {
  it.each([
    ["model.safetensors before all else", { ...single, ...sharded, ...bin, ...shardedBin }, "single"],
    ["its shards before a .bin", { ...sharded, ...bin, ...shardedBin }, "sharded"],
    ["pytorch_model.bin before shards of it", { ...bin, ...shardedBin }, "bin"],
    ["shards of a .bin", shardedBin, "shardedBin"],
  ])("opens %s", (_, files, tensor) => {
    expect([...openCheckpoint(folderWith(files)).tensors.keys()]).toEqual([tensor]);
  });

  it("says what it looked for where there is no checkpoint", () => {
    const folder = folderWith({ "config.json": "{}", "model.onnx": "" });
    const all = "model.safetensors, model.safetensors.index.json, pytorch_model.bin, pytorch_model.bin.index.json";
    expect(() => openCheckpoint(folder)).toThrow(`${folder}: holds no checkpoint; looked for ${all}`);
  });

  it("does not pass over a broken file to the next format", () => {
    expect(() => openCheckpoint(folderWith({ "model.safetensors": "", ...bin }))).toThrow(
      /model\.safetensors: ends after/,
    );
  });

  it("refuses a checkpoint without floats", () => {
    const folder = folderWith({ "model.safetensors": safetensors({ ids }) });
    expect(() => openCheckpoint(folder)).toThrow(/model\.safetensors: holds no float tensor/);
  });

  it("follows the links of a hub cache: tensors point into the blob", () => {
    const folder = folderWith({ "blobs/abc123": single["model.safetensors"] });
    mkdirSync(join(folder, "snapshot"));
    symlinkSync(join("..", "blobs", "abc123"), join(folder, "snapshot", "model.safetensors"));
    const checkpoint = openCheckpoint(join(folder, "snapshot"));
    expect(checkpoint.tensors.get("single")!.file).toBe(join(folder, "blobs", "abc123"));
    expect(checkpoint.files).toEqual([join(folder, "snapshot", "model.safetensors")]);
  });
});

describe("a checkpoint", () => {
  it("has the float type that most of its elements have", () => {
    const tensors = { a: float32(1, 2), b: float32(3), big: half(4, 4), ids };
    const checkpoint = openCheckpoint(folderWith({ "model.safetensors": safetensors(tensors) }));
    expect(checkpoint.dtype).toBe("F16");
    expect(checkpoint.parameterCount).toBe(2 + 1 + 16);
  });

  it("counts tied tensors once", () => {
    const tied = stateDict({ embeddings: tensor(), decoder: tensor() });
    const checkpoint = openCheckpoint(folderWith({ "pytorch_model.bin": torchZip(tied) }));
    expect(checkpoint.tensors.size).toBe(2);
    expect(checkpoint.parameterCount).toBe(2);
  });
});

describe("a digest", () => {
  const files = { ...sharded, "config.json": "{}" };
  const digest = (changes: Record<string, Uint8Array | string>) =>
    openCheckpoint(folderWith({ ...files, ...changes })).digest();

  it("is SHA-256 over config.json and the weights, each with its name and size", async () => {
    const hash = createHash("sha256").update("config.json\x002\x00{}");
    hash.update(`x.safetensors\0${sharded["x.safetensors"].length}\0`).update(sharded["x.safetensors"]);
    expect(await digest({})).toBe(hash.digest("hex"));
  });

  it("is the same in another folder, whatever else lies there", async () => {
    expect(await digest({ "README.md": "hello" })).toBe(await digest({}));
  });

  it("changes with one weight and with the config", async () => {
    const other = await digest({ "x.safetensors": safetensors({ sharded: float32(1.5) }) });
    expect(new Set([await digest({}), other, await digest({ "config.json": "{ }" })]).size).toBe(3);
  });

  it("names the file that can't be read", async () => {
    const folder = folderWith(files);
    const checkpoint = openCheckpoint(folder);
    renameSync(join(folder, "x.safetensors"), join(folder, "y.safetensors"));
    await expect(checkpoint.digest()).rejects.toThrow(CheckpointError);
    await expect(checkpoint.digest()).rejects.toThrow(/x\.safetensors: can't be read: ENOENT/);
  });
});
