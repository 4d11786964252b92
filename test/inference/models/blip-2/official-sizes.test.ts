import { describe, expect, it } from "vitest";
import { nothingAsked, openCheckpoint } from "../../../../inference/checkpoint/checkpoint.ts";
import { Config } from "../../../../inference/checkpoint/config.ts";
import type { JsonObject } from "../../../../inference/checkpoint/json.ts";
import type { TensorRef } from "../../../../inference/checkpoint/tensor-ref.ts";
import { Weights } from "../../../../inference/checkpoint/weights.ts";
import type { Blip2Config } from "../../../../inference/models/blip-2/config.ts";
import { generationNetworks, retrievalNetworks } from "../../../../inference/models/blip-2/networks.ts";
import type { Networks } from "../../../../inference/models/model.ts";
import { readOptConfig } from "../../../../inference/models/opt/config.ts";
import { readT5Config } from "../../../../inference/models/t5/config.ts";
import { BLIP2 } from "./golden.ts";

/** Lengths of the tiny checkpoints and what they are in the published ones, by the place of the tensor (models.md §2.2). */
type Lengths = Readonly<Record<number, number>>;

const vision: Lengths = { 32: 1408, 96: 4224, 64: 6144, 37: 257, 8: 14 };
const qFormer: Lengths = { 32: 1408, 24: 768, 56: 3072, 5: 32, 317: 30523, 64: 512, 20: 256, 48: 2560, 40: 2048 };
const languages: Readonly<Record<string, Lengths>> = {
  opt: { 48: 2560, 80: 10240, 336: 50304, 130: 2050 },
  t5: { 40: 2048, 48: 2048, 64: 5120, 185: 32128, 4: 32 },
};

/** Names that repeat, how often, and which of the tiny checkpoint's a layer is like. */
const stacks: readonly { pattern: RegExp; count: number; like: (layer: number) => number }[] = [
  { pattern: /^(vision_model\.encoder\.layers\.)(\d+)(\..*)$/, count: 39, like: () => 0 },
  { pattern: /^(qformer\.encoder\.layer\.)(\d+)(\..*)$/, count: 12, like: (layer) => layer % 2 },
  { pattern: /^(language_model\.model\.decoder\.layers\.)(\d+)(\..*)$/, count: 32, like: () => 0 },
  { pattern: /^(language_model\.(?:en|de)coder\.block\.)(\d+)(\..*)$/, count: 24, like: (layer) => Math.min(layer, 1) },
];

/** Headers alone: the published checkpoint's names and shapes, made of the tiny one's. */
function published(name: string): Map<string, TensorRef> {
  const tensors = new Map<string, TensorRef>();
  let offset = 0;
  for (const tiny of openCheckpoint(`${BLIP2}${name}`).tensors.values()) {
    const shape = tiny.shape.map((length) => lengthsOf(tiny.name, name)[length] ?? length);
    for (const copy of copies(tiny.name)) {
      const length = 4 * shape.reduce((a, b) => a * b, 1);
      tensors.set(copy, { name: copy, dtype: "F32", shape, file: "/published/model.safetensors", offset, length });
      offset += length;
    }
  }
  return tensors;
}

function lengthsOf(tensor: string, model: string): Lengths {
  if (tensor.startsWith("vision_model.")) return vision;
  return tensor.startsWith("language_model.") ? languages[model]! : qFormer;
}

function copies(name: string): string[] {
  for (const { pattern, count, like } of stacks) {
    const [, before, layer, after] = pattern.exec(name) ?? [];
    if (before === undefined) continue;
    const layers = Array.from({ length: count }, (_, i) => i).filter((i) => like(i) === Number(layer));
    return layers.map((i) => `${before}${i}${after!}`);
  }
  return [name];
}

const config: Blip2Config = {
  vision_config: {
    hidden_size: 1408,
    num_hidden_layers: 39,
    num_attention_heads: 16,
    image_size: 224,
    patch_size: 14,
    layer_norm_eps: 1e-6,
  },
  qformer_config: {
    vocab_size: 30523,
    hidden_size: 768,
    num_hidden_layers: 12,
    num_attention_heads: 12,
    max_position_embeddings: 512,
    layer_norm_eps: 1e-12,
    cross_attention_frequency: 2,
  },
  num_query_tokens: 32,
  image_text_hidden_size: 256,
};

const opt = { vocab_size: 50304, hidden_size: 2560, num_hidden_layers: 32, num_attention_heads: 32 };
const t5 = { d_model: 2048, num_layers: 24, num_heads: 32, dense_act_fn: "gelu", tie_word_embeddings: false };
const read = (json: JsonObject) => new Config("config.json", json);

function build(name: string): { networks: Networks; parameters: number } {
  const tensors = published(name);
  const asked = nothingAsked();
  const weights = new Weights({ source: "model.safetensors", tensors, matrices: new Map(), asked });
  const source = { weights, config, pictures: { height: 224, width: 224 } };
  const networks = name === "itm" ? retrievalNetworks(source) : generationNetworks({ ...source, ...languageOf(name) });
  expect([...tensors.keys()].filter((name) => !asked.tensors.has(name) && !asked.matrices.has(name))).toEqual([]);
  const parameters = [...tensors.values()].reduce((sum, { length }) => sum + length / 4, 0);
  return { networks, parameters };
}

function languageOf(name: string) {
  const language =
    name === "opt"
      ? ({ kind: "opt", config: readOptConfig(read(opt)) } as const)
      : ({ kind: "t5", config: readT5Config(read(t5)) } as const);
  return { language, image_token_index: undefined, suppressedTokenIds: [50265] };
}

describe("the published sizes", () => {
  it.each([
    ["opt", 3.745, ["vision"]],
    ["t5", 3.942, ["vision", "prompt"]],
    ["itm", 1.172, ["vision", "text", "match"]],
  ])(
    "of %s, %f thousand million parameters, make graphs that are small beside their weights",
    (name, size, encoders) => {
      const { networks, parameters } = build(name);
      expect(parameters / 1e9).toBeCloseTo(size, 2);
      expect(networks.encoders.map((encoder) => encoder.name)).toEqual(encoders);
      const { encoders: all, decoder } = networks;
      for (const { bytes } of [...all.flatMap((encoder) => encoder.build()), ...(decoder ? [decoder.build()] : [])]) {
        expect(bytes.length).toBeLessThan(2e6);
      }
    },
  );
});
