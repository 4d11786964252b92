import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { writeCheckpoint } from "../../bench/checkpoint.ts";
import { llavaParts } from "../../bench/llava-parts.ts";
import { halfBillion, llavaTensors, type LlavaSizes } from "../../bench/llava-tensors.ts";
import { openCheckpoint } from "../../inference/checkpoint/checkpoint.ts";
import { readFloat32 } from "../../inference/checkpoint/read-tensor.ts";
import { openModel } from "../../inference/models/registry.ts";
import { loadTokenizer } from "../../inference/text/tokenizer.ts";

const tiny: LlavaSizes = {
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
    num_attention_heads: 4,
    num_key_value_heads: 2,
    intermediate_size: 32,
    vocab_size: 128,
    max_position_embeddings: 256,
  },
};

const folder = mkdtempSync(join(tmpdir(), "bench-chat-checkpoint-"));

beforeAll(() => writeCheckpoint(folder, llavaParts(tiny)));
afterAll(() => rmSync(folder, { recursive: true }));

describe("the benchmark's chat checkpoint", () => {
  it("has half a billion parameters", () => {
    const counts = llavaTensors(halfBillion).map(({ shape }) => shape.reduce((product, size) => product * size, 1));
    expect(counts.reduce((sum, count) => sum + count, 0) / 1e9).toBeCloseTo(0.49, 1);
  });

  it("loads, with no tensor missing and none to spare", async () => {
    const model = openModel(folder);
    const { encoders, decoder } = model.networks();
    expect(encoders.map(({ name }) => name)).toContain("vision");
    expect(decoder).toMatchObject({ vocabularySize: 128, heads: 2, featureWidth: 16 });
    expect((await model.info()).tasks).toContain("CHAT");
  });

  it("brings a tokenizer that can write any printable ASCII text", async () => {
    const tokenizer = await loadTokenizer(folder);
    const text = "A quiet bobe, no. 7!\n";
    expect(tokenizer.decode(tokenizer.encode(text))).toBe(text);
  });

  it("says letters only, which are the same tokens when they are read again", async () => {
    const tokenizer = await loadTokenizer(folder);
    const embeddings = openCheckpoint(folder).tensors.get("language_model.model.embed_tokens.weight")!;
    const rows = readFloat32(embeddings);
    const said = Array.from({ length: 128 }, (_, id) => id).filter((id) => rows[16 * id] !== 0);
    expect(said).toEqual(Array.from({ length: 94 }, (_, i) => 6 + i));
    expect(tokenizer.encode(tokenizer.decode(said))).toEqual(said);
  });
});
