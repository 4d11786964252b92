import type { CheckpointParts } from "../checkpoint.ts";
import { idOf, letterIds, tokenizerFiles } from "../letter-tokenizer.ts";
import { clipTensors } from "../official/clip.ts";
import { llamaTensors, qwenTensors } from "../official/llama.ts";
import { cropProcessor, projector } from "../official/llava.ts";
import { json } from "../official/parts.ts";
import { type NamedTensor, prefixed } from "../tensors.ts";
import type { LlavaShape } from "./llava-shapes.ts";

/** The checkpoint of such a LLaVA, with a tokenizer of single letters. */
export function llavaCheckpoint({ kind, sizes, vision }: LlavaShape): CheckpointParts {
  const language = kind === "qwen2" ? qwenTensors(sizes) : llamaTensors(sizes, "untied");
  const files = {
    "config.json": config({ kind, sizes, vision }),
    "generation_config.json": { bos_token_id: idOf("<|endoftext|>"), eos_token_id: idOf("<|im_end|>") },
    "preprocessor_config.json": cropProcessor,
    ...tokenizerFiles(sizes.max_position_embeddings),
  };
  const texts = Object.entries(files).map(([name, file]) => [name, json(file)] as const);
  const tensors = [
    ...prefixed("vision_tower.vision_model.", clipTensors(vision)),
    ...projector(vision, sizes),
    ...prefixed("language_model.", language.map(sayingLetters)),
  ];
  return { name: `llava-${kind}`, texts: Object.fromEntries(texts), tensors };
}

/** The table that the head is, or is tied to, has nothing but letters. */
function sayingLetters(tensor: NamedTensor): NamedTensor {
  return /embed_tokens|lm_head/.test(tensor.name) ? { ...tensor, rows: letterIds } : tensor;
}

function config({ kind, sizes, vision }: Omit<LlavaShape, "title">): object {
  return {
    architectures: ["LlavaForConditionalGeneration"],
    dtype: "float32",
    image_token_index: idOf("<image>"),
    model_type: "llava",
    projector_hidden_act: "gelu",
    vision_feature_layer: -2,
    vision_feature_select_strategy: "default",
    text_config: {
      ...sizes,
      model_type: kind,
      bos_token_id: idOf("<|endoftext|>"),
      eos_token_id: idOf("<|im_end|>"),
      hidden_act: "silu",
      rms_norm_eps: 1e-6,
      rope_theta: 10_000,
      tie_word_embeddings: kind === "qwen2",
    },
    vision_config: { ...vision, model_type: "clip_vision_model" },
  };
}
