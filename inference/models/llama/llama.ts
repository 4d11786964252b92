import type { Matrix, Weights } from "../../checkpoint/weights.ts";
import { attendInGroups, maskOfGroup, type KeyValues } from "../../layers/attention.ts";
import { embedding } from "../../layers/embedding.ts";
import { linear, linears, product, projection, projections } from "../../layers/linear.ts";
import { addAndNorm, rmsNorm } from "../../layers/norm.ts";
import { rotaryFrequencies, rotate, rotation, type Rotation } from "../../layers/rotary.ts";
import { silu } from "../../onnx/activations.ts";
import type { Tensor } from "../../onnx/tensor.ts";
import type { DecoderInputs, DecoderStates } from "../decoder-network.ts";
import { byParts, type DecoderPart, type DecoderParts } from "../decoder-parts.ts";
import type { LlamaConfig } from "./config.ts";

/** Where a checkpoint keeps a language model: its layers, and the head that may be tied to the embeddings. */
export interface LlamaWeights {
  /** `embed_tokens`, `layers`, `norm` */
  readonly model: Weights;
  /** `lm_head` */
  readonly head: Weights;
}

/** LLaMA (models.md §3.1): pre-norm, rotary positions, queries in groups, gated MLP. */
export function llama(inputs: DecoderInputs, { model, head }: LlamaWeights, config: LlamaConfig): DecoderStates {
  const { num_hidden_layers: count, rms_norm_eps: eps } = config;
  const words = model.tensor("embed_tokens.weight", [config.vocab_size, config.hidden_size]);
  const embeddings = inputs.withFeatures(embedding(inputs.ids, words));
  const normOf = (layer: number): Weights =>
    layer < count ? model.at("layers", layer, "input_layernorm") : model.at("norm");
  let stream: Stream = { sum: embeddings, normed: rmsNorm(embeddings, normOf(0), eps) };
  const shared = { ...sharedByLayers(inputs, config), config };
  const own: (readonly KeyValues[])[] = [];
  for (let i = 0; i < count; i++) {
    const layer = decoderLayer(stream, i, model.at("layers", i), shared);
    stream = addAndNorm(layer.stream.sum, layer.addition, normOf(i + 1), eps);
    own.push(layer.own);
  }
  return {
    states: stream.normed,
    ...byParts(own),
    head: (rows) => product(rows, headMatrix({ model, head }, config)),
  };
}

/** The residual stream, [as ids, hidden], and its norm. */
interface Stream {
  readonly sum: Tensor;
  readonly normed: Tensor;
}

interface Shared {
  readonly turn: Rotation;
  readonly parts: DecoderParts;
  /** Of each part, [batch, 1, group × rows, past + rows] */
  readonly masks: ReadonlyMap<DecoderPart, Tensor>;
}

/** What is computed once for all layers. */
function sharedByLayers({ positions, parts }: DecoderInputs, config: LlamaConfig): Shared {
  const { num_attention_heads: heads, num_key_value_heads: kvHeads, rope } = config;
  const frequencies = rotaryFrequencies(rope.theta, config.head_dim).map((frequency) => frequency / rope.factor);
  const masks = new Map(parts.all.map((part) => [part, maskOfGroup(part.mask, heads / kvHeads)]));
  return { turn: rotation(positions, frequencies), parts, masks };
}

/** What a layer adds to the stream after its attention, whose keys and values are `own`, by parts. */
function decoderLayer(
  before: Stream,
  layer: number,
  w: Weights,
  shared: Shared & { readonly config: LlamaConfig },
): { stream: Stream; addition: Tensor; own: readonly KeyValues[] } {
  const { config } = shared;
  const { output, own } = selfAttention(before.normed, layer, w.at("self_attn"), shared);
  const stream = addAndNorm(before.sum, output, w.at("post_attention_layernorm"), config.rms_norm_eps);
  return { stream, addition: gatedMlp(stream.normed, w.at("mlp"), config), own };
}

function selfAttention(
  x: Tensor,
  layer: number,
  w: Weights,
  { turn, parts, masks, config }: Shared & { readonly config: LlamaConfig },
): { output: Tensor; own: readonly KeyValues[] } {
  const { biases } = config;
  const inner = biases.queryKeyValue ? linears : projections;
  const outer = biases.output ? linear : projection;
  const [q, k, values] = inner(x, w, ["q_proj", "k_proj", "v_proj"]) as [Tensor, Tensor, Tensor];
  // Cached keys are turned already: a row's place never changes.
  const rows = { queries: rotate(q, turn), keys: rotate(k, turn), values, headDim: config.head_dim };
  const { attended, own } = parts.attend(rows, ({ queries, own, part }) =>
    attendInGroups(queries, part.past[layer]!, own, masks.get(part)!),
  );
  return { output: outer(attended, w.at("o_proj")), own };
}

function gatedMlp(x: Tensor, w: Weights, { biases }: LlamaConfig): Tensor {
  const [inner, outer] = biases.mlp ? [linears, linear] : [projections, projection];
  const [gate, up] = inner(x, w, ["gate_proj", "up_proj"]) as [Tensor, Tensor];
  return outer(silu(gate).mul(up), w.at("down_proj"));
}

/** The last matrix: its own, or where the checkpoint ties them and has no second copy, that of the embeddings. */
function headMatrix({ model, head }: LlamaWeights, config: LlamaConfig): Matrix {
  const shape = [config.vocab_size, config.hidden_size];
  const own = head.optionalMatrix("lm_head.weight", shape);
  const tied = config.tie_word_embeddings;
  return own ?? (tied ? model.matrix("embed_tokens.weight", shape) : head.matrix("lm_head.weight", shape));
}
