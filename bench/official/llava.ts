import { squareProcessor } from "../checkpoint.ts";
import { siglipTensors } from "../llava-tensors.ts";
import { linear, type NamedTensor, prefixed, random, type TowerSizes } from "../tensors.ts";
import { qwenTemplate, templates } from "./chat-templates.ts";
import { clipTensors } from "./clip.ts";
import { llamaTensors, mistral7b, qwen, qwenTensors, vicuna13b, vicuna7b, type LlamaSizes } from "./llama.ts";
import { clipNormalisation, json, shards, shortened, type OfficialParts } from "./parts.ts";
import { llamaFiles, qwenFiles } from "./tokenizers.ts";

/** LLaVA's repositories (models.md §3): CLIP or SigLIP, and LLaMA, Mistral or Qwen2. */

/** ViT-L/14 at 336 pixels. */
export const clip: TowerSizes = {
  ...{ hidden_size: 1024, intermediate_size: 4096, num_hidden_layers: 24, num_attention_heads: 16 },
  ...{ image_size: 336, patch_size: 14 },
};
const siglip: TowerSizes = {
  ...{ hidden_size: 1152, intermediate_size: 4304, num_hidden_layers: 26, num_attention_heads: 16 },
  ...{ image_size: 384, patch_size: 14 },
};

type Layers = number | undefined;
const base = { rms_norm_eps: 1e-5, torch_dtype: "float16" };

export const llava157b = (layers: Layers): OfficialParts =>
  withClip(
    "LlavaForConditionalGeneration",
    { sizes: vicuna7b, layers },
    { ...base, model_type: "llama", max_position_embeddings: 4096 },
  );

export const llava1513b = (layers: Layers): OfficialParts =>
  withClip(
    "LlavaForConditionalGeneration",
    { sizes: vicuna13b, layers },
    { ...base, model_type: "llama", max_position_embeddings: 4096 },
  );

export const bakLlava = (layers: Layers): OfficialParts =>
  withClip(
    "LlavaForConditionalGeneration",
    { sizes: mistral7b, layers },
    { ...base, model_type: "mistral", max_position_embeddings: 32_768, rope_theta: 10_000, sliding_window: 4096 },
  );

export const llava16Mistral = (layers: Layers): OfficialParts =>
  withClip(
    "LlavaNextForConditionalGeneration",
    { sizes: mistral7b, layers },
    { ...base, model_type: "mistral", max_position_embeddings: 32_768, rope_theta: 1_000_000, sliding_window: null },
  );

interface Language {
  readonly sizes: LlamaSizes;
  readonly layers: Layers;
}

type ClipClass = "LlavaForConditionalGeneration" | "LlavaNextForConditionalGeneration";

function withClip(architecture: ClipClass, { sizes, layers: count }: Language, text: object): OfficialParts {
  const [vision, language] = [shortened(clip, count), shortened(sizes, count)];
  const tiled = architecture === "LlavaNextForConditionalGeneration";
  const config = {
    ...{ architectures: [architecture], model_type: tiled ? "llava_next" : "llava", torch_dtype: "float16" },
    ...{ ignore_index: -100, image_token_index: 32_000, pad_token_id: 32_001, projector_hidden_act: "gelu" },
    ...{
      vision_feature_layer: -2,
      vision_feature_select_strategy: "default",
      ...(tiled && { image_grid_pinpoints: grids }),
    },
    text_config: { ...language, ...text },
    vision_config: { ...vision, model_type: "clip_vision_model", projection_dim: 768, vocab_size: 32_000 },
  };
  const newline = tiled ? [random("image_newline", [language.hidden_size])] : [];
  return {
    texts: {
      "config.json": json(config),
      "generation_config.json": json({ bos_token_id: 1, eos_token_id: 2, pad_token_id: 32_001 }),
      "preprocessor_config.json": json(tiled ? tilesProcessor : cropProcessor),
      ...llamaFiles(tiled ? templates.mistral : templates.vicuna),
    },
    tensors: [
      ...newline,
      ...prefixed("vision_tower.vision_model.", clipTensors(vision)),
      ...projector(vision, language),
      ...prefixed("language_model.", llamaTensors(language, "untied")),
    ],
    ...{ dtype: "F16", weights: shards.of5 },
  };
}

/** LLaVA-interleave with SigLIP and Qwen1.5-0.5B. */
export function llavaInterleave(count: Layers): OfficialParts {
  const [vision, language] = [shortened(siglip, count), shortened(qwen, count)];
  const config = {
    ...{ architectures: ["LlavaForConditionalGeneration"], model_type: "llava", torch_dtype: "bfloat16" },
    ...{ ignore_index: -100, image_token_index: 151_646, projector_hidden_act: "gelu" },
    ...{ vision_feature_layer: -1, vision_feature_select_strategy: "full" },
    text_config: {
      ...language,
      model_type: "qwen2",
      rope_theta: 1_000_000,
      max_position_embeddings: 32_768,
      sliding_window: 32_768,
      use_sliding_window: false,
      tie_word_embeddings: true,
      rms_norm_eps: 1e-6,
      torch_dtype: "bfloat16",
    },
    vision_config: { ...vision, model_type: "siglip_vision_model", vision_use_head: false },
  };
  const half = { image_mean: [0.5, 0.5, 0.5], image_std: [0.5, 0.5, 0.5] };
  const processor = squareProcessor(384, {
    ...half,
    image_processor_type: "SiglipImageProcessor",
    processor_class: "LlavaProcessor",
  });
  return {
    texts: {
      "config.json": json(config),
      "generation_config.json": json({ bos_token_id: 151_643, eos_token_id: 151_645 }),
      "preprocessor_config.json": json(processor),
      ...qwenFiles(qwenTemplate),
    },
    tensors: [
      ...prefixed("vision_tower.vision_model.", siglipTensors(vision)),
      ...projector(vision, language),
      ...prefixed("language_model.", qwenTensors(language)),
    ],
    ...{ dtype: "BF16", weights: shards.of5 },
  };
}

const grids = [
  [336, 672],
  [672, 336],
  [672, 672],
  [1008, 336],
  [336, 1008],
] as const;

export const cropProcessor = {
  ...{ crop_size: { height: 336, width: 336 }, do_center_crop: true, do_convert_rgb: true, do_normalize: true },
  ...{ do_rescale: true, do_resize: true, resample: 3, rescale_factor: 1 / 255, size: { shortest_edge: 336 } },
  ...{ ...clipNormalisation, image_processor_type: "CLIPImageProcessor", processor_class: "LlavaProcessor" },
};

const tilesProcessor = {
  ...{ ...cropProcessor, do_pad: true, image_grid_pinpoints: grids, aspect_ratio_setting: "anyres" },
  ...{ image_processor_type: "LlavaNextImageProcessor", processor_class: "LlavaNextProcessor" },
};

export function projector({ hidden_size: from }: TowerSizes, { hidden_size: to }: LlamaSizes): NamedTensor[] {
  return [
    ...linear("multi_modal_projector.linear_1", { from, to }),
    ...linear("multi_modal_projector.linear_2", { from: to, to }),
  ];
}
