import { readSafetensors } from "../../../inference/checkpoint/safetensors.ts";
import type { BlockMatrix } from "../../../inference/onnx/quantised.ts";
import type { StoredTensor } from "../../../inference/onnx/stored-tensor.ts";
import { letterIds } from "../../letter-tokenizer.ts";
import { gain, layers, type NamedTensor, random } from "../../tensors.ts";
import type { LanguageShape } from "../gguf-model.ts";

/** Columns of a block, and the bytes of its numbers. */
const BLOCK = 32;
const BLOCK_BYTES = BLOCK / 2;

/** Of a language model as its published q4 exports have them: the table of embeddings as it is, everything else in blocks. */
export function q4Tensors({ kind, sizes }: LanguageShape): NamedTensor[] {
  const { hidden_size: width, intermediate_size: inner, vocab_size: words, num_hidden_layers: count } = sizes;
  const joined = width + 2 * (width / sizes.num_attention_heads) * sizes.num_key_value_heads;
  const layer = [
    gain("input_layernorm", width),
    ...blocks("attn.qkv_proj", joined, width),
    ...(kind === "qwen2" ? [{ name: "attn.qkv_proj.bias", shape: [joined], fill: "zeros" } as const] : []),
    ...blocks("attn.o_proj", width, width),
    gain("post_attention_layernorm", width),
    ...blocks("mlp.gate_proj", inner, width),
    ...blocks("mlp.up_proj", inner, width),
    ...blocks("mlp.down_proj", width, inner),
  ];
  return [
    { ...random("embed_tokens.weight", [words, width]), rows: letterIds },
    ...layers("layers", count, layer),
    gain("norm", width),
    ...blocks("lm_head", words, width),
  ];
}

/** The bits of its numbers are those of four random floats a block: no kernel looks at what they are. */
function blocks(name: string, rows: number, columns: number): NamedTensor[] {
  const shape = [rows, columns / BLOCK, BLOCK_BYTES / Float32Array.BYTES_PER_ELEMENT];
  return [random(`${name}.blocks`, shape), random(`${name}.scales`, [rows, columns / BLOCK])];
}

/** Such tensors, where they lie in the file that they were written to. */
export class Q4Weights {
  readonly #tensors: ReadonlyMap<string, StoredTensor>;

  constructor(file: string) {
    this.#tensors = new Map(readSafetensors(file).map((tensor) => [tensor.name, tensor]));
  }

  tensor(name: string): StoredTensor {
    const tensor = this.#tensors.get(name);
    if (tensor === undefined) throw new Error(`There is no ${name}.`);
    return tensor;
  }

  has(name: string): boolean {
    return this.#tensors.has(name);
  }

  matrix(name: string): BlockMatrix {
    const stored = this.tensor(`${name}.blocks`);
    const [rows, across] = stored.shape as [number, number];
    const numbers = { ...stored, dtype: "U8", shape: [rows, across, BLOCK_BYTES] };
    const scales = this.tensor(`${name}.scales`);
    return { name, shape: [rows, across * BLOCK], bits: 4, blockSize: BLOCK, blocks: numbers, scales };
  }
}
