import { describe, expect, it } from "vitest";
import { CheckpointError } from "../../../../inference/checkpoint/checkpoint-error.ts";
import { openModel } from "../../../../inference/models/registry.ts";
import { loadTokenizer } from "../../../../inference/text/tokenizer.ts";
import { float32 } from "../../checkpoint/safetensors-writer.ts";
import { refusal } from "../../checkpoint/refusal.ts";
import { changed, type Tensors } from "./changed.ts";
import { CHECKPOINTS, LLAVA } from "./golden.ts";

const TOWER = "vision_tower.vision_model";

function networks(tensors: (tensors: Tensors) => Tensors, name = "clip-llama") {
  return () => openModel(changed(name, { tensors })).networks();
}

function without(pattern: RegExp): (tensors: Tensors) => Tensors {
  return (tensors) => {
    const kept = Object.entries(tensors).filter(([name]) => !pattern.test(name));
    expect(kept.length).toBeLessThan(Object.keys(tensors).length);
    return Object.fromEntries(kept);
  };
}

describe("opening a checkpoint", () => {
  it.each(CHECKPOINTS)("$name uses every tensor that has a use", async ({ name }) => {
    const model = openModel(`${LLAVA}${name}`);
    const { encoders, decoder } = model.networks();
    expect(encoders.map((encoder) => [encoder.name, encoder.cached])).toEqual([
      ["vision", true],
      ...(name === "next-mistral" ? [["newline", true]] : []),
    ]);
    expect(decoder).toMatchObject({ hasMemory: false, featureWidth: 48, maxPositions: 256 });
    expect(await model.info()).toMatchObject({ family: "LLAVA", tasks: ["CAPTION", "VQA", "CHAT"], dtype: "float32" });
  });

  it.each([
    ["language_model.model.layers.1.mlp.up_proj.weight"],
    ["language_model.model.norm.weight"],
    ["language_model.lm_head.weight"],
    [`${TOWER}.encoder.layers.1.self_attn.q_proj.bias`],
    [`${TOWER}.pre_layrnorm.weight`],
    ["multi_modal_projector.linear_2.bias"],
  ])("is refused for the missing %s", (name) => {
    expect(refusal(networks(without(new RegExp(`^${name}$`))))).toContain(`tensor "${name}": is not in the checkpoint`);
  });

  it.each([
    [`${TOWER}.encoder.layers.3.mlp.fc1.bias`],
    [`${TOWER}.head.mlp.fc1.bias`],
    ["language_model.model.layers.0.self_attn.q_proj.bias"],
    ["language_model.model.layers.2.input_layernorm.weight"],
    ["image_newline"],
  ])("is refused for %s, which has no place", (name) => {
    expect(refusal(networks((tensors) => ({ ...tensors, [name]: float32(1) })))).toContain(
      `holds 1 tensors that the model has no place for: "${name}"`,
    );
  });

  it("is refused for a projection of another shape, by the layer it stands in", () => {
    const name = "language_model.model.layers.1.self_attn.k_proj.weight";
    const narrow = (tensors: Tensors) => ({ ...tensors, [name]: { ...tensors[name]!, shape: [48, 24] } });
    expect(refusal(networks(narrow))).toContain(`${name}[48, 24]`);
  });

  it("is refused for an embedding of another size than the config's", () => {
    const name = "language_model.model.embed_tokens.weight";
    const wide = (tensors: Tensors) => ({ ...tensors, [name]: { ...tensors[name]!, shape: [208, 96] } });
    expect(refusal(networks(wide))).toContain(
      `tensor "${name}": has shape [208, 96] where the model expects [416, 48]`,
    );
  });

  it("may lack what comes after the feature, and hold buffers that older versions wrote", () => {
    expect(networks(without(/post_layernorm|vision_model\.encoder\.layers\.2\./))).not.toThrow();
    const legacy = (tensors: Tensors) => ({
      ...tensors,
      [`${TOWER}.embeddings.position_ids`]: { dtype: "I64", shape: [1, 1], data: new Uint8Array(8) } as const,
      "language_model.model.layers.0.self_attn.rotary_emb.inv_freq": float32(1),
    });
    expect(networks(legacy)).not.toThrow();
  });

  it("may tie its head, with a second copy or without, but not leave it out", () => {
    const untied = (config: Readonly<Record<string, unknown>>) => ({
      ...config,
      tie_word_embeddings: false,
      text_config: { ...(config.text_config as object), tie_word_embeddings: false },
    });
    const alone = changed("siglip-qwen2", { json: { "config.json": untied } });
    expect(refusal(() => openModel(alone).networks())).toContain('tensor "language_model.lm_head.weight"');
    const copied = networks((tensors) => {
      const head = tensors["language_model.model.embed_tokens.weight"]!;
      return { ...tensors, "language_model.lm_head.weight": head };
    }, "siglip-qwen2");
    expect(copied).not.toThrow();
  });
});

describe("a checkpoint whose files do not fit each other", () => {
  it("is refused for pictures of another size than the tower's", () => {
    const size = { crop_size: { height: 24, width: 24 } };
    const folder = changed("clip-llama", { json: { "preprocessor_config.json": (json) => ({ ...json, ...size }) } });
    expect(refusal(() => openModel(folder))).toContain(
      "vision_config.image_size is 32; pictures are prepared to 24 × 24",
    );
  });

  it.each([
    ["clip-llama", { architectures: ["LlavaNextForConditionalGeneration"] }, "pictures are prepared as crop"],
    ["next-mistral", { architectures: ["LlavaForConditionalGeneration"] }, "pictures are prepared as tiles"],
    [
      "next-mistral",
      { vision_feature_select_strategy: "full" },
      "vision_feature_select_strategy: expected one that leaves",
    ],
  ])("%s with %j is refused", (name, change, message) => {
    const folder = changed(name, { json: { "config.json": (json) => ({ ...json, ...change }) } });
    expect(refusal(() => openModel(folder))).toContain(message);
  });

  it("is refused where <image> is another token to the tokenizer", async () => {
    const folder = changed("clip-llama", { json: { "config.json": (json) => ({ ...json, image_token_index: 7 }) } });
    const tokenizer = await loadTokenizer(folder);
    expect(() => openModel(folder).programs(tokenizer, "own")).toThrow(CheckpointError);
    expect(() => openModel(folder).programs(tokenizer, "own")).toThrow("image_token_index: expected 409");
  });

  it("may keep its image processor in processor_config.json", () => {
    const whole = JSON.stringify({ image_processor: { do_pad: true, crop_size: 32, size: { shortest_edge: 32 } } });
    const files = { "processor_config.json": whole };
    const folder = changed("clip-llama", { files, without: ["preprocessor_config.json"] });
    expect(openModel(folder).preprocessing.fit).toMatchObject({ kind: "crop", padding: [122, 116, 104] });
    expect(() => openModel(changed("clip-llama", { without: ["preprocessor_config.json"] }))).toThrow(CheckpointError);
  });
});
