import { float, int } from "../../../inference/onnx/attributes.ts";
import { Graph } from "../../../inference/onnx/graph.ts";
import { rmsNormalization, skipRmsNormalization } from "../../../inference/onnx/normalization.ts";
import { lengthOf } from "../../../inference/onnx/lengths.ts";
import { slice } from "../../../inference/onnx/operators.ts";
import { matmulNBits } from "../../../inference/onnx/quantised.ts";
import type { Tensor } from "../../../inference/onnx/tensor.ts";
import type { LanguageShape } from "../gguf-model.ts";
import type { Q4Weights } from "./weights.ts";

type Sizes = LanguageShape["sizes"];

const EPSILON = 1e-6;
const ROPE_BASE = 10_000;

/**
 * A language model as onnx-community publishes them for transformers.js in q4: MatMulNBits in blocks of 32, whose rows are
 * quantised to 8 bits; queries, keys and values from one matrix; GroupQueryAttention that turns them, over keys and values that
 * come in and go out.
 */
export function decoderGraph(sizes: Sizes, weights: Q4Weights): Uint8Array {
  const graph = new Graph("model_q4");
  const ids = graph.input("input_ids", "int64", ["batch_size", "sequence_length"]);
  const mask = graph.input("attention_mask", "int64", ["batch_size", "total_sequence_length"]);
  const wanted = graph.input("num_logits_to_keep", "int64", []);
  const lengths = { ...sequenceLengths(mask), ...rotary(graph, sizes) };
  let x = graph.value(weights.tensor("embed_tokens.weight")).gather(ids);
  let normed = rmsNormalization(x, weights.tensor("layers.0.input_layernorm.weight"), EPSILON);
  for (let i = 0; i < sizes.num_hidden_layers; i++) {
    const name = `layers.${i}`;
    const attended = attention(normed, `${name}.attn`, { ...lengths, sizes, weights, layer: i });
    const between = weights.tensor(`${name}.post_attention_layernorm.weight`);
    ({ sum: x, normed } = skipRmsNormalization(x, attended, between, EPSILON));
    const after = i + 1 === sizes.num_hidden_layers ? "norm.weight" : `layers.${i + 1}.input_layernorm.weight`;
    const mapped = gatedMlp(normed, `${name}.mlp`, weights);
    ({ sum: x, normed } = skipRmsNormalization(x, mapped, weights.tensor(after), EPSILON));
  }
  graph.output("logits", matmulNBits(lastRows(normed, wanted), weights.matrix("lm_head")));
  return graph.build().bytes;
}

interface AttentionParts {
  /** int32 [batch]: rows of each sequence with these, less one; int32 []: of the longest. */
  readonly rowsBefore: Tensor;
  readonly total: Tensor;
  /** [positions, headDim / 2] */
  readonly cosines: Tensor;
  readonly sines: Tensor;
  readonly sizes: Sizes;
  readonly weights: Q4Weights;
  readonly layer: number;
}

function sequenceLengths(mask: Tensor): Pick<AttentionParts, "rowsBefore" | "total"> {
  const { graph } = mask;
  const inputs = [mask, graph.int64([1], [1])];
  const rows = graph.emit({ op: "ReduceSum", inputs, attributes: { keepdims: int(0) }, shape: [mask.dim(0)] });
  const total = lengthOf(mask, 1).select(0, 0).cast("int32");
  return { rowsBefore: rows.sub(graph.int64([], [1])).cast("int32"), total };
}

function rotary(graph: Graph, sizes: Sizes): Pick<AttentionParts, "cosines" | "sines"> {
  const [positions, half] = [sizes.max_position_embeddings, sizes.hidden_size / sizes.num_attention_heads / 2];
  const angles = Array.from(
    { length: positions * half },
    (_, i) => Math.floor(i / half) * ROPE_BASE ** (-(i % half) / half),
  );
  return {
    cosines: graph.float32([positions, half], angles.map(Math.cos), "cos_cache"),
    sines: graph.float32([positions, half], angles.map(Math.sin), "sin_cache"),
  };
}

function attention(x: Tensor, name: string, { sizes, weights, layer, ...parts }: AttentionParts): Tensor {
  const { graph } = x;
  const { num_attention_heads: heads, num_key_value_heads: shared, hidden_size: width } = sizes;
  const bias = weights.has(`${name}.qkv_proj.bias`) ? weights.tensor(`${name}.qkv_proj.bias`) : undefined;
  const product = matmulNBits(x, weights.matrix(`${name}.qkv_proj`));
  const cache = (rows: string) => ["batch_size", shared, rows, width / heads];
  const past = ["key", "value"].map((what) =>
    graph.input(`past_key_values.${layer}.${what}`, "float32", cache("past_sequence_length")),
  );
  const [attended, keys, values] = graph.emitAll({
    op: "com.microsoft.GroupQueryAttention",
    inputs: [
      bias === undefined ? product : product.add(bias),
      undefined,
      undefined,
      ...past,
      parts.rowsBefore,
      parts.total,
      parts.cosines,
      parts.sines,
    ],
    attributes: {
      num_heads: int(heads),
      kv_num_heads: int(shared),
      do_rotary: int(1),
      scale: float((width / heads) ** -0.5),
    },
    shapes: [x.shape, cache("total_sequence_length"), cache("total_sequence_length")],
  });
  graph.output(`present.${layer}.key`, keys!);
  graph.output(`present.${layer}.value`, values!);
  return matmulNBits(attended!, weights.matrix(`${name}.o_proj`));
}

function gatedMlp(x: Tensor, name: string, weights: Q4Weights): Tensor {
  const gate = matmulNBits(x, weights.matrix(`${name}.gate_proj`));
  const sigmoid = x.graph.emit({ op: "Sigmoid", inputs: [gate], shape: gate.shape });
  const up = matmulNBits(x, weights.matrix(`${name}.up_proj`));
  return matmulNBits(gate.mul(sigmoid).mul(up), weights.matrix(`${name}.down_proj`));
}

/** Of each sequence so many; all for 0. */
function lastRows(x: Tensor, wanted: Tensor): Tensor {
  const { graph } = x;
  const [from, to] = [graph.int64([1], [0]).sub(wanted), graph.int64([1], [Number.MAX_SAFE_INTEGER])];
  return slice(x, 1, { from, to, length: "kept" });
}
