import { specials, words } from "../letter-tokenizer.ts";
import type { GgufMetadata } from "./gguf.ts";

/** llama.cpp's LLAMA_TOKEN_TYPE_NORMAL and …_CONTROL. */
const NORMAL = 1;
const CONTROL = 3;

/** The tokenizer of bench/letter-tokenizer.ts, with words that nobody says up to the vocabulary's size. */
export function ggufTokenizer(vocabularySize: number): GgufMetadata {
  const ids = Array.from({ length: vocabularySize }, (_, id) => id);
  const idOf = (special: string) => ({ type: "uint32", value: words.indexOf(special) }) as const;
  return {
    "tokenizer.ggml.model": { type: "string", value: "gpt2" },
    "tokenizer.ggml.pre": { type: "string", value: "qwen2" },
    "tokenizer.ggml.tokens": { type: "strings", value: ids.map((id) => words[id] ?? `<${id}>`) },
    "tokenizer.ggml.token_type": { type: "int32s", value: ids.map((id) => (id < specials.length ? CONTROL : NORMAL)) },
    // It won't load a tokenizer without any.
    "tokenizer.ggml.merges": { type: "strings", value: ["t o"] },
    "tokenizer.ggml.bos_token_id": idOf("<|endoftext|>"),
    "tokenizer.ggml.eos_token_id": idOf("<|im_end|>"),
    "tokenizer.ggml.add_bos_token": { type: "bool", value: false },
  };
}
