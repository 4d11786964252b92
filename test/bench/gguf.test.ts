import { readFileSync, statSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { aligned, ggufHeader, type GgufTensor, tensorBytes } from "../../bench/peers/gguf.ts";
import { RandomBlocks } from "../../bench/peers/gguf-blocks.ts";
import { interleaved, llavaGguf } from "../../bench/peers/llava-gguf.ts";
import { temporaryFolder } from "../support/temporary-folder.ts";

const tensors: readonly GgufTensor[] = [
  { name: "a", shape: [3, 32], type: "Q4_0" },
  { name: "b", shape: [5], type: "F32" },
  { name: "c", shape: [2, 512], type: "Q6_K" },
];

describe("a LLaVA's GGUF files", () => {
  it("have all its numbers", async () => {
    const demo = join(import.meta.dirname, "../../checkpoints/demo-llava");
    const { model, vision } = await llavaGguf(demo, temporaryFolder("gguf"));
    const checkpoint = statSync(join(demo, "model.safetensors")).size;
    const [language, tower] = [model, vision].map((file) => readFileSync(file)) as [Buffer, Buffer];
    expect([language, tower].map((file) => file.toString("latin1", 0, 4))).toEqual(["GGUF", "GGUF"]);
    expect((language.length + tower.length) / checkpoint).toBeCloseTo(1, 1);
    expect(language.includes("blk.3.ffn_down.weight")).toBe(true);
    expect(tower.includes("v.blk.6.attn_out.bias")).toBe(true);
  });

  it("have the rows of queries and keys as llama.cpp turns them, head by head", () => {
    expect(interleaved(16, 2)).toEqual([0, 4, 1, 5, 2, 6, 3, 7, 8, 12, 9, 13, 10, 14, 11, 15]);
  });
});

describe("a GGUF file", () => {
  it("takes what its blocks take", () => {
    expect(tensors.map(tensorBytes)).toEqual([3 * 18, 20, 4 * 210]);
    expect(() => tensorBytes({ name: "d", shape: [2, 48], type: "Q4_0" })).toThrow(
      "d: rows of 48 are no blocks of Q4_0",
    );
  });

  it("says what it holds, and where", () => {
    const bytes = ggufHeader({ "general.architecture": { type: "string", value: "qwen2" } }, tensors);
    expect(bytes.length % 32).toBe(0);
    const read = reader(bytes);
    expect([read.bytes(4).toString(), read.uint32(), read.uint64(), read.uint64()]).toEqual(["GGUF", 3, 3, 1]);
    expect([read.text(), read.uint32(), read.text()]).toEqual(["general.architecture", 8, "qwen2"]);
    const found = tensors.map(() => {
      const [name, count] = [read.text(), read.uint32()];
      return { name, dims: Array.from({ length: count }, read.uint64), type: read.uint32(), offset: read.uint64() };
    });
    expect(found).toEqual([
      { name: "a", dims: [32, 3], type: 2, offset: 0 },
      { name: "b", dims: [5], type: 0, offset: 64 },
      { name: "c", dims: [512, 2], type: 14, offset: 96 },
    ]);
    expect(aligned(20)).toBe(32);
  });

  it("says values of every type", () => {
    const values = {
      yes: { type: "bool", value: true },
      signed: { type: "int32s", value: [-1, 2] },
      halves: { type: "float32s", value: [0.5] },
      words: { type: "strings", value: ["a", "bc"] },
    } as const;
    const read = reader(ggufHeader(values, []));
    read.bytes(24);
    expect([read.text(), read.uint32(), read.bytes(1)[0]]).toEqual(["yes", 7, 1]);
    expect([read.text(), read.uint32(), read.uint32(), read.uint64()]).toEqual(["signed", 9, 5, 2]);
    expect([read.bytes(4).readInt32LE(), read.bytes(4).readInt32LE()]).toEqual([-1, 2]);
    expect([read.text(), read.uint32(), read.uint32(), read.uint64()]).toEqual(["halves", 9, 6, 1]);
    expect(read.bytes(4).readFloatLE()).toBe(0.5);
    expect([read.text(), read.uint32(), read.uint32(), read.uint64()]).toEqual(["words", 9, 8, 2]);
    expect([read.text(), read.text()]).toEqual(["a", "bc"]);
  });

  it("has half floats that are small", () => {
    const halves = Buffer.concat([...new RandomBlocks().take("F16", 2 * 9_000)]);
    for (let at = 0; at < halves.length; at += 2) expect(halves.readUInt16LE(at) & 0x7c00).toBe(0x2000);
  });

  it("is filled to the byte, with scales that are finite", () => {
    const blocks = Buffer.concat([...new RandomBlocks().take("Q4_K", 300 * 144)]);
    expect(blocks.length).toBe(300 * 144);
    for (let at = 0; at < blocks.length; at += 144) expect(blocks.readUInt32LE(at)).toBe(0x14001400);
  });
});

function reader(bytes: Buffer) {
  let at = 0;
  const take = (length: number): Buffer => bytes.subarray(at, (at += length));
  const uint64 = (): number => Number(take(8).readBigUInt64LE());
  return { bytes: take, uint64, uint32: () => take(4).readUInt32LE(), text: () => take(uint64()).toString() };
}
