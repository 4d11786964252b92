import { layers, linear, type NamedTensor, norm, random, type TowerSizes } from "../tensors.ts";

/** CLIP's tower by the names that it has below `vision_tower.vision_model.` (models.md §3.1). */
export function clipTensors({
  hidden_size: width,
  intermediate_size: inner,
  patch_size: patch,
  ...sizes
}: TowerSizes): NamedTensor[] {
  const layer = [
    ...norm("layer_norm1", width),
    ...["q_proj", "k_proj", "v_proj", "out_proj"].flatMap((name) =>
      linear(`self_attn.${name}`, { from: width, to: width }),
    ),
    ...norm("layer_norm2", width),
    ...linear("mlp.fc1", { from: width, to: inner }),
    ...linear("mlp.fc2", { from: inner, to: width }),
  ];
  return [
    random("embeddings.class_embedding", [width]),
    random("embeddings.patch_embedding.weight", [width, 3, patch, patch]),
    random("embeddings.position_embedding.weight", [(sizes.image_size / patch) ** 2 + 1, width]),
    ...norm("pre_layrnorm", width),
    ...layers("encoder.layers", sizes.num_hidden_layers, layer),
    ...norm("post_layernorm", width),
  ];
}
