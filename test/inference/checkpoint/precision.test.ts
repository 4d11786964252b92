import { spawn } from "node:child_process";
import { once } from "node:events";
import { readdirSync, readFileSync, statSync, symlinkSync, truncateSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { openCheckpoint, type Checkpoint } from "../../../inference/checkpoint/checkpoint.ts";
import { CheckpointError } from "../../../inference/checkpoint/checkpoint-error.ts";
import { quantised } from "../../../inference/checkpoint/precision.ts";
import { readBytes, readFloat32 } from "../../../inference/checkpoint/read-tensor.ts";
import { readSafetensors } from "../../../inference/checkpoint/safetensors.ts";
import type { QuantisedDtype } from "../../../inference/checkpoint/served-dtype.ts";
import { dequantised } from "./dequantise.ts";
import { folderWith } from "./folder.ts";
import { safetensors, type TensorToWrite } from "./safetensors-writer.ts";

const wave = (size: number, seed = 1): Float32Array =>
  Float32Array.from({ length: size }, (_, i) => Math.sin(seed * i));

function tensor(shape: readonly number[], dtype: "F32" | "BF16" = "F32", seed = 1): TensorToWrite {
  const values = wave(
    shape.reduce((product, dim) => product * dim, 1),
    seed,
  );
  const upper = new Uint16Array(values.buffer).filter((_, i) => i % 2 === 1);
  return { dtype, shape, data: new Uint8Array(dtype === "F32" ? values.buffer : upper.buffer) };
}

/** Words that are read from and multiplied by, a layer, a judge of two rows, and an old buffer. */
function folderOf(seed = 1, dtype: "F32" | "BF16" = "F32"): string {
  const tensors = {
    "norm.weight": tensor([51], "BF16"),
    "words.weight": tensor([70, 40], dtype, seed),
    "fc.weight": tensor([33, 50], dtype, seed),
    "fc.bias": tensor([33]),
    "judge.weight": tensor([2, 64]),
    "old.position_ids": tensor([3]),
  };
  return folderWith({ "config.json": "{}", "model.safetensors": safetensors(tensors) });
}

/** A checkpoint of which everything but the old buffer was asked. */
function asked(folder: string): Checkpoint {
  const checkpoint = openCheckpoint(folder);
  for (const name of ["norm.weight", "words.weight", "fc.bias"]) checkpoint.weights.tensor(name);
  for (const name of ["words.weight", "fc.weight", "judge.weight"]) checkpoint.weights.matrix(name);
  return checkpoint;
}

const make = (folder: string, cache: string, dtype: QuantisedDtype = "int4") =>
  quantised(asked(folder), dtype, { cache });

describe("quantised weights", () => {
  it.each(["int4", "int8"] as const)("hold what was asked for: matrices as %s, all else as it was", async (dtype) => {
    const [folder, cache] = [folderOf(), folderWith({})];
    const { checkpoint, file } = await make(folder, cache, dtype);
    const original = openCheckpoint(folder);
    expect([...checkpoint.tensors.keys()].sort()).toEqual(["fc.bias", "judge.weight", "norm.weight", "words.weight"]);
    for (const [name, copy] of checkpoint.tensors) {
      expect(readBytes(copy)).toEqual(readBytes(original.tensors.get(name)!));
      expect(copy.file).toBe(file);
    }
    for (const [name, columns] of [
      ["words.weight", 40],
      ["fc.weight", 50],
    ] as const) {
      const matrix = checkpoint.weights.matrix(name);
      if (!("bits" in matrix)) throw new Error(`${name} is not quantised`);
      const again = dequantised(
        { blocks: readBytes(matrix.blocks), scales: readFloat32(matrix.scales) },
        columns,
        matrix,
      );
      const values = readFloat32(original.tensors.get(name)!);
      values.forEach((value, i) => expect(Math.abs(value - again[i]!)).toBeLessThan(dtype === "int4" ? 0.2 : 0.005));
    }
    expect([checkpoint.dtype, checkpoint.parameterCount]).toEqual([original.dtype, original.parameterCount]);
  });

  it.each(["int4", "int8"] as const)(
    "have whole rows of 8 bits where only many rows meet them, as %s",
    async (dtype) => {
      const tensors = {
        "tower.weight": tensor([33, 64]),
        "narrow.weight": tensor([33, 50]),
        "both.weight": tensor([33, 64]),
      };
      const folder = folderWith({ "config.json": "{}", "model.safetensors": safetensors(tensors) });
      const checkpoint = openCheckpoint(folder);
      for (const name of Object.keys(tensors)) checkpoint.weights.matrix(name, undefined, "many");
      checkpoint.weights.matrix("both.weight", undefined, "few");
      const { weights } = (await quantised(checkpoint, dtype, { cache: folderWith({}) })).checkpoint;
      const bits = dtype === "int4" ? 4 : 8;
      expect(weights.matrix("tower.weight")).toMatchObject({ bits: 8, blockSize: 64, scales: { shape: [33, 1] } });
      expect(weights.matrix("narrow.weight")).toMatchObject({ bits: 8, blockSize: 32, scales: { shape: [33, 2] } });
      expect(weights.matrix("both.weight")).toMatchObject({ bits, blockSize: 32 });
    },
  );

  it("are a .safetensors file, and all that the cache is left with", async () => {
    const cache = folderWith({});
    const { file } = await make(folderOf(), cache);
    expect(readdirSync(cache)).toEqual([file.slice(cache.length + 1)]);
    expect(readSafetensors(file).map(({ name }) => name)).toContain("fc.weight#int4");
  });

  it("are made once for a checkpoint and a type, wherever it lies, and anew for others", async () => {
    const cache = folderWith({});
    const origins = async (folder: string, dtype: QuantisedDtype) => (await make(folder, cache, dtype)).origin;
    const folder = folderOf();
    expect(await origins(folder, "int4")).toBe("made");
    expect(await origins(folder, "int4")).toBe("found");
    expect(await origins(folderOf(), "int4")).toBe("found");
    expect(await origins(folder, "int8")).toBe("made");
    expect(await origins(folderOf(2), "int4")).toBe("made");
    expect(readdirSync(cache)).toHaveLength(3);
  });

  it("make room for others within the cache's bytes, those used the longest ago first", async () => {
    const cache = folderWith({});
    const [first, second, third] = [1, 2, 3].map((seed) => folderOf(seed));
    const sizeOf = async (folder: string) => statSync((await make(folder, cache)).file).size;
    const cacheBytes = 2 * (await sizeOf(first!));
    await make(second!, cache);
    const { file } = await quantised(asked(first!), "int4", { cache, cacheBytes });
    const added = await quantised(asked(third!), "int4", { cache, cacheBytes });
    expect(readdirSync(cache).sort()).toEqual([file, added.file].map((path) => path.slice(cache.length + 1)).sort());
    await expect(quantised(asked(second!), "int4", { cache, cacheBytes: 1 })).rejects.toThrow("--weight-cache-bytes");
  });

  it("of bfloat16 are those of the same numbers as float32", async () => {
    const cache = folderWith({});
    const { checkpoint } = await make(folderOf(1, "BF16"), cache, "int8");
    const matrix = checkpoint.weights.matrix("fc.weight");
    if (!("bits" in matrix)) throw new Error("fc.weight is not quantised");
    const [first] = dequantised(
      { blocks: readBytes(matrix.blocks), scales: readFloat32(matrix.scales) },
      50,
      matrix,
    ).slice(1);
    expect(first).toBeCloseTo(Math.sin(1), 2);
  });

  it("refuse a checkpoint that has no finite numbers, by the tensor's name, and leave nothing behind", async () => {
    const broken = { ...tensor([33, 50]), data: new Uint8Array(new Float32Array(33 * 50).fill(NaN).buffer) };
    const folder = folderWith({ "config.json": "{}", "model.safetensors": safetensors({ "fc.weight": broken }) });
    const checkpoint = openCheckpoint(folder);
    checkpoint.weights.matrix("fc.weight");
    const cache = folderWith({});
    await expect(quantised(checkpoint, "int4", { cache })).rejects.toThrow(
      /tensor "fc\.weight": can't be quantised: element 0 is NaN/,
    );
    expect(readdirSync(cache)).toEqual([]);
  });

  it("say so where the cache can't be written", async () => {
    const folder = folderWith({ cache: "not a folder" });
    const made = make(folderOf(), join(folder, "cache"));
    await expect(made).rejects.toThrow(CheckpointError);
    await expect(made).rejects.toThrow("the int4 weights can't be kept here");
  });
});

const damages: readonly (readonly [string, (file: string) => void])[] = [
  ["cut short", (file) => truncateSync(file, readFileSync(file).length - 1)],
  ["empty", (file) => truncateSync(file, 0)],
  ["longer", (file) => writeFileSync(file, "x", { flag: "a" })],
  ["changed in its last byte", (file) => flip(file, readFileSync(file).length - 1)],
  ["changed in its first block", (file) => flip(file, 8 + Number(readFileSync(file).readBigUInt64LE(0)))],
  ["changed in its checksum", (file) => flip(file, 36)],
  ["changed in its header's length", (file) => flip(file, 0)],
  ["of another layout", (file) => writeFileSync(file, safetensors({ "fc.weight#int4": tensor([1]) }))],
  ["text", (file) => writeFileSync(file, "version https://git-lfs.github.com/spec/v1\n")],
];

function flip(file: string, at: number): void {
  const bytes = readFileSync(file);
  bytes[at]! ^= 1;
  writeFileSync(file, bytes);
}

describe("a file of quantised weights", () => {
  it.each(damages)("that is %s is made anew", async (_, damage) => {
    const [folder, cache] = [folderOf(), folderWith({})];
    const { file } = await make(folder, cache);
    const good = readFileSync(file);
    damage(file);
    expect((await make(folder, cache)).origin).toBe("made");
    expect(readFileSync(file).equals(good)).toBe(true);
    expect((await make(folder, cache)).origin).toBe("found");
  });

  it("that is a link to another's is read only if it is the same", async () => {
    const [folder, other] = [folderOf(), folderWith({})];
    const { file } = await make(folder, other);
    const cache = folderWith({});
    symlinkSync(file, join(cache, file.slice(other.length + 1)));
    expect((await make(folder, cache)).origin).toBe("found");
  });

  it("is written by two processes at once without harm", { timeout: 60_000 }, async () => {
    const [folder, cache] = [folderOf(), folderWith({})];
    const ends = [1, 2].map(() => {
      const child = spawn(process.execPath, [
        "--import",
        "tsx",
        join(import.meta.dirname, "quantising-child.ts"),
        folder,
        cache,
      ]);
      return once(child, "exit");
    });
    expect((await Promise.all(ends)).map(([code]) => code as number)).toEqual([0, 0]);
    expect(readdirSync(cache)).toHaveLength(1);
    expect((await make(folder, cache)).origin).toBe("found");
  });
});
