import type { Config } from "../../checkpoint/config.ts";

/**
 * LLaMA's family: Mistral and Qwen2 have the same layers. Names are config.json's; where a key is absent, the family's
 * own default counts, as in transformers (published LLaVA files leave most keys out).
 */
export interface LlamaConfig {
  readonly vocab_size: number;
  readonly hidden_size: number;
  readonly intermediate_size: number;
  readonly num_hidden_layers: number;
  readonly num_attention_heads: number;
  /** Each serves an equal group of query heads. */
  readonly num_key_value_heads: number;
  readonly head_dim: number;
  readonly hidden_act: "silu";
  readonly rms_norm_eps: number;
  readonly rope: Rope;
  /** As far as attention sees all that went before: not beyond a sliding window, which is not implemented. */
  readonly max_position_embeddings: number;
  readonly tie_word_embeddings: boolean;
  readonly biases: Biases;
}

export interface Rope {
  readonly theta: number;
  /** Positions are divided by it. */
  readonly factor: number;
}

/** Which projections have a bias. */
export interface Biases {
  readonly queryKeyValue: boolean;
  readonly output: boolean;
  readonly mlp: boolean;
}

interface Family {
  readonly sizes: Readonly<
    Record<"vocab_size" | "intermediate_size" | "max_position_embeddings" | "num_key_value_heads", number | undefined>
  >;
  readonly window: (config: Config) => number | undefined;
  readonly biases: (config: Config) => Biases;
}

const families = {
  llama: {
    sizes: {
      vocab_size: 32000,
      intermediate_size: 11008,
      max_position_embeddings: 2048,
      num_key_value_heads: undefined,
    },
    window: () => undefined,
    biases: llamaBiases,
  },
  mistral: {
    sizes: { vocab_size: 32000, intermediate_size: 14336, max_position_embeddings: 131072, num_key_value_heads: 8 },
    window: (config) => (config.isNull("sliding_window") ? undefined : config.size("sliding_window", 4096)),
    biases: () => ({ queryKeyValue: false, output: false, mlp: false }),
  },
  qwen2: {
    sizes: { vocab_size: 151936, intermediate_size: 22016, max_position_embeddings: 32768, num_key_value_heads: 32 },
    window: (config) => (config.boolean("use_sliding_window", false) ? config.size("sliding_window", 4096) : undefined),
    biases: () => ({ queryKeyValue: true, output: false, mlp: false }),
  },
} as const satisfies Readonly<Record<string, Family>>;

/** Reads a language model's config. Throws a CheckpointError for another family, and for rotary scaling beyond "linear". */
export function llamaConfig(config: Config): LlamaConfig {
  const type = config.oneOf("model_type", Object.keys(families) as (keyof typeof families)[], "llama");
  const { sizes, window, biases }: Family = families[type];
  const hidden_size = config.size("hidden_size", 4096);
  const heads = config.divisor("num_attention_heads", hidden_size, 32);
  const positions = config.size("max_position_embeddings", sizes.max_position_embeddings);
  return {
    vocab_size: config.size("vocab_size", sizes.vocab_size),
    hidden_size,
    intermediate_size: config.size("intermediate_size", sizes.intermediate_size),
    num_hidden_layers: config.size("num_hidden_layers", 32),
    num_attention_heads: heads,
    num_key_value_heads: config.divisor("num_key_value_heads", heads, sizes.num_key_value_heads ?? heads),
    head_dim: config.size("head_dim", hidden_size / heads),
    hidden_act: config.oneOf("hidden_act", ["silu"], "silu"),
    rms_norm_eps: config.number("rms_norm_eps", 1e-6),
    rope: rope(config),
    max_position_embeddings: Math.min(positions, window(config) ?? positions),
    tie_word_embeddings: config.boolean("tie_word_embeddings", false),
    biases: biases(config),
  };
}

function llamaBiases(config: Config): Biases {
  const attention = config.boolean("attention_bias", false);
  return { queryKeyValue: attention, output: attention, mlp: config.boolean("mlp_bias", false) };
}

/** transformers 5 writes rope_parameters; older files have rope_theta, and rope_scaling where positions are scaled. */
function rope(config: Config): Rope {
  if (config.has("rope_parameters")) {
    const parameters = config.object("rope_parameters");
    requireWholeHeads(parameters);
    return { theta: parameters.number("rope_theta", 10000), factor: factor(parameters, "rope_type") };
  }
  const theta = config.number("rope_theta", 10000);
  if (!config.has("rope_scaling")) return { theta, factor: 1 };
  const scaling = config.object("rope_scaling");
  return { theta, factor: factor(scaling, scaling.has("rope_type") ? "rope_type" : "type") };
}

function factor(scaling: Config, key: "rope_type" | "type"): number {
  return scaling.oneOf(key, ["default", "linear"]) === "linear" ? scaling.number("factor") : 1;
}

function requireWholeHeads(parameters: Config): void {
  parameters.oneOf("partial_rotary_factor", [1], 1);
}
