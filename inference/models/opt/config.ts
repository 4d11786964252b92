import type { Config } from "../../checkpoint/config.ts";
import { CheckpointError } from "../../checkpoint/checkpoint-error.ts";

/** The parts of a text_config of model_type "opt" that the graph and its programs need; names are the file's. */
export interface OptConfig {
  readonly vocab_size: number;
  readonly hidden_size: number;
  readonly num_hidden_layers: number;
  readonly num_attention_heads: number;
  readonly max_position_embeddings: number;
  readonly bos_token_id: number;
  readonly eos_token_id: number;
}

/** Values that every OPT inside a served model has; OPT-350m, which differs, is in none. */
const REQUIRED = {
  do_layer_norm_before: true,
  enable_bias: true,
  layer_norm_elementwise_affine: true,
  _remove_final_layer_norm: false,
} as const;

/** Defaults are transformers' OPTConfig. Throws a CheckpointError, naming the key, for a variant that is not built. */
export function readOptConfig(config: Config): OptConfig {
  config.oneOf("activation_function", ["relu"], "relu");
  for (const [key, value] of Object.entries(REQUIRED)) requireValue(config, key, value);
  const hidden_size = config.size("hidden_size", 768);
  const vocab_size = config.size("vocab_size", 50272);
  requireSameWidth(config, hidden_size);
  return {
    vocab_size,
    hidden_size,
    num_hidden_layers: config.size("num_hidden_layers", 12),
    num_attention_heads: config.divisor("num_attention_heads", hidden_size, 12),
    max_position_embeddings: config.size("max_position_embeddings", 2048),
    bos_token_id: config.index("bos_token_id", vocab_size, 2),
    eos_token_id: config.index("eos_token_id", vocab_size, 2),
  };
}

function requireValue(config: Config, key: string, value: boolean): void {
  if (config.boolean(key, value) === value) return;
  throw new CheckpointError(config.file, `text_config.${key}: expected ${value}, found ${!value}`);
}

/** Words of another width would need projections in and out. */
function requireSameWidth(config: Config, hidden_size: number): void {
  const width = config.size("word_embed_proj_dim", hidden_size);
  if (width === hidden_size) return;
  const problem = `text_config.word_embed_proj_dim: expected hidden_size, ${hidden_size}, found ${width}`;
  throw new CheckpointError(config.file, problem);
}
