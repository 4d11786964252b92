import type { TensorRef } from "../../checkpoint/tensor-ref.ts";
import type { Matrix, Weights } from "../../checkpoint/weights.ts";
import { attendWithPast, type KeyValues } from "../../layers/attention.ts";
import { embedding } from "../../layers/embedding.ts";
import { linear, linears, product } from "../../layers/linear.ts";
import { layerNorm } from "../../layers/norm.ts";
import { relu } from "../../onnx/activations.ts";
import type { Tensor } from "../../onnx/tensor.ts";
import { decoderNetwork, type DecoderInputs, type DecoderStates } from "../decoder-network.ts";
import { byParts } from "../decoder-parts.ts";
import type { DecoderNetwork, DecoderShape } from "../model.ts";
import type { OptConfig } from "./config.ts";

/** OPT (models.md §2.7; transformers' OPTForCausalLM): pre-norm, learned positions, relu. */

/** torch's default, which OPT's norms have. */
const EPSILON = 1e-5;

/** The position table begins with two rows that no row of a text uses. */
const POSITION_OFFSET = 2;

/** The shape of its decoder, whatever the weights. */
export function optShape(config: OptConfig): DecoderShape {
  return {
    layers: config.num_hidden_layers,
    heads: config.num_attention_heads,
    headDim: config.hidden_size / config.num_attention_heads,
    vocabularySize: config.vocab_size,
    maxPositions: config.max_position_embeddings,
    hasMemory: false,
    featureWidth: config.hidden_size,
  };
}

/** OPTForCausalLM as the runtime takes it; a picture's features have the width of its embeddings. */
export function optDecoder(w: Weights, config: OptConfig, suppressedTokenIds: readonly number[]): DecoderNetwork {
  const spec = { ...optShape(config), positions: "absolute", attends: "by parts", suppressedTokenIds } as const;
  return decoderNetwork(spec, (inputs) => ({
    ...decoder(inputs, w.at("model.decoder"), config),
    head: (rows) => product(rows, vocabularyMatrix(w, config)),
  }));
}

function decoder(inputs: DecoderInputs, w: Weights, config: OptConfig): Omit<DecoderStates, "head"> {
  let x = embeddings(inputs, w, config);
  const own: (readonly KeyValues[])[] = [];
  for (let i = 0; i < config.num_hidden_layers; i++) {
    const at = w.at("layers", i);
    const rows = layerNorm(x, at.at("self_attn_layer_norm"), EPSILON);
    const layer = selfAttention(rows, i, at.at("self_attn"), { parts: inputs.parts, config });
    x = x.add(layer.output);
    x = x.add(feedForward(layerNorm(x, at.at("final_layer_norm"), EPSILON), at));
    own.push(layer.own);
  }
  return { states: layerNorm(x, w.at("final_layer_norm"), EPSILON), ...byParts(own) };
}

/** Features take the places of words; both know their position. */
function embeddings({ ids, positions, withFeatures }: DecoderInputs, w: Weights, config: OptConfig): Tensor {
  const { hidden_size: width, max_position_embeddings: length } = config;
  const words = withFeatures(embedding(ids, wordTable(w, config)));
  const table = w.tensor("embed_positions.weight", [length + POSITION_OFFSET, width]);
  return words.add(embedding(positions.add(positions.graph.int64([], [POSITION_OFFSET])), table));
}

/** What attention adds, and each part's keys and values. */
function selfAttention(
  x: Tensor,
  layer: number,
  w: Weights,
  { parts, config }: Pick<DecoderInputs, "parts"> & { readonly config: OptConfig },
): { output: Tensor; own: readonly KeyValues[] } {
  const [queries, keys, values] = linears(x, w, ["q_proj", "k_proj", "v_proj"]) as Three;
  const headDim = config.hidden_size / config.num_attention_heads;
  const { attended, own } = parts.attend({ queries, keys, values, headDim }, ({ queries, own, part }) =>
    attendWithPast(queries, part.past[layer]!, own, part.mask),
  );
  return { output: linear(attended, w.at("out_proj")), own };
}

type Three = [Tensor, Tensor, Tensor];

function feedForward(x: Tensor, w: Weights): Tensor {
  return linear(relu(linear(x, w.at("fc1"))), w.at("fc2"));
}

/** The words' own table; some files hold it a second time, as lm_head. */
function vocabularyMatrix(w: Weights, { vocab_size, hidden_size }: OptConfig): Matrix {
  const own = w.optionalMatrix("lm_head.weight", [vocab_size, hidden_size]);
  return own ?? w.matrix("model.decoder.embed_tokens.weight");
}

function wordTable(w: Weights, { vocab_size, hidden_size }: OptConfig): TensorRef {
  return w.tensor("embed_tokens.weight", [vocab_size, hidden_size]);
}
