import { activations } from "../../layers/activation.ts";
import { linear, projection } from "../../layers/linear.ts";
import { slice } from "../../onnx/operators.ts";
import type { Tensor } from "../../onnx/tensor.ts";
import type { Weights } from "../../checkpoint/weights.ts";
import { clipVision } from "../clip/vision.ts";
import { decoderNetwork } from "../decoder-network.ts";
import { encoderNetwork } from "../encoder-network.ts";
import { llama } from "../llama/llama.ts";
import { llamaShape } from "../llama/shape.ts";
import type { DecoderNetwork, EncoderNetwork, Networks } from "../model.ts";
import { siglipVision } from "../siglip/vision.ts";
import { featureRows, type LlavaConfig, type Projector, type Tower } from "./config.ts";
import type { LlavaWeights } from "./layout.ts";

/** What the networks of a checkpoint are made of. */
export interface LlavaSource {
  readonly weights: LlavaWeights;
  readonly config: LlavaConfig;
  /** Tokens that are never said. */
  readonly suppressedTokenIds: readonly number[];
}

const towers = { clip: clipVision, siglip: siglipVision };

/** LlavaForConditionalGeneration: vision, whose rows take the placeholders' places → decoder. */
export function llavaNetworks(source: LlavaSource): Networks {
  return { encoders: [visionNetwork(source)], decoder: languageModel(source) };
}

/** LlavaNextForConditionalGeneration: the same for each tile, and a learned row that ends each line of tiles. */
export function llavaNextNetworks(source: LlavaSource): Networks {
  return { encoders: [visionNetwork(source), newlineNetwork(source)], decoder: languageModel(source) };
}

/** pixel_values [batch, 3, image, image] → image_features [batch, rows, width of the language model] */
function visionNetwork({ weights, config: { vision, projector, text_config } }: LlavaSource): EncoderNetwork {
  return encoderNetwork("vision", "cached", (graph) => {
    const pixels = graph.input("pixel_values", "float32", ["batch", 3, vision.image_size, vision.image_size]);
    const states = towers[vision.kind](pixels, weights.vision, vision, vision.blocks);
    const features = project(chosenRows(states, vision), weights.projector, projector);
    graph.output("image_features", features.reshape(["batch", featureRows(vision), text_config.hidden_size]));
  });
}

function chosenRows(states: Tensor, { dropsFirstRow }: Tower): Tensor {
  if (!dropsFirstRow) return states;
  const { graph } = states;
  const [from, to] = [graph.int64([1], [1]), graph.int64([1], [Number.MAX_SAFE_INTEGER])];
  return slice(states, 1, { from, to, length: (states.dim(1) as number) - 1 });
}

function project(x: Tensor, w: Weights, { act, hasBias }: Projector): Tensor {
  const layer = hasBias ? linear : projection;
  return layer(activations[act](layer(x, w.at("linear_1"))), w.at("linear_2"));
}

/** times [batch, 1] → row [batch, 1, width]: the learned image_newline, once for each 1 that is put in. */
function newlineNetwork({ weights, config: { text_config } }: LlavaSource): EncoderNetwork {
  return encoderNetwork("newline", "cached", (graph) => {
    const times = graph.input("times", "float32", ["batch", 1]);
    const row = graph.value(weights.newline.tensor("image_newline", [text_config.hidden_size]));
    graph.output("row", times.reshape(["batch", 1, 1]).mul(row));
  });
}

function languageModel({ weights, config: { text_config: config }, suppressedTokenIds }: LlavaSource): DecoderNetwork {
  const spec = { ...llamaShape(config), positions: "absolute", attends: "by parts", suppressedTokenIds } as const;
  return decoderNetwork(spec, (inputs) => llama(inputs, weights.language, config));
}
