import { blipTensors, type BlipSizes } from "./blip-tensors.ts";
import { squareProcessor, type CheckpointParts } from "./checkpoint.ts";
import { blipIds, specialIds, tokenizerJson, vocabulary } from "./vocabulary.ts";

const specialWords = {
  unk_token: "[UNK]",
  sep_token: "[SEP]",
  pad_token: "[PAD]",
  cls_token: "[CLS]",
  mask_token: "[MASK]",
  bos_token: "[DEC]",
  additional_special_tokens: ["[ENC]"],
};

/** A captioning checkpoint of BLIP. */
export function blipParts(sizes: BlipSizes): CheckpointParts {
  return { name: "blip", texts: checkpointTexts(sizes), tensors: blipTensors(sizes) };
}

function checkpointTexts(sizes: BlipSizes): Readonly<Record<string, string>> {
  const words = vocabulary(sizes.text_config.vocab_size);
  const files = {
    "config.json": config(sizes),
    "generation_config.json": generationConfig(sizes),
    "preprocessor_config.json": squareProcessor(sizes.vision_config.image_size, {
      image_mean: [0.48145466, 0.4578275, 0.40821073],
      image_std: [0.26862954, 0.26130258, 0.27577711],
      image_processor_type: "BlipImageProcessor",
      processor_class: "BlipProcessor",
    }),
    "special_tokens_map.json": specialWords,
    "tokenizer.json": tokenizerJson(words),
    "tokenizer_config.json": tokenizerConfig(sizes.text_config.max_position_embeddings),
  };
  const texts = Object.entries(files).map(([name, json]) => [name, `${JSON.stringify(json, null, 2)}\n`] as const);
  return { ...Object.fromEntries(texts), "vocab.txt": `${words.join("\n")}\n` };
}

function config({ vision_config, text_config }: BlipSizes): object {
  return {
    architectures: ["BlipForConditionalGeneration"],
    dtype: "float32",
    image_text_hidden_size: 256,
    model_type: "blip",
    projection_dim: 512,
    text_config: {
      ...text_config,
      model_type: "blip_text_model",
      bos_token_id: blipIds(text_config.vocab_size)["[DEC]"],
      encoder_hidden_size: vision_config.hidden_size,
      // A relic of the official files; what ends a text is [SEP].
      eos_token_id: 2,
      hidden_act: "gelu",
      is_decoder: true,
      layer_norm_eps: 1e-12,
      pad_token_id: specialIds["[PAD]"],
      sep_token_id: specialIds["[SEP]"],
    },
    vision_config: { ...vision_config, model_type: "blip_vision_model", hidden_act: "gelu", layer_norm_eps: 1e-5 },
  };
}

function generationConfig({ text_config: { vocab_size } }: BlipSizes): object {
  const bos_token_id = blipIds(vocab_size)["[DEC]"];
  return { _from_model_config: true, bos_token_id, eos_token_id: 2, pad_token_id: specialIds["[PAD]"] };
}

function tokenizerConfig(maxLength: number): object {
  return {
    ...specialWords,
    tokenizer_class: "BertTokenizer",
    do_lower_case: true,
    model_max_length: maxLength,
    processor_class: "BlipProcessor",
  };
}
