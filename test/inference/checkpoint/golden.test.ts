import { existsSync, readdirSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { openCheckpoint } from "../../../inference/checkpoint/checkpoint.ts";
import { readConfig } from "../../../inference/checkpoint/config.ts";
import { readBytes, readFloat32 } from "../../../inference/checkpoint/read-tensor.ts";

const golden = join(import.meta.dirname, "../../golden/blip");
const models = readdirSync(golden).filter((name) => existsSync(join(golden, name, "config.json")));
const open = (name: string) => openCheckpoint(join(golden, name));

/** The same model saved another way: name, as torch's zip or in shards. */
const twins = models.flatMap((name) =>
  ["-bin", "-sharded"]
    .filter((suffix) => models.includes(name + suffix))
    .map((suffix) => [name, name + suffix] as const),
);

describe("checkpoints that transformers wrote", () => {
  it.each(models)("%s opens, and every tensor lies in its file", (name) => {
    const checkpoint = open(name);
    expect(checkpoint.tensors.size).toBeGreaterThan(50);
    expect(checkpoint.dtype).toBe("F32");
    for (const ref of checkpoint.tensors.values()) expect(readBytes(ref)).toHaveLength(ref.length);
  });

  it("come in both formats and in shards", () => {
    expect(twins.some(([, twin]) => twin.endsWith("-bin"))).toBe(true);
    expect(twins.some(([, twin]) => twin.endsWith("-sharded"))).toBe(true);
  });

  it.each(twins)("%s and %s hold equal bytes for every tensor", (name, twin) => {
    const other = open(twin);
    for (const ref of open(name).tensors.values()) {
      const same = other.tensors.get(ref.name)!;
      expect(same).toMatchObject({ dtype: ref.dtype, shape: ref.shape });
      expect(Buffer.compare(readBytes(ref), readBytes(same)), ref.name).toBe(0);
    }
  });

  it.each(twins)("%s and %s differ by no more than tied weights and legacy buffers", (name, twin) => {
    const { tensors } = open(name);
    const extra = [...open(twin).tensors.keys()].filter((other) => !tensors.has(other));
    const legacy = /position_ids$|^text_decoder\.cls\.predictions\.decoder\.(weight|bias)$/;
    expect(extra.filter((tensor) => !legacy.test(tensor))).toEqual([]);
  });

  it("hold plausible numbers: a layer norm's weights are finite and not all zero", () => {
    const weights = readFloat32(open("captioning-base").weights.at("vision_model.post_layernorm").tensor("weight"));
    expect(weights.every(Number.isFinite)).toBe(true);
    expect(weights.some((weight) => weight !== 0)).toBe(true);
  });

  it("have the shapes that their configs say", () => {
    const config = readConfig(join(golden, "captioning-base"), "config.json");
    const [hidden, image, patch] = ["hidden_size", "image_size", "patch_size"].map((key) =>
      config.size(`vision_config.${key}`),
    );
    const embeddings = open("captioning-base").weights.at("vision_model.embeddings");
    const positions = 1 + (image! / patch!) ** 2;
    expect(embeddings.tensor("position_embedding", [1, positions, hidden!]).dtype).toBe("F32");
  });

  it("have a digest each", async () => {
    const digests = await Promise.all(models.map((name) => open(name).digest()));
    expect(new Set(digests).size).toBe(models.length);
    for (const digest of digests) expect(digest).toMatch(/^[0-9a-f]{64}$/);
  });
});
