import { writeFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { CheckpointError } from "../../../inference/checkpoint/checkpoint-error.ts";
import { readSafetensors } from "../../../inference/checkpoint/safetensors.ts";
import type { TensorRef } from "../../../inference/checkpoint/tensor-ref.ts";
import { readTorchZip } from "../../../inference/checkpoint/torch-zip.ts";
import { fileWith } from "./folder.ts";
import { float32, safetensors } from "./safetensors-writer.ts";
import { stateDict, tensor, torchEntries, torchZip } from "./torch-writer.ts";
import { zip } from "./zip-writer.ts";

/** xorshift32: the same corruptions in every run. */
function randomNumbers(seed: number): (below: number) => number {
  let state = seed;
  return (below) => {
    state ^= state << 13;
    state ^= state >>> 17;
    state ^= state << 5;
    return (state >>> 0) % below;
  };
}

/** Loads the file, or is refused; anything else is thrown on. */
function outcome(path: string, read: (path: string) => TensorRef[]): "loaded" | "refused" {
  try {
    read(path);
    return "loaded";
  } catch (error) {
    if (error instanceof CheckpointError) return "refused";
    throw error;
  }
}

/** Microseconds of this process, so that a busy machine fails no test. */
const ONE_SECOND = 1_000_000;

const small = stateDict({ w: tensor(), "layer.bias": tensor({ shape: [1], storageOffset: 1 }) });

const files: readonly (readonly [string, Buffer, (path: string) => TensorRef[]])[] = [
  ["a .safetensors", safetensors({ w: float32(1, 2), "layer.bias": float32(3) }, { format: "pt" }), readSafetensors],
  ["a .bin", torchZip(small), readTorchZip],
  ["a .bin of zip64", zip(torchEntries(small), { zip64: {} }), readTorchZip],
];

describe.each(files)("%s", (name, bytes, read) => {
  it("loads or is refused within a second, whichever of its bytes is changed", () => {
    const random = randomNumbers(20260101);
    const path = fileWith(name, bytes);
    const outcomes = new Set<string>();
    for (let i = 0; i < 500; i++) {
      const corrupted = Buffer.from(bytes);
      corrupted[random(bytes.length)]! ^= 1 + random(255);
      writeFileSync(path, corrupted);
      const start = process.cpuUsage();
      outcomes.add(outcome(path, read));
      expect(process.cpuUsage(start).user).toBeLessThan(ONE_SECOND);
    }
    expect([...outcomes].sort()).toEqual(["loaded", "refused"]);
  });

  it("is refused, wherever it is cut short", () => {
    const path = fileWith(name, bytes);
    for (let length = 0; length < bytes.length; length++) {
      writeFileSync(path, bytes.subarray(0, length));
      expect(outcome(path, read)).toBe("refused");
    }
  });
});
