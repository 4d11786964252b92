import { config, remove, replace, weights, type Breakage } from "./breakage.ts";

const file = "config.json";
const tokenizer = "tokenizer.json";
const preprocessor = "preprocessor_config.json";
const generation = "generation_config.json";

/** Configurations and tokenizers that are broken, by the name of their folder. */
export const brokenConfigs: Readonly<Record<string, Breakage>> = {
  "config-not-json": { damage: replace(file, () => "{"), names: [file, "JSON"] },
  "config-nan": { damage: replace(file, nanSize), names: [file, "JSON"] },
  "config-no-architecture": { damage: replace(file, () => "{}"), names: [file, "architectures"] },
  "config-architecture": {
    damage: config((json) => (json.architectures = ["BertModel"])),
    names: [file, "architectures", "BertModel"],
  },
  "config-key-missing": {
    damage: config((json) => Reflect.deleteProperty(json, "text_config")),
    names: [file, "text_config"],
  },
  "config-size-a-text": {
    damage: config((json) => (json.vision_config.hidden_size = "big")),
    names: [file, "vision_config.hidden_size", '"big"'],
  },
  "config-size-negative": {
    damage: config((json) => (json.vision_config.num_hidden_layers = -3)),
    names: [file, "vision_config.num_hidden_layers", "-3"],
  },
  "config-width": {
    damage: config((json) => (json.vision_config.hidden_size = 40)),
    names: [weights, file, ", 40]"],
  },
  "config-too-many-layers": {
    damage: config((json) => (json.text_config.num_hidden_layers = 1e9)),
    names: [weights, "layer.2."],
  },
  "config-too-few-layers": {
    damage: config((json) => (json.text_config.num_hidden_layers = 1)),
    names: [weights, "layer.1."],
  },
  "config-heads": {
    damage: config((json) => (json.vision_config.num_attention_heads = 5)),
    names: [file, "vision_config.num_attention_heads", "5"],
  },
  "config-text-heads": {
    damage: config((json) => (json.text_config.num_attention_heads = 3)),
    names: [file, "text_config.num_attention_heads", "3"],
  },
  "config-patches": {
    damage: config((json) => (json.vision_config.patch_size = 7)),
    names: [weights, "patch_embedding.weight", "7"],
  },
  "config-positions": {
    damage: config((json) => (json.text_config.max_position_embeddings = 1_000)),
    names: [weights, "position_embeddings.weight"],
  },
  "vocabulary-too-large": {
    damage: config((json) => (json.text_config.vocab_size = 400)),
    names: [weights, "word_embeddings.weight", "[317, 32]", "[400, 32]"],
  },
  // Found out twice, by the weights and by the tokenizer; whoever is first says it.
  "vocabulary-too-small": { damage: config((json) => (json.text_config.vocab_size = 316)), names: ["316", "317"] },
  "token-outside": {
    damage: config((json) => (json.text_config.sep_token_id = 5_000)),
    names: [file, "text_config.sep_token_id", "5000"],
  },
  "tokenizer-too-large": {
    damage: replace(tokenizer, moreWords),
    names: [file, "text_config.vocab_size", "tokenizer"],
  },
  "tokenizer-missing": { damage: remove(tokenizer, "vocab.txt"), names: [tokenizer, "vocab.txt"] },
  "tokenizer-not-json": { damage: replace(tokenizer, () => "[[["), names: [tokenizer, "JSON"] },
  "tokenizer-of-another-kind": { damage: replace(tokenizer, () => "{}"), names: [tokenizer] },
  "preprocessor-missing": { damage: remove(preprocessor), names: [preprocessor] },
  "preprocessor-not-json": { damage: replace(preprocessor, () => "none"), names: [preprocessor, "JSON"] },
  "preprocessor-no-size": {
    damage: replace(preprocessor, () => '{"size": {"height": 0, "width": 48}}'),
    names: [preprocessor, "size", "0"],
  },
  "generation-config": {
    damage: replace(generation, () => '{"max_new_tokens": "many"}'),
    names: [generation, "max_new_tokens"],
  },
};

/** Python writes it; JSON does not know it. */
function nanSize(before: Buffer): string {
  return before.toString().replace('"image_size": 48', '"image_size": NaN');
}

/** A vocabulary with words that the embedding has no rows for. */
function moreWords(before: Buffer): string {
  const parsed = JSON.parse(before.toString()) as { model: { vocab: Record<string, number> } };
  const { vocab } = parsed.model;
  const size = Object.keys(vocab).length;
  for (let i = 0; i < 50; i++) vocab[`surplus${i}`] = size + i;
  return JSON.stringify(parsed);
}
