import { clipNormalisation } from "../official/parts.ts";
import type { TowerSizes } from "../tensors.ts";
import type { GgufMetadata, GgufTensor, GgufType } from "./gguf.ts";
import type { GgufParts } from "./gguf-file.ts";
import { layerByLayer, matrix, vector } from "./gguf-tensors.ts";

/** As llama.cpp's repositories publish towers. */
export type VisionQuantisation = "F16" | "Q8_0";

/** CLIP's tower and LLaVA's projector into rows of a language model: llama.cpp's --mmproj, as tools/mtmd/clip.cpp reads it. */
export function visionGguf(sizes: TowerSizes, width: number, type: VisionQuantisation): GgufParts {
  const name = `clip-${sizes.num_hidden_layers}x${sizes.hidden_size}-${width}-${type}`;
  return { name, metadata: visionMetadata(sizes, width), tensors: tensors(sizes, width, type) };
}

/** Its keys; `width`: of the language model. */
export function visionMetadata(sizes: TowerSizes, width: number): GgufMetadata {
  const uint32 = (value: number) => ({ type: "uint32", value }) as const;
  return {
    "general.architecture": { type: "string", value: "clip" },
    "clip.has_vision_encoder": { type: "bool", value: true },
    "clip.projector_type": { type: "string", value: "mlp" },
    "clip.vision.image_size": uint32(sizes.image_size),
    "clip.vision.patch_size": uint32(sizes.patch_size),
    "clip.vision.embedding_length": uint32(sizes.hidden_size),
    "clip.vision.feed_forward_length": uint32(sizes.intermediate_size),
    // Of these it computes all but the last, as LLaVA's vision_feature_layer of -2 asks for.
    "clip.vision.block_count": uint32(sizes.num_hidden_layers),
    "clip.vision.attention.head_count": uint32(sizes.num_attention_heads),
    "clip.vision.attention.layer_norm_epsilon": { type: "float32", value: 1e-5 },
    "clip.vision.projection_dim": uint32(width),
    "clip.vision.image_mean": { type: "float32s", value: clipNormalisation.image_mean },
    "clip.vision.image_std": { type: "float32s", value: clipNormalisation.image_std },
    "clip.use_gelu": { type: "bool", value: false },
  };
}

function tensors(sizes: TowerSizes, width: number, type: VisionQuantisation): GgufTensor[] {
  const { hidden_size: own, patch_size: patch, image_size: side } = sizes;
  return [
    vector("v.class_embd", own),
    // A convolution's, whose rows are no blocks.
    matrix("v.patch_embd", "F16", [own, 3, patch, patch]),
    matrix("v.position_embd", "F32", [(side / patch) ** 2 + 1, own]),
    ...norm("v.pre_ln", own),
    ...layerByLayer("v.blk", sizes.num_hidden_layers, () => layer(sizes, type)),
    ...linear("mm.0", type, [width, own]),
    ...linear("mm.2", type, [width, width]),
  ];
}

function layer({ hidden_size: width, intermediate_size: inner }: TowerSizes, type: GgufType): GgufTensor[] {
  return [
    ...norm("ln1", width),
    ...["attn_q", "attn_k", "attn_v", "attn_out"].flatMap((name) => linear(name, type, [width, width])),
    ...norm("ln2", width),
    ...linear("ffn_up", type, [inner, width]),
    ...linear("ffn_down", type, [width, inner]),
  ];
}

function linear(name: string, type: GgufType, [to, from]: readonly [number, number]): GgufTensor[] {
  return [matrix(name, type, [to, from]), vector(`${name}.bias`, to)];
}

function norm(name: string, width: number): GgufTensor[] {
  return [vector(`${name}.weight`, width), vector(`${name}.bias`, width)];
}
