import { visionTensors } from "../blip-tensors.ts";
import { squareProcessor } from "../checkpoint.ts";
import { layers, linear, type NamedTensor, norm, prefixed, random, type TowerSizes } from "../tensors.ts";
import { optTensors, optSizes, optConfig } from "./opt.ts";
import { clipNormalisation, json, shards, shortened, type OfficialParts } from "./parts.ts";
import { t5Config, t5Sizes, t5Tensors } from "./t5.ts";
import { bertFiles, optFiles, t5Files } from "./tokenizers.ts";

/** BLIP-2's repositories (models.md §2): ViT-g, the Q-Former, and OPT, Flan-T5 or nothing. */

export interface Blip2Options {
  /** 224 as pretrained, 364 after training on COCO. */
  readonly side: 224 | 364;
  /** Of each tower; as published unless it is given. */
  readonly layers: number | undefined;
}

const QUERIES = 32;
const qFormer = { hidden_size: 768, num_hidden_layers: 12, num_attention_heads: 12, intermediate_size: 3072 };

function vitG({ side, layers }: Blip2Options): TowerSizes {
  const sizes = { hidden_size: 1408, num_hidden_layers: 39, num_attention_heads: 16, intermediate_size: 6144 };
  return shortened({ ...sizes, image_size: side, patch_size: 14 }, layers);
}

/** Blip2ForConditionalGeneration with OPT-2.7B. */
export function blip2OptParts(options: Blip2Options): OfficialParts {
  const sizes = shortened(optSizes, options.layers);
  const tensors = [...languageProjection(sizes.hidden_size), ...prefixed("language_model.", optTensors(sizes))];
  const more = { text_config: optConfig(sizes), image_token_index: 50_265, use_decoder_only_language_model: true };
  return generation(options, { tensors, config: more, texts: optFiles(), end: 50_118 });
}

/** Blip2ForConditionalGeneration with Flan-T5-XL. */
export function blip2T5Parts(options: Blip2Options): OfficialParts {
  const sizes = t5Sizes(options.layers);
  const tensors = [...languageProjection(sizes.d_model), ...prefixed("language_model.", t5Tensors(sizes))];
  const more = { text_config: t5Config(sizes), image_token_index: 32_100, use_decoder_only_language_model: false };
  return generation(options, { tensors, config: more, texts: t5Files(), end: 1 });
}

interface Language {
  readonly tensors: readonly NamedTensor[];
  readonly config: object;
  readonly texts: Readonly<Record<string, string>>;
  readonly end: number;
}

function generation(options: Blip2Options, { tensors, config: more, texts, end }: Language): OfficialParts {
  const config = { architectures: ["Blip2ForConditionalGeneration"], ...commonConfig(options), ...more };
  return {
    texts: {
      "config.json": json(config),
      "generation_config.json": json({ eos_token_id: end }),
      ...processor(options),
      ...texts,
    },
    tensors: [...commonTensors(options, []), ...tensors],
    dtype: "F32",
    weights: shards.of10,
  };
}

/** Blip2ForImageTextRetrieval: the Q-Former reads texts too. */
export function blip2RetrievalParts(options: Blip2Options): OfficialParts {
  const { hidden_size: width } = qFormer;
  const config = { architectures: ["Blip2ForImageTextRetrieval"], ...commonConfig(options), image_token_index: 30_523 };
  const tensors = [
    ...commonTensors(options, textLayer),
    random("embeddings.word_embeddings.weight", [30_523, width]),
    random("embeddings.position_embeddings.weight", [512, width]),
    ...["vision_projection", "text_projection"].flatMap((name) => linear(name, { from: width, to: 256 })),
    ...linear("itm_head", { from: width, to: 2 }),
  ];
  const qformer_config = { ...config.qformer_config, vocab_size: 30_523, use_qformer_text_input: true };
  const texts = {
    "config.json": json({ ...config, qformer_config }),
    ...processor(options),
    ...bertFiles({ "[DEC]": 30_522, "<image>": 30_523 }),
  };
  return { texts, tensors, dtype: "F32", weights: shards.of10 };
}

function processor({ side }: Blip2Options): Readonly<Record<string, string>> {
  const names = { image_processor_type: "BlipImageProcessor", processor_class: "Blip2Processor" };
  return { "preprocessor_config.json": json(squareProcessor(side, { ...clipNormalisation, ...names })) };
}

function commonConfig(options: Blip2Options) {
  const vision = { ...vitG(options), model_type: "blip_2_vision_model", hidden_act: "gelu", layer_norm_eps: 1e-6 };
  const own = { cross_attention_frequency: 2, encoder_hidden_size: 1408, vocab_size: 30_522, hidden_act: "gelu" };
  const qformer = {
    ...shortened(qFormer, options.layers),
    ...own,
    layer_norm_eps: 1e-12,
    max_position_embeddings: 512,
  };
  return {
    ...{ model_type: "blip-2", torch_dtype: "float32", num_query_tokens: QUERIES, image_text_hidden_size: 256 },
    vision_config: { ...vision, qkv_bias: true },
    qformer_config: { ...qformer, model_type: "blip_2_qformer", use_qformer_text_input: false },
  };
}

function commonTensors(options: Blip2Options, more: readonly NamedTensor[]): NamedTensor[] {
  const { hidden_size: width } = qFormer;
  const { num_hidden_layers: count } = shortened(qFormer, options.layers);
  const layer = (i: number) => [
    ...attention("attention", width),
    ...(i % 2 === 0 ? attention("crossattention", 1408) : []),
  ];
  return [
    random("query_tokens", [1, QUERIES, width]),
    ...prefixed("vision_model.", visionTensors(vitG(options))),
    ...norm("qformer.layernorm", width),
    ...Array.from({ length: count }, (_, i) => prefixed(`qformer.encoder.layer.${i}.`, layer(i))).flat(),
    ...layers("qformer.encoder.layer", count, [...feedForward("intermediate_query", "output_query"), ...more]),
  ];
}

function attention(name: string, from: number): NamedTensor[] {
  const { hidden_size: width } = qFormer;
  return [
    ...linear(`${name}.attention.query`, { from: width, to: width }),
    ...linear(`${name}.attention.key`, { from, to: width }),
    ...linear(`${name}.attention.value`, { from, to: width }),
    ...linear(`${name}.output.dense`, { from: width, to: width }),
    ...norm(`${name}.output.LayerNorm`, width),
  ];
}

function feedForward(intermediate: string, output: string): NamedTensor[] {
  const { hidden_size: width, intermediate_size: inner } = qFormer;
  return [
    ...linear(`${intermediate}.dense`, { from: width, to: inner }),
    ...linear(`${output}.dense`, { from: inner, to: width }),
    ...norm(`${output}.LayerNorm`, width),
  ];
}

const textLayer = feedForward("intermediate", "output");

function languageProjection(to: number): NamedTensor[] {
  return linear("language_projection", { from: qFormer.hidden_size, to });
}
