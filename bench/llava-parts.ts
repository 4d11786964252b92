import { squareProcessor, type CheckpointParts } from "./checkpoint.ts";
import { llavaTensors, type LlavaSizes } from "./llava-tensors.ts";

const specials = ["<|endoftext|>", "<|im_start|>", "<|im_end|>", "<image>"];
/** The space and the newline, as byte-level BPE spells them. */
const blanks = ["Ġ", "Ċ"];
/** letterIds: every visible ASCII character. */
const letters = Array.from({ length: 94 }, (_, i) => String.fromCharCode(33 + i));
const words = [...specials, ...blanks, ...letters];
const idOf = (special: string): number => specials.indexOf(special);

const chatTemplate = [
  "{% for message in messages %}{{ '<|im_start|>' + message['role'] + '\n' }}",
  "{% for content in message['content'] if content['type'] == 'image' %}{{ '<image>\n' }}{% endfor %}",
  "{% for content in message['content'] if content['type'] == 'text' %}{{ content['text'] }}{% endfor %}",
  "{{ '<|im_end|>\n' }}{% endfor %}",
  "{% if add_generation_prompt %}{{ '<|im_start|>assistant\n' }}{% endif %}",
].join("");

/** A chat checkpoint of LLaVA. */
export function llavaParts(sizes: LlavaSizes): CheckpointParts {
  const files = {
    "config.json": config(sizes),
    "generation_config.json": { bos_token_id: idOf("<|endoftext|>"), eos_token_id: idOf("<|im_end|>") },
    "preprocessor_config.json": squareProcessor(sizes.vision_config.image_size, {
      image_mean: [0.5, 0.5, 0.5],
      image_std: [0.5, 0.5, 0.5],
      image_processor_type: "SiglipImageProcessor",
      processor_class: "LlavaProcessor",
    }),
    "tokenizer.json": tokenizerJson(),
    "tokenizer_config.json": tokenizerConfig(sizes.text_config.max_position_embeddings),
  };
  const texts = Object.entries(files).map(([name, json]) => [name, `${JSON.stringify(json, null, 2)}\n`] as const);
  return { name: "llava", texts: Object.fromEntries(texts), tensors: llavaTensors(sizes) };
}

function config({ vision_config, text_config }: LlavaSizes): object {
  return {
    architectures: ["LlavaForConditionalGeneration"],
    dtype: "float32",
    image_seq_length: (vision_config.image_size / vision_config.patch_size) ** 2,
    image_token_index: idOf("<image>"),
    model_type: "llava",
    projector_hidden_act: "gelu",
    text_config: {
      ...text_config,
      model_type: "qwen2",
      bos_token_id: idOf("<|endoftext|>"),
      eos_token_id: idOf("<|im_end|>"),
      hidden_act: "silu",
      rms_norm_eps: 1e-6,
      rope_theta: 1_000_000,
      tie_word_embeddings: true,
      use_sliding_window: false,
    },
    vision_config: {
      ...vision_config,
      model_type: "siglip_vision_model",
      hidden_act: "gelu_pytorch_tanh",
      layer_norm_eps: 1e-6,
      vision_use_head: false,
    },
    vision_feature_layer: -1,
    vision_feature_select_strategy: "full",
  };
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
