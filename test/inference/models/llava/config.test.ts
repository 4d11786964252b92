import { describe, expect, it } from "vitest";
import { featureRows, readLlavaConfig, type LlavaConfig } from "../../../../inference/models/llava/config.ts";
import { readTokenIds } from "../../../../inference/models/llava/token-ids.ts";
import { refusal } from "../../checkpoint/refusal.ts";
import { changed } from "./changed.ts";

type Json = Readonly<Record<string, unknown>>;

function folderOf(name: string, { text = {}, vision = {}, ...whole }: Json): string {
  const edit = (json: Json) => ({
    ...json,
    ...whole,
    text_config: { ...(json.text_config as object), ...(text as object) },
    vision_config: { ...(json.vision_config as object), ...(vision as object) },
  });
  return changed(name, { json: { "config.json": edit } });
}

function read(name: string, change: Json): LlavaConfig {
  return readLlavaConfig(folderOf(name, change));
}

describe("LLaVA's config", () => {
  it.each([
    [-2, 2],
    [-1, 3],
    [-4, 0],
    [0, 0],
    [3, 3],
  ])("of feature layer %d runs %d of 3 blocks", (layer, blocks) => {
    expect(read("clip-llama", { vision_feature_layer: layer }).vision.blocks).toBe(blocks);
  });

  it.each([
    ["clip-llama", "default", 16],
    ["clip-llama", "full", 17],
    ["siglip-qwen2", "full", 16],
    ["siglip-qwen2", "default", 15],
  ])("of %s takes by the strategy %s %d rows", (name, vision_feature_select_strategy, rows) => {
    expect(featureRows(read(name, { vision_feature_select_strategy }).vision)).toBe(rows);
  });

  it.each([
    [{ vision_feature_layer: [-2, -5] }, "vision_feature_layer: expected an integer from -4 to 3, found [-2, -5]"],
    [{ vision_feature_layer: 4 }, "vision_feature_layer: expected an integer from -4 to 3, found 4"],
    [{ vision_feature_select_strategy: "cls" }, "vision_feature_select_strategy: expected one of default, full"],
    [{ projector_hidden_act: "relu" }, "projector_hidden_act: expected one of gelu"],
    [{ image_token_index: 416 }, "image_token_index: expected an integer from 0 to 415"],
    [{ vision: { hidden_act: "relu" } }, "vision_config.hidden_act: expected one of gelu"],
    [{ vision: { model_type: "pixtral" } }, "vision_config.model_type: expected one of clip_vision_model"],
    [{ text: { model_type: "gemma" } }, "text_config.model_type: expected one of llama, mistral, qwen2"],
    [{ text: { hidden_act: "gelu" } }, "text_config.hidden_act: expected one of silu"],
    [{ text: { num_key_value_heads: 3 } }, "text_config.num_key_value_heads: expected a divisor of 4, found 3"],
    [
      { text: { rope_parameters: { rope_type: "llama3", rope_theta: 5e5, factor: 8 } } },
      'text_config.rope_parameters.rope_type: expected one of default, linear, found "llama3"',
    ],
    [{ text: { rope_parameters: { rope_type: "linear" } } }, "text_config.rope_parameters.factor: expected a number"],
    [
      { text: { rope_parameters: { rope_type: "default", partial_rotary_factor: 0.5 } } },
      "text_config.rope_parameters.partial_rotary_factor: expected one of 1, found 0.5",
    ],
    [
      { text: { rope_parameters: null, rope_scaling: { type: "dynamic", factor: 2 } } },
      'text_config.rope_scaling.type: expected one of default, linear, found "dynamic"',
    ],
  ])("is refused for %j", (change, message) => {
    expect(refusal(() => read("clip-llama", change))).toContain(message);
  });

  it("reads rotary settings by either of their names", () => {
    const rope = (text: Json) => read("clip-llama", { text }).text_config.rope;
    expect(rope({})).toEqual({ theta: 10000, factor: 1 });
    expect(rope({ rope_parameters: null })).toEqual({ theta: 10000, factor: 1 });
    expect(rope({ rope_parameters: null, rope_theta: 5e5 })).toEqual({ theta: 5e5, factor: 1 });
    const scaled = { rope_theta: 5e5, rope_scaling: { type: "linear", factor: 4 } };
    expect(rope({ rope_parameters: null, ...scaled })).toEqual({ theta: 5e5, factor: 4 });
  });

  it.each([
    ["next-mistral", { sliding_window: 100 }, 100],
    ["next-mistral", { sliding_window: null }, 256],
    ["next-mistral", { sliding_window: undefined, max_position_embeddings: 9000 }, 4096],
    ["siglip-qwen2", { sliding_window: 100 }, 256],
    ["siglip-qwen2", { sliding_window: 100, use_sliding_window: true }, 100],
  ])("of %s with %j goes as far as everything is seen: %d", (name, text, positions) => {
    expect(read(name, { text }).text_config.max_position_embeddings).toBe(positions);
  });
});

describe("the ids that end an answer, and those never said", () => {
  const ids = (json: Record<string, (json: Json) => Json>) => {
    const folder = changed("clip-llama", { json });
    return readTokenIds(folder, readLlavaConfig(folder));
  };

  it("come from generation_config.json, one or several", () => {
    expect(ids({})).toEqual({ ends: [2], suppressed: [409, 410, 411, 412, 413, 414, 415] });
    const several = ids({ "generation_config.json": (json) => ({ ...json, eos_token_id: [2, 410], pad_token_id: 0 }) });
    expect(several).toEqual({ ends: [2, 410], suppressed: [409, 0, 411, 412, 413, 414, 415] });
  });

  it("else from config.json, else they are LLaMA's", () => {
    const gone = (json: Json) => ({ ...json, eos_token_id: undefined });
    const text = (eos_token_id: unknown) => (json: Json) => ({
      ...json,
      text_config: { ...(json.text_config as object), eos_token_id },
    });
    expect(ids({ "generation_config.json": gone, "config.json": text([7]) }).ends).toEqual([7]);
    expect(ids({ "generation_config.json": gone, "config.json": text(undefined) }).ends).toEqual([2]);
  });

  it.each([[416], [-1], ["2"], [[]]])("are refused as %j", (eos_token_id) => {
    const stated = () => ids({ "generation_config.json": (json) => ({ ...json, eos_token_id }) });
    expect(refusal(stated)).toContain("eos_token_id: expected one or more integers from 0 to 415");
  });
});
