import { bertTensors, blipBase, headTensors, visionTensors, type BlipSizes } from "../blip-tensors.ts";
import { squareProcessor } from "../checkpoint.ts";
import { linear, type NamedTensor, prefixed } from "../tensors.ts";
import { clipNormalisation, json, shards, shortened, type OfficialParts } from "./parts.ts";
import { bertFiles } from "./tokenizers.ts";

/** BLIP's repositories (models.md §1): a ViT-B or ViT-L, and BERT. */

export type BlipClass = "BlipForConditionalGeneration" | "BlipForQuestionAnswering" | "BlipForImageTextRetrieval";

export interface BlipOptions {
  readonly vision: "ViT-B" | "ViT-L";
  /** How the hub keeps the weights: pytorch_model.bin or model.safetensors. */
  readonly file: "torch" | "safetensors";
  /** Of each tower; as published unless it is given. */
  readonly layers: number | undefined;
}

const vitLarge: BlipSizes["vision_config"] = {
  ...{ hidden_size: 1024, num_hidden_layers: 24, num_attention_heads: 16, intermediate_size: 4096 },
  ...{ image_size: 384, patch_size: 16 },
};

export function blipParts(architecture: BlipClass, { vision, file, layers }: BlipOptions): OfficialParts {
  const sizes = {
    vision_config: shortened(vision === "ViT-B" ? blipBase.vision_config : vitLarge, layers),
    text_config: shortened(blipBase.text_config, layers),
  };
  const texts = {
    "config.json": json(config(architecture, sizes)),
    "preprocessor_config.json": json(
      squareProcessor(384, {
        ...{ ...clipNormalisation, image_processor_type: "BlipImageProcessor", processor_class: "BlipProcessor" },
      }),
    ),
    ...bertFiles(),
  };
  const weights = file === "torch" ? file : shards.of10;
  return { texts, tensors: tensors[architecture](sizes), dtype: "F32", weights };
}

const tensors: Readonly<Record<BlipClass, (sizes: BlipSizes) => OfficialParts["tensors"]>> = {
  BlipForConditionalGeneration: (sizes) => [...visionTower(sizes), ...decoder(sizes)],
  BlipForQuestionAnswering: (sizes) => [...visionTower(sizes), ...encoder(sizes), ...decoder(sizes)],
  BlipForImageTextRetrieval: (sizes) => [
    ...visionTower(sizes),
    ...encoder(sizes),
    ...linear("vision_proj", { from: sizes.vision_config.hidden_size, to: 256 }),
    ...linear("text_proj", { from: sizes.text_config.hidden_size, to: 256 }),
    ...linear("itm_head", { from: sizes.text_config.hidden_size, to: 2 }),
  ],
};

function visionTower({ vision_config }: BlipSizes): NamedTensor[] {
  return prefixed("vision_model.", visionTensors(vision_config));
}

function encoder({ text_config: text, vision_config: vision }: BlipSizes): OfficialParts["tensors"] {
  return [...prefixed("text_encoder.", bertTensors(text, vision.hidden_size)), positions("text_encoder", text)];
}

/** As the files have it: the head's matrix and bias a second time, which are tied, and the positions' numbers. */
function decoder({ text_config: text, vision_config: vision }: BlipSizes): OfficialParts["tensors"] {
  const { hidden_size: width, vocab_size: words } = text;
  const head = "text_decoder.cls.predictions.";
  const matrix = { name: `${head}decoder.weight`, shape: [words, width], fill: "random" } as const;
  const bias = { name: `${head}decoder.bias`, shape: [words], fill: "zeros" } as const;
  return [
    ...prefixed("text_decoder.bert.", bertTensors(text, vision.hidden_size)),
    positions("text_decoder.bert", text),
    ...prefixed(head, headTensors(text)),
    { ...matrix, tiedTo: "text_decoder.bert.embeddings.word_embeddings.weight" },
    { ...bias, tiedTo: `${head}bias` },
  ];
}

/** A buffer of older versions. */
function positions(prefix: string, text: BlipSizes["text_config"]): OfficialParts["tensors"][number] {
  const shape = [1, text.max_position_embeddings];
  return { name: `${prefix}.embeddings.position_ids`, shape, fill: "zeros", dtype: "I64" };
}

function config(architecture: BlipClass, { vision_config, text_config }: BlipSizes): object {
  const text = {
    ...{ ...text_config, model_type: "blip_text_model", encoder_hidden_size: vision_config.hidden_size },
    ...{ bos_token_id: 30522, eos_token_id: 2, pad_token_id: 0, sep_token_id: 102, hidden_act: "gelu" },
    ...{ is_decoder: true, layer_norm_eps: 1e-12, projection_dim: 768, use_cache: true },
  };
  const vision = { ...vision_config, model_type: "blip_vision_model", hidden_act: "gelu", layer_norm_eps: 1e-5 };
  return {
    ...{ architectures: [architecture], model_type: "blip", torch_dtype: "float32", image_text_hidden_size: 256 },
    ...{ projection_dim: 512, logit_scale_init_value: 2.6592 },
    text_config: text,
    vision_config: vision,
  };
}
