import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { blipBase, blipTensors, type BlipSizes } from "../../bench/blip-tensors.ts";
import { blipParts } from "../../bench/blip-parts.ts";
import { writeCheckpoint } from "../../bench/checkpoint.ts";
import { openCheckpoint } from "../../inference/checkpoint/checkpoint.ts";
import { readFloat32 } from "../../inference/checkpoint/read-tensor.ts";
import { openModel } from "../../inference/models/registry.ts";
import { loadTokenizer } from "../../inference/text/tokenizer.ts";

const tiny: BlipSizes = {
  vision_config: {
    hidden_size: 16,
    num_hidden_layers: 2,
    num_attention_heads: 2,
    intermediate_size: 32,
    image_size: 32,
    patch_size: 16,
  },
  text_config: {
    hidden_size: 16,
    num_hidden_layers: 2,
    num_attention_heads: 2,
    intermediate_size: 32,
    vocab_size: 400,
    max_position_embeddings: 24,
  },
};

const folder = mkdtempSync(join(tmpdir(), "bench-checkpoint-"));

beforeAll(() => writeCheckpoint(folder, blipParts(tiny)));
afterAll(() => rmSync(folder, { recursive: true }));

describe("the benchmark's checkpoint", () => {
  it("has the names and shapes that transformers saves", () => {
    const golden = join(import.meta.dirname, "../golden/blip/captioning-base");
    const sizes = JSON.parse(readFileSync(join(golden, "config.json"), "utf8")) as BlipSizes;
    const saved = [...openCheckpoint(golden).tensors.values()].map(({ name, shape }) => ({ name, shape }));
    const made = blipTensors(sizes).map(({ name, shape }) => ({ name, shape: [...shape] }));
    expect(made).toHaveLength(saved.length);
    expect(new Set(made.map((tensor) => JSON.stringify(tensor)))).toEqual(
      new Set(saved.map((tensor) => JSON.stringify(tensor))),
    );
  });

  it("is of BLIP-base's size", () => {
    const elements = blipTensors(blipBase).map(({ shape }) => shape.reduce((product, size) => product * size, 1));
    expect(elements.reduce((sum, count) => sum + count, 0) / 1e6).toBeCloseTo(224, 0);
  });

  it("loads, with no tensor missing and none to spare", async () => {
    const model = openModel(folder);
    const { encoders, decoder } = model.networks();
    expect(encoders.map(({ name }) => name)).toEqual(["vision", "memory"]);
    expect(decoder?.vocabularySize).toBe(400);
    expect(model.preprocessing.fit).toMatchObject({ width: 32, height: 32 });
    expect((await model.info()).tasks).toEqual(["CAPTION"]);
  });

  it("brings a tokenizer that can write any ASCII text", async () => {
    const tokenizer = await loadTokenizer(folder);
    const ids = tokenizer.encode("A quiet bobe, no. 7!");
    expect([ids[0], ids.at(-1)]).toEqual([101, 102]);
    expect(ids).not.toContain(100);
    expect(tokenizer.decode(ids)).toBe("a quiet bobe, no. 7!");
    expect(tokenizer.vocabularySize).toBe(400);
  });

  it("has sane activations, and biases that let no text end early", () => {
    const { tensors } = openCheckpoint(folder);
    const matrix = readFloat32(tensors.get("vision_model.encoder.layers.1.mlp.fc1.weight")!);
    const variance = matrix.reduce((sum, value) => sum + value ** 2, 0) / matrix.length;
    expect(Math.sqrt(variance)).toBeCloseTo(0.02, 2);
    const bias = readFloat32(tensors.get("text_decoder.cls.predictions.bias")!);
    const possible = [...bias.keys()].filter((id) => bias[id]! > -100);
    expect([possible[0], possible.at(-1), possible.length]).toEqual([104, 397, 294]);
  });

  it("gives no two layers the same values", () => {
    const { tensors } = openCheckpoint(folder);
    const [first, second] = [0, 1].map((i) =>
      readFloat32(tensors.get(`vision_model.encoder.layers.${i}.mlp.fc1.weight`)!),
    );
    expect(first).not.toEqual(second);
  });
});
