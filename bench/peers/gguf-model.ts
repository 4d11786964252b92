import { existsSync } from "node:fs";
import { mkdir, open, rename, rm, type FileHandle } from "node:fs/promises";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import type { LlavaSizes } from "../llava-tensors.ts";
import { aligned, type GgufMetadata, type GgufTensor, type GgufType, ggufHeader, tensorBytes } from "./gguf.ts";
import { RandomBlocks } from "./gguf-blocks.ts";

/** What llama.cpp's users quantise to: all matrices in blocks of 32, or a mixture, of 4 bits mostly, that errs less. */
export type Quantisation = "Q4_0" | "Q4_K_M";

type TextSizes = LlavaSizes["text_config"];

/** As llama.cpp calls what bench/llava-parts.ts makes: biases for queries, keys and values, the head tied to the embeddings. */
const ARCHITECTURE = "qwen2";

/** The file of a language model with random weights, in the temporary folder of the system: made now unless it is there. */
export async function randomGguf(sizes: TextSizes, quantisation: Quantisation): Promise<string> {
  const { hidden_size: width, num_hidden_layers: layers } = sizes;
  const path = join(tmpdir(), "triptych-bench", `random-${ARCHITECTURE}-${layers}x${width}-${quantisation}.gguf`);
  if (existsSync(path)) return path;
  const unfinished = `${path}.${process.pid}`;
  await mkdir(dirname(path), { recursive: true });
  try {
    const file = await open(unfinished, "wx");
    await write(file, ggufMetadata(sizes), ggufTensors(sizes, quantisation)).finally(() => file.close());
    await rename(unfinished, path);
  } finally {
    await rm(unfinished, { force: true });
  }
  return path;
}

async function write(file: FileHandle, metadata: GgufMetadata, tensors: readonly GgufTensor[]): Promise<void> {
  await file.writeFile(ggufHeader(metadata, tensors));
  const blocks = new RandomBlocks();
  for (const tensor of tensors) {
    const bytes = tensorBytes(tensor);
    for (const part of blocks.take(tensor.type, bytes)) await file.writeFile(part);
    await file.writeFile(Buffer.alloc(aligned(bytes) - bytes));
  }
}

function ggufMetadata(sizes: TextSizes): GgufMetadata {
  const uint32 = (value: number) => ({ type: "uint32", value }) as const;
  const own = {
    context_length: uint32(sizes.max_position_embeddings),
    embedding_length: uint32(sizes.hidden_size),
    block_count: uint32(sizes.num_hidden_layers),
    feed_forward_length: uint32(sizes.intermediate_size),
    vocab_size: uint32(sizes.vocab_size),
    "attention.head_count": uint32(sizes.num_attention_heads),
    "attention.head_count_kv": uint32(sizes.num_key_value_heads),
    "attention.layer_norm_rms_epsilon": { type: "float32", value: 1e-6 },
    "rope.dimension_count": uint32(sizes.hidden_size / sizes.num_attention_heads),
    "rope.freq_base": { type: "float32", value: 10_000 },
  } as const;
  const named = Object.entries(own).map(([key, value]) => [`${ARCHITECTURE}.${key}`, value] as const);
  return {
    "general.architecture": { type: "string", value: ARCHITECTURE },
    ...Object.fromEntries(named),
    ...tokenizer(sizes.vocab_size),
  };
}

/** Tokens are passed as numbers, but it won't load a model that can't read text. */
function tokenizer(words: number): GgufMetadata {
  return {
    "tokenizer.ggml.model": { type: "string", value: "gpt2" },
    "tokenizer.ggml.pre": { type: "string", value: "qwen2" },
    "tokenizer.ggml.tokens": { type: "strings", value: Array.from({ length: words }, (_, id) => `token ${id}`) },
    "tokenizer.ggml.merges": { type: "strings", value: ["t o"] },
    "tokenizer.ggml.bos_token_id": { type: "uint32", value: 0 },
    "tokenizer.ggml.eos_token_id": { type: "uint32", value: 0 },
  };
}

function ggufTensors(sizes: TextSizes, quantisation: Quantisation): GgufTensor[] {
  const { hidden_size: width, vocab_size: words, num_hidden_layers: count } = sizes;
  const layer = (i: number): GgufTensor[] => layerTensors(sizes, typesOf(quantisation, i, count));
  return [
    matrix("token_embd", quantisation === "Q4_0" ? "Q4_0" : "Q6_K", [words, width]),
    ...Array.from({ length: count }, (_, i) =>
      layer(i).map((part) => ({ ...part, name: `blk.${i}.${part.name}` })),
    ).flat(),
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

function layerTensors(sizes: TextSizes, { most, some }: LayerTypes): GgufTensor[] {
  const { hidden_size: width, intermediate_size: inner, num_attention_heads: heads } = sizes;
  const shared = (width / heads) * sizes.num_key_value_heads;
  return [
    vector("attn_norm.weight", width),
    matrix("attn_q", most, [width, width]),
    matrix("attn_k", most, [shared, width]),
    matrix("attn_v", some, [shared, width]),
    vector("attn_q.bias", width),
    vector("attn_k.bias", shared),
    vector("attn_v.bias", shared),
    matrix("attn_output", most, [width, width]),
    vector("ffn_norm.weight", width),
    matrix("ffn_gate", most, [inner, width]),
    matrix("ffn_up", most, [inner, width]),
    matrix("ffn_down", some, [width, inner]),
  ];
}

function matrix(name: string, type: GgufType, shape: readonly number[]): GgufTensor {
  return { name: `${name}.weight`, shape, type };
}

function vector(name: string, length: number): GgufTensor {
  return { name, shape: [length], type: "F32" };
}
