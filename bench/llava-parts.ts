import { squareProcessor, type CheckpointParts } from "./checkpoint.ts";
import { idOf, tokenizerFiles } from "./letter-tokenizer.ts";
import { llavaTensors, type LlavaSizes } from "./llava-tensors.ts";

/** A chat checkpoint of LLaVA. */
export function llavaParts(sizes: LlavaSizes): CheckpointParts {
  const files = {
    "config.json": config(sizes),
    "generation_config.json": { bos_token_id: idOf("<|endoftext|>"), eos_token_id: idOf("<|im_end|>") },
    "preprocessor_config.json": squareProcessor(sizes.vision_config.image_size, {
      image_mean: [0.5, 0.5, 0.5],
      image_std: [0.5, 0.5, 0.5],
      image_processor_type: "SiglipImageProcessor",
      processor_class: "LlavaProcessor",
    }),
    ...tokenizerFiles(sizes.text_config.max_position_embeddings),
  };
  const texts = Object.entries(files).map(([name, json]) => [name, `${JSON.stringify(json, null, 2)}\n`] as const);
  return { name: "llava", texts: Object.fromEntries(texts), tensors: llavaTensors(sizes) };
}

function config({ vision_config, text_config }: LlavaSizes): object {
  return {
    architectures: ["LlavaForConditionalGeneration"],
    dtype: "float32",
    image_seq_length: (vision_config.image_size / vision_config.patch_size) ** 2,
    image_token_index: idOf("<image>"),
    model_type: "llava",
    projector_hidden_act: "gelu",
    text_config: {
      ...text_config,
      model_type: "qwen2",
      bos_token_id: idOf("<|endoftext|>"),
      eos_token_id: idOf("<|im_end|>"),
      hidden_act: "silu",
      rms_norm_eps: 1e-6,
      rope_theta: 1_000_000,
      tie_word_embeddings: true,
      use_sliding_window: false,
    },
    vision_config: {
      ...vision_config,
      model_type: "siglip_vision_model",
      hidden_act: "gelu_pytorch_tanh",
      layer_norm_eps: 1e-6,
      vision_use_head: false,
    },
    vision_feature_layer: -1,
    vision_feature_select_strategy: "full",
  };
}
