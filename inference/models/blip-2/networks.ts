import type { Weights } from "../../checkpoint/weights.ts";
import { embedding } from "../../layers/embedding.ts";
import { linear } from "../../layers/linear.ts";
import type { Graph } from "../../onnx/graph.ts";
import { l2Normalize } from "../../onnx/normalization.ts";
import { concat, expand, mean } from "../../onnx/operators.ts";
import type { Tensor } from "../../onnx/tensor.ts";
import { encoderNetwork, firstRow, memoryOutputs, textInputs } from "../encoder-network.ts";
import type { EncoderNetwork, Networks } from "../model.ts";
import { optDecoder } from "../opt/opt.ts";
import type { T5Config } from "../t5/config.ts";
import { t5Decoder } from "../t5/decoder.ts";
import { t5Encoder, t5Memory, wordTable } from "../t5/encoder.ts";
import { imageRows, visionTransformer } from "../vit/vit.ts";
import type { Blip2Config, LanguageConfig } from "./config.ts";
import { qFormer, queryTokens, textEmbeddings } from "./q-former.ts";

/** What the networks of a checkpoint are made of. */
export interface Blip2Source {
  readonly weights: Weights;
  readonly config: Blip2Config;
  /** The size that pictures are preprocessed to. */
  readonly pictures: { readonly height: number; readonly width: number };
}

export interface LanguageSource extends Blip2Source, LanguageConfig {
  /** Tokens that must never be said. */
  readonly suppressedTokenIds: readonly number[];
}

/**
 * Blip2ForConditionalGeneration: vision, whose `prefix` [queries, width of the language model] comes before a prompt.
 * OPT's decoder takes it in place of tokens; T5's encoder reads it with the prompt, and its decoder their states.
 */
export function generationNetworks(source: LanguageSource): Networks {
  const { language, suppressedTokenIds, weights } = source;
  const w = weights.at("language_model");
  const vision = prefixNetwork(source);
  if (language.kind === "opt") {
    return { encoders: [vision], decoder: optDecoder(w, language.config, suppressedTokenIds) };
  }
  const prompt = promptNetwork(w, language.config, source.config);
  return { encoders: [vision, prompt], decoder: t5Decoder(w, language.config, suppressedTokenIds) };
}

/** pixel_values → prefix [batch, queries, width of the language model] */
function prefixNetwork(source: Blip2Source): EncoderNetwork {
  return encoderNetwork("vision", "cached", (graph) => {
    graph.output(
      "prefix",
      linear(queryStates(imageStates(graph, source), source), source.weights.at("language_projection")),
    );
  });
}

/** T5's encoder over [prefix ++ text] → the decoder's memory; of texts of different lengths the mask hides the padding. */
function promptNetwork(w: Weights, config: T5Config, { num_query_tokens: queries }: Blip2Config): EncoderNetwork {
  return encoderNetwork("prompt", "transient", (graph) => {
    const prefix = graph.input("prefix", "float32", ["batch", queries, config.d_model]);
    const text = textInputs(graph);
    const rows = concat([prefix, embedding(text.ids, wordTable(w, config))], 1);
    const mask = afterVisible(queries, text.mask);
    memoryOutputs(graph, t5Memory(t5Encoder(rows, mask, w, config), w, config));
    graph.output("memory_mask", mask.reshape(["batch", mask.dim(-1)]));
  });
}

/** Blip2ForImageTextRetrieval: pictures as several vectors, texts as one (ITC), and a judgement of pairs (ITM); models.md §2.9. */
export function retrievalNetworks(source: Blip2Source): Networks {
  const { weights: w, config } = source;
  const text = encoderNetwork("text", "cached", (graph) => {
    const { ids, mask } = textInputs(graph);
    const rows = qFormer(
      { text: textEmbeddings(ids, w, config.qformer_config), mask },
      w.at("qformer"),
      config.qformer_config,
    );
    graph.output("text_embedding", l2Normalize(linear(firstRow(rows.text!), w.at("text_projection"))));
  });
  return { encoders: [vectorsNetwork(source), text, matchNetwork(source)] };
}

/** pixel_values → image_embeds [batch, 1 + patches, width] and image_embedding [batch, queries, width of vectors] */
function vectorsNetwork(source: Blip2Source): EncoderNetwork {
  return encoderNetwork("vision", "cached", (graph) => {
    const image = imageStates(graph, source);
    graph.output("image_embeds", image);
    const vectors = linear(queryStates(image, source), source.weights.at("vision_projection"));
    graph.output("image_embedding", l2Normalize(vectors));
  });
}

/** image_embeds and a text → itm_logits [batch, 2], the mean of what each query says. */
function matchNetwork({ weights: w, config, pictures }: Blip2Source): EncoderNetwork {
  return encoderNetwork("match", "transient", (graph) => {
    const { ids, mask } = textInputs(graph);
    const { vision_config: vision, qformer_config } = config;
    const image = graph.input("image_embeds", "float32", ["batch", imageRows(vision, pictures), vision.hidden_size]);
    const inputs = {
      queries: queryTokens(image, w, config),
      text: textEmbeddings(ids, w, qformer_config),
      mask: afterVisible(config.num_query_tokens, mask),
      image,
    };
    const { queries } = qFormer(inputs, w.at("qformer"), qformer_config);
    graph.output("itm_logits", mean(linear(queries!, w.at("itm_head")), 1));
  });
}

/** [batch, 1 + patches, width] */
function imageStates(graph: Graph, { weights: w, config, pictures }: Blip2Source): Tensor {
  const pixels = graph.input("pixel_values", "float32", ["batch", 3, pictures.height, pictures.width]);
  return visionTransformer(pixels, w.at("vision_model"), config.vision_config);
}

/** What the queries alone find in a picture: [batch, queries, hidden] */
function queryStates(image: Tensor, { weights: w, config }: Blip2Source): Tensor {
  const queries = queryTokens(image, w, config);
  return qFormer({ queries, image }, w.at("qformer"), config.qformer_config).queries!;
}

/** A mask [batch, 1, 1, rows] with so many visible rows before its own. */
function afterVisible(rows: number, mask: Tensor): Tensor {
  const shape = ["batch", 1, 1, rows];
  const visible = mask.graph.float32([1, 1, 1, 1], [0]);
  return concat([expand(visible, shape, mask), mask], -1);
}
