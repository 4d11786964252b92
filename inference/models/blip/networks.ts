import type { Weights } from "../../checkpoint/weights.ts";
import { MASKED, type KeyValues } from "../../layers/attention.ts";
import { linear } from "../../layers/linear.ts";
import { Graph } from "../../onnx/graph.ts";
import { l2Normalize } from "../../onnx/operators.ts";
import type { Tensor } from "../../onnx/tensor.ts";
import type { EncoderNetwork, Networks } from "../model.ts";
import { bertEncoder, memoryOf, type EncoderInputs } from "./bert.ts";
import type { BlipConfig } from "./config.ts";
import { textDecoder } from "./decoder.ts";
import { visionModel } from "./vision.ts";

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
  const memory = encoder("memory", "transient", (graph) => {
    memoryOutputs(graph, memoryOf(imageInput(graph, source), w.at("text_decoder.bert"), config.text_config));
  });
  return {
    encoders: [visionNetwork(source), memory],
    decoder: textDecoder(w.at("text_decoder"), config.text_config),
  };
}

/** BlipForQuestionAnswering: vision → question, whose states are the answer decoder's memory → decoder. */
export function answeringNetworks(source: BlipSource): Networks {
  const { weights: w, config } = source;
  const question = encoder("question", "transient", (graph) => {
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
  const text = encoder("text", "cached", (graph) => {
    const states = bertEncoder(textInputs(graph), w.at("text_encoder"), config.text_config);
    graph.output("text_embedding", l2Normalize(linear(firstRow(states), w.at("text_proj"))));
  });
  const match = encoder("match", "transient", (graph) => {
    const inputs = { ...textInputs(graph), image: imageInput(graph, source) };
    const states = bertEncoder(inputs, w.at("text_encoder"), config.text_config);
    graph.output("itm_logits", linear(firstRow(states), w.at("itm_head")));
  });
  return { encoders: [visionNetwork(source, w.at("vision_proj")), text, match] };
}

/** pixel_values → image_embeds [batch, 1 + patches, width], and with a projection image_embedding [batch, width of vectors]. */
function visionNetwork({ weights: w, config, pictures }: BlipSource, projection?: Weights): EncoderNetwork {
  return encoder("vision", "cached", (graph) => {
    const pixels = graph.input("pixel_values", "float32", ["batch", 3, pictures.height, pictures.width]);
    const states = visionModel(pixels, w.at("vision_model"), config.vision_config);
    graph.output("image_embeds", states);
    if (projection) graph.output("image_embedding", l2Normalize(linear(firstRow(states), projection)));
  });
}

/** Builds at once: a checkpoint that does not fit fails while it is opened. */
function encoder(name: string, results: "cached" | "transient", write: (graph: Graph) => void): EncoderNetwork {
  const graph = new Graph(name);
  write(graph);
  const built = graph.build();
  return { name, cached: results === "cached", build: () => built };
}

function imageInput(graph: Graph, { config, pictures }: BlipSource): Tensor {
  const { patch_size: patch, hidden_size: width } = config.vision_config;
  const patches = Math.floor(pictures.height / patch) * Math.floor(pictures.width / patch);
  return graph.input("image_embeds", "float32", ["batch", 1 + patches, width]);
}

/** attention_mask is 1 on a text's own rows and 0 on padding; scores of padding are masked. */
function textInputs(graph: Graph): EncoderInputs {
  const ids = graph.input("input_ids", "int64", ["batch", "rows"]);
  const visible = graph.input("attention_mask", "float32", ["batch", "rows"]);
  return { ids, mask: visible.sub(1).mul(-MASKED).reshape(["batch", 1, 1, "rows"]) };
}

/** The first row's states stand for the whole: [batch, rows, width] → [batch, width] */
function firstRow(states: Tensor): Tensor {
  return states.select(1, 0);
}

function memoryOutputs(graph: Graph, memory: readonly KeyValues[]): void {
  memory.forEach(({ keys, values }, i) => {
    graph.output(`memory_k.${i}`, keys);
    graph.output(`memory_v.${i}`, values);
  });
}
