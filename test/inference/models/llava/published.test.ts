import { describe, expect, it } from "vitest";
import { featureRows, readLlavaConfig } from "../../../../inference/models/llava/config.ts";
import { folderWith } from "../../checkpoint/folder.ts";

/** config.json of published checkpoints, which leave out most of what transformers knows by itself (models.md §3). */

function read(config: object) {
  return readLlavaConfig(folderWith({ "config.json": JSON.stringify(config) }));
}

const clip = {
  hidden_size: 1024,
  image_size: 336,
  intermediate_size: 4096,
  model_type: "clip_vision_model",
  num_attention_heads: 16,
  num_hidden_layers: 24,
  patch_size: 14,
  projection_dim: 768,
  vocab_size: 32000,
};

describe("published configs", () => {
  it("of llava-1.5-7b-hf", () => {
    const text = { max_position_embeddings: 4096, model_type: "llama", rms_norm_eps: 1e-5, vocab_size: 32064 };
    const config = read({
      ignore_index: -100,
      image_token_index: 32000,
      projector_hidden_act: "gelu",
      text_config: text,
      vision_config: clip,
      vision_feature_layer: -2,
      vision_feature_select_strategy: "default",
    });
    expect(config.text_config).toEqual({
      ...{ vocab_size: 32064, hidden_size: 4096, intermediate_size: 11008, num_hidden_layers: 32 },
      ...{ num_attention_heads: 32, num_key_value_heads: 32, head_dim: 128, hidden_act: "silu", rms_norm_eps: 1e-5 },
      ...{ rope: { theta: 10000, factor: 1 }, max_position_embeddings: 4096, tie_word_embeddings: false },
      biases: { queryKeyValue: false, output: false, mlp: false },
    });
    expect(config.vision).toMatchObject({ kind: "clip", blocks: 23, hidden_act: "quick_gelu", layer_norm_eps: 1e-5 });
    expect(featureRows(config.vision)).toBe(576);
  });

  it("of llava-interleave-qwen-0.5b-hf", () => {
    const text = {
      ...{ hidden_size: 1024, intermediate_size: 2816, max_window_layers: 21, model_type: "qwen2" },
      ...{ num_attention_heads: 16, num_hidden_layers: 24, num_key_value_heads: 16, rope_theta: 1e6 },
      ...{ sliding_window: 32768, tie_word_embeddings: true, use_sliding_window: false, vocab_size: 152000 },
    };
    const vision = {
      ...{ hidden_size: 1152, image_size: 384, intermediate_size: 4304, model_type: "siglip_vision_model" },
      ...{ num_attention_heads: 16, num_hidden_layers: 26, patch_size: 14, vision_use_head: false },
    };
    const config = read({
      image_token_index: 151646,
      text_config: text,
      vision_config: vision,
      vision_feature_layer: -1,
      vision_feature_select_strategy: "full",
    });
    expect(config.text_config).toMatchObject({
      ...{ head_dim: 64, rms_norm_eps: 1e-6, rope: { theta: 1e6, factor: 1 }, max_position_embeddings: 32768 },
      ...{ tie_word_embeddings: true, biases: { queryKeyValue: true, output: false, mlp: false } },
    });
    expect(config.vision).toMatchObject({ kind: "siglip", blocks: 26, hidden_act: "gelu_pytorch_tanh" });
    expect(featureRows(config.vision)).toBe(729);
  });

  it("of llava-v1.6-mistral-7b-hf", () => {
    const text = {
      ...{ intermediate_size: 14336, max_position_embeddings: 32768, model_type: "mistral", num_key_value_heads: 8 },
      ...{ rms_norm_eps: 1e-5, rope_theta: 1e6, sliding_window: null, vocab_size: 32064 },
    };
    const { text_config } = read({ image_token_index: 32000, text_config: text, vision_config: clip });
    expect(text_config).toMatchObject({
      ...{ hidden_size: 4096, num_attention_heads: 32, num_key_value_heads: 8, head_dim: 128 },
      ...{ max_position_embeddings: 32768, rope: { theta: 1e6, factor: 1 } },
    });
  });
});
