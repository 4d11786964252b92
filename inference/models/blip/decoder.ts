import type { TensorRef } from "../../checkpoint/tensor-ref.ts";
import type { Matrix, Weights } from "../../checkpoint/weights.ts";
import { affine, linear } from "../../layers/linear.ts";
import { layerNorm } from "../../layers/norm.ts";
import { gelu } from "../../onnx/activations.ts";
import type { Tensor } from "../../onnx/tensor.ts";
import { decoderNetwork } from "../decoder-network.ts";
import type { DecoderNetwork, DecoderShape } from "../model.ts";
import { bertDecoder } from "./bert.ts";
import type { BlipTextConfig } from "./config.ts";

/** The shape of text_decoder, whatever the weights. */
export function textDecoderShape(config: BlipTextConfig): DecoderShape {
  return {
    layers: config.num_hidden_layers,
    heads: config.num_attention_heads,
    headDim: config.hidden_size / config.num_attention_heads,
    vocabularySize: config.vocab_size,
    maxPositions: config.max_position_embeddings,
    hasMemory: true,
  };
}

/** text_decoder as the runtime sees it. */
export function textDecoder(w: Weights, config: BlipTextConfig): DecoderNetwork {
  const spec = { ...textDecoderShape(config), positions: "absolute" } as const;
  return decoderNetwork(spec, (inputs) => ({
    ...bertDecoder(inputs, w.at("bert"), config),
    head: (rows) => languageModelHead(rows, w, config),
  }));
}

/** States [wanted, hidden] → logits [wanted, vocabulary]; the last matrix is tied to the word embeddings. */
function languageModelHead(x: Tensor, w: Weights, config: BlipTextConfig): Tensor {
  const predictions = w.at("cls.predictions");
  const transform = predictions.at("transform");
  const hidden = layerNorm(gelu(linear(x, transform.at("dense"))), transform.at("LayerNorm"), config.layer_norm_eps);
  return affine(hidden, vocabularyMatrix(w, config), vocabularyBias(predictions, config));
}

/** Some files hold the tied matrix a second time. */
function vocabularyMatrix(w: Weights, { vocab_size, hidden_size }: BlipTextConfig): Matrix {
  const own = w.optionalMatrix("cls.predictions.decoder.weight", [vocab_size, hidden_size]);
  return own ?? w.matrix("bert.embeddings.word_embeddings.weight");
}

/** Older files hold the bias twice, by either name. */
function vocabularyBias(predictions: Weights, { vocab_size }: BlipTextConfig): TensorRef {
  const second = predictions.optional("decoder.bias", [vocab_size]);
  return second && !predictions.has("bias") ? second : predictions.tensor("bias", [vocab_size]);
}
