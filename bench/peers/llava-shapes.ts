import { halfBillion, type LlavaSizes } from "../llava-tensors.ts";
import { clip } from "../official/llava.ts";
import type { LanguageShape } from "./gguf-model.ts";

/** A LLaVA: CLIP's ViT-L/14 at 336 pixels, whose 576 patches are rows of a language model. */
export interface LlavaShape extends LanguageShape {
  readonly title: string;
  readonly vision: LlavaSizes["vision_config"];
}

export const llavaShapes = {
  "0.5b": {
    title: "0.46 billion parameters, as in llava-interleave-qwen-0.5b",
    kind: "qwen2",
    sizes: halfBillion.text_config,
    vision: clip,
  },
  "1.1b": {
    title: "1.1 billion parameters, as TinyLlama has",
    kind: "llama",
    sizes: {
      ...{ hidden_size: 2048, num_hidden_layers: 22, num_attention_heads: 32, num_key_value_heads: 4 },
      ...{ intermediate_size: 5632, vocab_size: 32_064, max_position_embeddings: 4096 },
    },
    vision: clip,
  },
} as const satisfies Readonly<Record<string, LlavaShape>>;

export type LlavaShapeName = keyof typeof llavaShapes;
export const llavaShapeNames = Object.keys(llavaShapes) as LlavaShapeName[];
