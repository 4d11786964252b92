import type { LlavaSizes } from "../llava-tensors.ts";
import type { GgufMetadata, GgufTensor, GgufType } from "./gguf.ts";
import type { GgufParts } from "./gguf-file.ts";
import { layerByLayer, matrix, vector } from "./gguf-tensors.ts";
import { ggufTokenizer } from "./gguf-tokenizer.ts";

/** What llama.cpp's users quantise to: all matrices in blocks of 32, or a mixture, of 4 bits mostly, that errs less. */
export type Quantisation = "Q4_0" | "Q4_K_M";

export interface LanguageShape {
  /** As llama.cpp calls it. Qwen2's has biases for queries, keys and values, and its head is tied to the embeddings. */
  readonly kind: "qwen2" | "llama";
  readonly sizes: LlavaSizes["text_config"];
}

/** Of the norms, where a shape is all that is known. */
const EPSILON = 1e-6;

/** The file of a language model. */
export function languageGguf({ kind, sizes }: LanguageShape, quantisation: Quantisation): GgufParts {
  const name = `${kind}-${sizes.num_hidden_layers}x${sizes.hidden_size}-${quantisation}`;
  return {
    name,
    metadata: { ...languageMetadata({ kind, sizes }, EPSILON), ...ggufTokenizer(sizes.vocab_size) },
    tensors: ggufTensors({ kind, sizes }, quantisation),
  };
}

/** Its keys but the tokenizer's; `epsilon`: of its norms. */
export function languageMetadata({ kind, sizes }: LanguageShape, epsilon: number): GgufMetadata {
  const uint32 = (value: number) => ({ type: "uint32", value }) as const;
  const own = {
    context_length: uint32(sizes.max_position_embeddings),
    embedding_length: uint32(sizes.hidden_size),
    block_count: uint32(sizes.num_hidden_layers),
    feed_forward_length: uint32(sizes.intermediate_size),
    vocab_size: uint32(sizes.vocab_size),
    "attention.head_count": uint32(sizes.num_attention_heads),
    "attention.head_count_kv": uint32(sizes.num_key_value_heads),
    "attention.layer_norm_rms_epsilon": { type: "float32", value: epsilon },
    "rope.dimension_count": uint32(sizes.hidden_size / sizes.num_attention_heads),
    "rope.freq_base": { type: "float32", value: 10_000 },
  } as const;
  const named = Object.entries(own).map(([key, value]) => [`${kind}.${key}`, value] as const);
  return {
    "general.architecture": { type: "string", value: kind },
    ...Object.fromEntries(named),
  };
}

function ggufTensors({ kind, sizes }: LanguageShape, quantisation: Quantisation): GgufTensor[] {
  const { hidden_size: width, vocab_size: words, num_hidden_layers: count } = sizes;
  const [table, head]: [GgufType, GgufType] = quantisation === "Q4_0" ? ["Q4_0", "Q4_0"] : ["Q4_K", "Q6_K"];
  const layer = (i: number): GgufTensor[] => layerTensors({ kind, sizes }, typesOf(quantisation, i, count));
  return [
    matrix("token_embd", kind === "qwen2" ? head : table, [words, width]),
    ...(kind === "qwen2" ? [] : [matrix("output", head, [words, width])]),
    ...layerByLayer("blk", count, layer),
    vector("output_norm.weight", width),
  ];
}

interface LayerTypes {
  /** Of most matrices. */
  readonly most: GgufType;
  /** Of those that Q4_K_M keeps in more bits in some layers: llama.cpp's use_more_bits. */
  readonly some: GgufType;
}

function typesOf(quantisation: Quantisation, layer: number, layers: number): LayerTypes {
  if (quantisation === "Q4_0") return { most: "Q4_0", some: "Q4_0" };
  const eighth = Math.floor(layers / 8);
  const isFine = layer < eighth || layer >= Math.floor((7 * layers) / 8) || (layer - eighth) % 3 === 2;
  return { most: "Q4_K", some: isFine ? "Q6_K" : "Q4_K" };
}

function layerTensors({ kind, sizes }: LanguageShape, { most, some }: LayerTypes): GgufTensor[] {
  const { hidden_size: width, intermediate_size: inner, num_attention_heads: heads } = sizes;
  const shared = (width / heads) * sizes.num_key_value_heads;
  return [
    vector("attn_norm.weight", width),
    matrix("attn_q", most, [width, width]),
    matrix("attn_k", most, [shared, width]),
    matrix("attn_v", some, [shared, width]),
    ...(kind === "qwen2" ? biases({ width, shared }) : []),
    matrix("attn_output", most, [width, width]),
    vector("ffn_norm.weight", width),
    matrix("ffn_gate", most, [inner, width]),
    matrix("ffn_up", most, [inner, width]),
    matrix("ffn_down", some, [width, inner]),
  ];
}

function biases({ width, shared }: { readonly width: number; readonly shared: number }): GgufTensor[] {
  return [vector("attn_q.bias", width), vector("attn_k.bias", shared), vector("attn_v.bias", shared)];
}
