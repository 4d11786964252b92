import { readFileSync } from "node:fs";
import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { readBytes, readFloat32 } from "../../inference/checkpoint/read-tensor.ts";
import { readSafetensors } from "../../inference/checkpoint/safetensors.ts";
import type { TensorRef } from "../../inference/checkpoint/tensor-ref.ts";
import { aligned, type GgufMetadata, type GgufTensor, ggufHeader } from "./gguf.ts";
import { visionMetadata } from "./gguf-vision.ts";
import { llamaMetadata, type LlavaConfig } from "./llava-gguf-metadata.ts";

/** llama.cpp's two files of a LLaVA. */
export interface LlavaFiles {
  readonly model: string;
  /** --mmproj */
  readonly vision: string;
}

interface FilledTensor {
  readonly tensor: GgufTensor;
  readonly bytes: Uint8Array;
}

/** A tensor of ours for one of theirs. */
interface Source {
  readonly name: string;
  readonly ref: TensorRef;
  /** Its rows in their order, where that is another. */
  readonly rows?: readonly number[];
}

/**
 * Writes a LLaVA of CLIP and LLaMA with a SentencePiece tokenizer, such as the bundled demo, as llama.cpp reads it, into a
 * folder. Numbers stay what they are: matrices in float16, the rest in float32.
 */
export async function llavaGguf(checkpoint: string, folder: string): Promise<LlavaFiles> {
  const files = { model: join(folder, "model.gguf"), vision: join(folder, "vision.gguf") };
  const config = json(checkpoint, "config.json") as unknown as LlavaConfig;
  const refs = new Map(readSafetensors(join(checkpoint, "model.safetensors")).map((ref) => [ref.name, ref]));
  const clip = visionMetadata(config.vision_config, config.text_config.hidden_size);
  const language = languageSources(config, refs).map(filled);
  await writeFile(files.model, ggufFile(llamaMetadata(config, json(checkpoint, "tokenizer.json")), language));
  await writeFile(files.vision, ggufFile(clip, visionSources(config, refs).map(filled)));
  return files;
}

function json(folder: string, name: string): Record<string, unknown> {
  return JSON.parse(readFileSync(join(folder, name), "utf8")) as Record<string, unknown>;
}

function ggufFile(metadata: GgufMetadata, filled: readonly FilledTensor[]): Buffer {
  const parts = filled.flatMap(({ bytes }) => [bytes, Buffer.alloc(aligned(bytes.length) - bytes.length)]);
  const tensors = filled.map(({ tensor }) => tensor);
  return Buffer.concat([ggufHeader(metadata, tensors), ...parts]);
}

type Refs = ReadonlyMap<string, TensorRef>;

const layerNames = {
  attn_norm: "input_layernorm",
  attn_q: "self_attn.q_proj",
  attn_k: "self_attn.k_proj",
  attn_v: "self_attn.v_proj",
  attn_output: "self_attn.o_proj",
  ffn_norm: "post_attention_layernorm",
  ffn_gate: "mlp.gate_proj",
  ffn_up: "mlp.up_proj",
  ffn_down: "mlp.down_proj",
} as const;

function languageSources({ text_config: text }: LlavaConfig, refs: Refs): Source[] {
  const at = (theirs: string, ours: string): Source => ({
    name: `${theirs}.weight`,
    ref: refs.get(`language_model.${ours}.weight`)!,
  });
  const heads: Readonly<Record<string, number>> = {
    attn_q: text.num_attention_heads,
    attn_k: text.num_key_value_heads,
  };
  const layer = (i: number): Source[] =>
    Object.entries(layerNames).map(([theirs, ours]) => {
      const source = at(`blk.${i}.${theirs}`, `model.layers.${i}.${ours}`);
      return theirs in heads ? { ...source, rows: interleaved(source.ref.shape[0]!, heads[theirs]!) } : source;
    });
  const whole = [at("token_embd", "model.embed_tokens"), at("output_norm", "model.norm"), at("output", "lm_head")];
  return [...whole, ...layers(text.num_hidden_layers, layer)];
}

/**
 * The rows of queries or keys in llama.cpp's order: its rotary embedding turns neighbours, ours each row of a head's first
 * half with one of its second.
 */
export function interleaved(rows: number, heads: number): number[] {
  const half = rows / heads / 2;
  return Array.from({ length: rows }, (_, to) => {
    const head = Math.floor(to / (2 * half));
    const within = to % (2 * half);
    return head * 2 * half + (within % 2) * half + Math.floor(within / 2);
  });
}

const towerNames = {
  ln1: "layer_norm1",
  attn_q: "self_attn.q_proj",
  attn_k: "self_attn.k_proj",
  attn_v: "self_attn.v_proj",
  attn_out: "self_attn.out_proj",
  ln2: "layer_norm2",
  ffn_up: "mlp.fc1",
  ffn_down: "mlp.fc2",
} as const;

function visionSources({ vision_config: vision }: LlavaConfig, refs: Refs): Source[] {
  const tower = "vision_tower.vision_model";
  const both = (theirs: string, ours: string): Source[] =>
    ["weight", "bias"].map((part) => ({ name: `${theirs}.${part}`, ref: refs.get(`${ours}.${part}`)! }));
  const layer = (i: number): Source[] =>
    Object.entries(towerNames).flatMap(([theirs, ours]) =>
      both(`v.blk.${i}.${theirs}`, `${tower}.encoder.layers.${i}.${ours}`),
    );
  const embedding = (theirs: string, ours: string): Source => ({
    name: theirs,
    ref: refs.get(`${tower}.embeddings.${ours}`)!,
  });
  return [
    embedding("v.class_embd", "class_embedding"),
    embedding("v.patch_embd.weight", "patch_embedding.weight"),
    embedding("v.position_embd.weight", "position_embedding.weight"),
    ...both("v.pre_ln", `${tower}.pre_layrnorm`),
    ...layers(vision.num_hidden_layers, layer),
    ...both("mm.0", "multi_modal_projector.linear_1"),
    ...both("mm.2", "multi_modal_projector.linear_2"),
  ];
}

function layers(count: number, layer: (i: number) => Source[]): Source[] {
  return Array.from({ length: count }, (_, i) => layer(i)).flat();
}

function filled({ name, ref, rows }: Source): FilledTensor {
  const { shape } = ref;
  const isMatrix = shape.length > 1 && !name.includes("position_embd");
  const tensor: GgufTensor = { name, shape, type: isMatrix ? "F16" : "F32" };
  if (!isMatrix) return { tensor, bytes: new Uint8Array(readFloat32(ref).buffer) };
  const bytes = readBytes(ref);
  return { tensor, bytes: rows === undefined ? bytes : inOrder(bytes, rows) };
}

function inOrder(bytes: Uint8Array, rows: readonly number[]): Uint8Array {
  const length = bytes.length / rows.length;
  return Buffer.concat(rows.map((row) => bytes.subarray(row * length, (row + 1) * length)));
}
