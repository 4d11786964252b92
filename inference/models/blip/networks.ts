import type { Weights } from "../../checkpoint/weights.ts";
import { linear } from "../../layers/linear.ts";
import type { Graph } from "../../onnx/graph.ts";
import { l2Normalize } from "../../onnx/normalization.ts";
import type { Tensor } from "../../onnx/tensor.ts";
import { encoderNetwork, firstRow, memoryOutputs, textInputs } from "../encoder-network.ts";
import type { BuildNetwork, EncoderNetwork, Networks } from "../model.ts";
import { networkBuilder } from "../network-builder.ts";
import { imageRows, visionTransformer } from "../vit/vit.ts";
import { bertEncoder, memoryOf, memoryOfLayer } from "./bert.ts";
import type { BlipConfig } from "./config.ts";
import { textDecoder } from "./decoder.ts";

/** What the networks of a checkpoint are made of. */
export interface BlipSource {
  readonly weights: Weights;
  readonly config: BlipConfig;
  /** The size that pictures are preprocessed to. */
  readonly pictures: { readonly height: number; readonly width: number };
}

/** BlipForConditionalGeneration: vision → memory → decoder. */
export function captioningNetworks(source: BlipSource): Networks {
  const { weights: w, config } = source;
  const memory = memoryNetwork(source);
  return {
    encoders: [visionNetwork(source), memory],
    decoder: textDecoder(w.at("text_decoder"), config.text_config),
  };
}

/** A graph for each layer: of BLIP-base a picture's memory takes 42 MB, and what a graph gives is there twice until it is copied. */
function memoryNetwork(source: BlipSource): EncoderNetwork {
  const { weights: w, config } = source;
  const part = (layer: number): BuildNetwork =>
    networkBuilder(`memory of layer ${layer}`, (graph) => {
      const image = imageInput(graph, source);
      memoryOutputs(graph, [memoryOfLayer(layer, image, w.at("text_decoder.bert"), config.text_config)], layer);
    });
  const parts = Array.from({ length: config.text_config.num_hidden_layers }, (_, layer) => part(layer));
  return { name: "memory", cached: false, build: (target) => parts.map((build) => build(target)) };
}

/** BlipForQuestionAnswering: vision → question, whose states are the answer decoder's memory → decoder. */
export function answeringNetworks(source: BlipSource): Networks {
  const { weights: w, config } = source;
  const question = encoderNetwork("question", "transient", (graph) => {
    const inputs = textInputs(graph);
    const states = bertEncoder(
      { ...inputs, image: imageInput(graph, source) },
      w.at("text_encoder"),
      config.text_config,
    );
    memoryOutputs(graph, memoryOf(states, w.at("text_decoder.bert"), config.text_config));
    graph.output("memory_mask", inputs.mask.reshape(["batch", "rows"]));
  });
  return {
    encoders: [visionNetwork(source), question],
    decoder: textDecoder(w.at("text_decoder"), config.text_config),
  };
}

/** BlipForImageTextRetrieval: pictures and texts as vectors (ITC), and a judgement of pairs (ITM); see models.md §1.9. */
export function retrievalNetworks(source: BlipSource): Networks {
  const { weights: w, config } = source;
  const text = encoderNetwork("text", "cached", (graph) => {
    const states = bertEncoder(textInputs(graph), w.at("text_encoder"), config.text_config);
    graph.output("text_embedding", l2Normalize(linear(firstRow(states), w.at("text_proj"))));
  });
  const match = encoderNetwork("match", "transient", (graph) => {
    const inputs = { ...textInputs(graph), image: imageInput(graph, source) };
    const states = bertEncoder(inputs, w.at("text_encoder"), config.text_config);
    graph.output("itm_logits", linear(firstRow(states), w.at("itm_head")));
  });
  return { encoders: [visionNetwork(source, w.at("vision_proj")), text, match] };
}

/** pixel_values → image_embeds [batch, 1 + patches, width], and with a projection image_embedding [batch, width of vectors]. */
function visionNetwork({ weights: w, config, pictures }: BlipSource, projection?: Weights): EncoderNetwork {
  return encoderNetwork("vision", "cached", (graph) => {
    const pixels = graph.input("pixel_values", "float32", ["batch", 3, pictures.height, pictures.width]);
    const states = visionTransformer(pixels, w.at("vision_model"), config.vision_config);
    graph.output("image_embeds", states);
    if (projection) graph.output("image_embedding", l2Normalize(linear(firstRow(states), projection)));
  });
}

function imageInput(graph: Graph, { config, pictures }: BlipSource): Tensor {
  const { vision_config: vision } = config;
  return graph.input("image_embeds", "float32", ["batch", imageRows(vision, pictures), vision.hidden_size]);
}
