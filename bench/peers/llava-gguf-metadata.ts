import type { LlavaSizes } from "../llava-tensors.ts";
import type { GgufMetadata } from "./gguf.ts";
import { languageMetadata } from "./gguf-model.ts";

/** What is read of a config.json. */
export interface LlavaConfig extends Pick<LlavaSizes, "vision_config"> {
  readonly text_config: LlavaSizes["text_config"] & {
    readonly rms_norm_eps: number;
    readonly bos_token_id: number;
    readonly eos_token_id: number;
  };
}

/** llama.cpp's LLAMA_TOKEN_TYPE_… */
const tokenTypes = { normal: 1, unknown: 2, control: 3, unused: 5, byte: 6 } as const;

/** Keys of a LLaMA's file, its tokenizer's from a tokenizer.json of byte-pair merges with a fallback to bytes. */
export function llamaMetadata({ text_config: sizes }: LlavaConfig, tokenizer: object): GgufMetadata {
  const own = languageMetadata({ kind: "llama", sizes }, sizes.rms_norm_eps);
  return { ...own, ...tokenizerMetadata(sizes, tokenizer as TokenizerJson) };
}

interface TokenizerJson {
  readonly model: { readonly vocab: Readonly<Record<string, number>> };
  readonly added_tokens: readonly { readonly id: number; readonly content: string }[];
}

/** SentencePiece merges what scores highest: merges are numbered in the order in which they were learned. */
function tokenizerMetadata(
  { vocab_size, bos_token_id, eos_token_id }: LlavaConfig["text_config"],
  { model, added_tokens }: TokenizerJson,
): GgufMetadata {
  const words = new Map(Object.entries(model.vocab).map(([word, id]) => [id, word]));
  const special = new Map(added_tokens.map(({ id, content }) => [id, content]));
  const ids = Array.from({ length: vocab_size }, (_, id) => id);
  const typeOf = (id: number): number => {
    if (special.has(id)) return special.get(id) === "<unk>" ? tokenTypes.unknown : tokenTypes.control;
    const word = words.get(id);
    if (word === undefined) return tokenTypes.unused;
    return /^<0x[0-9A-F]{2}>$/.test(word) ? tokenTypes.byte : tokenTypes.normal;
  };
  return {
    "tokenizer.ggml.model": { type: "string", value: "llama" },
    "tokenizer.ggml.pre": { type: "string", value: "default" },
    "tokenizer.ggml.tokens": { type: "strings", value: ids.map((id) => special.get(id) ?? words.get(id) ?? `<${id}>`) },
    "tokenizer.ggml.scores": { type: "float32s", value: ids.map((id) => -id) },
    "tokenizer.ggml.token_type": { type: "int32s", value: ids.map(typeOf) },
    "tokenizer.ggml.bos_token_id": { type: "uint32", value: bos_token_id },
    "tokenizer.ggml.eos_token_id": { type: "uint32", value: eos_token_id },
    "tokenizer.ggml.add_bos_token": { type: "bool", value: true },
  };
}
