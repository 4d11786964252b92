/** A tokenizer of single characters, for models that say nothing of sense: as many tokens as there are letters. */
export const specials = ["<|endoftext|>", "<|im_start|>", "<|im_end|>", "<image>"];
/** The space and the newline, as byte-level BPE spells them. */
const blanks = ["Ġ", "Ċ"];
/** letterIds: every visible ASCII character. */
const letters = Array.from({ length: 94 }, (_, i) => String.fromCharCode(33 + i));

/** By their numbers. */
export const words: readonly string[] = [...specials, ...blanks, ...letters];

/** Tokens that are a visible letter each. Where a head has zeros, a token is never said. */
export const letterIds = { from: words.length - letters.length, to: words.length } as const;

export function idOf(special: string): number {
  return specials.indexOf(special);
}

const chatTemplate = [
  "{% for message in messages %}{{ '<|im_start|>' + message['role'] + '\n' }}",
  "{% for content in message['content'] if content['type'] == 'image' %}{{ '<image>\n' }}{% endfor %}",
  "{% for content in message['content'] if content['type'] == 'text' %}{{ content['text'] }}{% endfor %}",
  "{{ '<|im_end|>\n' }}{% endfor %}",
  "{% if add_generation_prompt %}{{ '<|im_start|>assistant\n' }}{% endif %}",
].join("");

/** Its files in a checkpoint: name → JSON. */
export function tokenizerFiles(maxLength: number): Readonly<Record<string, object>> {
  return { "tokenizer.json": tokenizerJson(), "tokenizer_config.json": tokenizerConfig(maxLength) };
}

function tokenizerJson(): object {
  return {
    version: "1.0",
    truncation: null,
    padding: null,
    added_tokens: specials.map((content) => ({
      ...{
        id: idOf(content),
        content,
        single_word: false,
        lstrip: false,
        rstrip: false,
        normalized: false,
        special: true,
      },
    })),
    normalizer: null,
    pre_tokenizer: { type: "ByteLevel", add_prefix_space: false, trim_offsets: true, use_regex: true },
    post_processor: null,
    decoder: { type: "ByteLevel", add_prefix_space: true, trim_offsets: true, use_regex: true },
    model: {
      type: "BPE",
      dropout: null,
      unk_token: null,
      continuing_subword_prefix: "",
      end_of_word_suffix: "",
      fuse_unk: false,
      byte_fallback: false,
      vocab: Object.fromEntries(words.map((word, id) => [word, id])),
      merges: [],
    },
  };
}

function tokenizerConfig(maxLength: number): object {
  return {
    add_bos_token: false,
    chat_template: chatTemplate,
    eos_token: "<|im_end|>",
    pad_token: "<|endoftext|>",
    model_max_length: maxLength,
    processor_class: "LlavaProcessor",
    tokenizer_class: "Qwen2Tokenizer",
  };
}
