import type { Config } from "../../checkpoint/config.ts";

/** The parts of a text_config of model_type "t5" that the graphs and programs need; names are the file's. */
export interface T5Config {
  readonly vocab_size: number;
  readonly d_model: number;
  /** Width of a head; heads × d_kv need not be d_model. */
  readonly d_kv: number;
  readonly num_layers: number;
  readonly num_decoder_layers: number;
  readonly num_heads: number;
  readonly relative_attention_num_buckets: number;
  readonly relative_attention_max_distance: number;
  readonly layer_norm_epsilon: number;
  readonly dense_act_fn: "gelu" | "gelu_new";
  readonly decoder_start_token_id: number;
  readonly eos_token_id: number;
  /** Whether the last states are scaled by 1/√d_model, as where the head is tied to the words. */
  readonly scale_decoder_outputs: boolean;
  /** Places know no end, but requests do: tokens that encoder and decoder take at most. */
  readonly n_positions: number;
}

/**
 * Defaults are transformers' T5Config. Throws a CheckpointError, naming the key, for T5 1.0, whose layers are not gated:
 * Flan-T5 is made of those of T5 1.1.
 */
export function readT5Config(config: Config): T5Config {
  config.oneOf("feed_forward_proj", ["gated-gelu"], "gated-gelu");
  const vocab_size = config.size("vocab_size", 32128);
  const num_layers = config.size("num_layers", 6);
  const buckets = config.within("relative_attention_num_buckets", { from: 4, to: 1024 }, 32);
  return {
    vocab_size,
    d_model: config.size("d_model", 512),
    d_kv: config.size("d_kv", 64),
    num_layers,
    num_decoder_layers: config.size("num_decoder_layers", num_layers),
    num_heads: config.size("num_heads", 8),
    relative_attention_num_buckets: buckets,
    relative_attention_max_distance: config.within(
      "relative_attention_max_distance",
      { from: buckets, to: 65_536 },
      128,
    ),
    layer_norm_epsilon: config.number("layer_norm_epsilon", 1e-6),
    dense_act_fn: config.oneOf("dense_act_fn", ["gelu", "gelu_new"], "gelu_new"),
    decoder_start_token_id: config.index("decoder_start_token_id", vocab_size, 0),
    eos_token_id: config.index("eos_token_id", vocab_size, 1),
    scale_decoder_outputs: scalesOutputs(config),
    n_positions: config.size("n_positions", 512),
  };
}

/** transformers 4 took an untied head, tie_word_embeddings false, for the sign of T5 1.1; transformers 5 says it by a key. */
function scalesOutputs(config: Config): boolean {
  return config.boolean("scale_decoder_outputs", config.boolean("tie_word_embeddings", true));
}
