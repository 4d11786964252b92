import { int } from "./attributes.ts";
import type { Graph, Operand } from "./graph.ts";
import { type BlockMatrix, requireFit } from "./quantised.ts";
import type { Tensor } from "./tensor.ts";

/** What stands for zero among bytes, and how far from it they go. */
const [ZERO, FURTHEST] = [128, 127];
/** No row is divided by zero. */
const LEAST = 1e-30;

/** A matrix of whole numbers as the CPU's instructions for such take it, turned. */
export interface IntegerMatrix {
  /** int8 [in, out] */
  readonly numbers: Tensor;
  /** What 1 stands for in each column, [out]. */
  readonly scales: Tensor;
}

/** x [..., in] × transposed matrix [out, in] of 8 bits with one scale for each of its rows (+ bias [out]) → [..., out] */
export function matmulIntegers(x: Tensor, matrix: BlockMatrix, bias?: Operand): Tensor {
  const b = bias === undefined ? undefined : x.graph.value(bias);
  requireFit(x, matrix, b);
  const y = productInIntegers(x, turned(x.graph, matrix));
  return b === undefined ? y : y.add(b);
}

/**
 * x [..., in] × matrix → [..., out]. Each row of `x` is quantised by its own largest element, so that what stands beside it
 * changes nothing about it. The instructions that are fast take uint8 and int8.
 */
export function productInIntegers(x: Tensor, { numbers, scales }: IntegerMatrix): Tensor {
  const { graph } = x;
  const [unit, zero] = [graph.float32([], [1 / FURTHEST]), graph.uint8(ZERO)];
  const largest = largestOfRows(x);
  const parts = x.graph.emit({ op: "Div", inputs: [x, largest], shape: x.shape });
  const bytes = graph.emit({ op: "QuantizeLinear", inputs: [parts, unit, zero], dtype: "uint8", shape: x.shape });
  const inputs = [bytes, numbers, unit, scales, zero];
  const shape = x.shape.with(-1, numbers.dim(1));
  return graph.emit({ op: "com.microsoft.MatMulIntegerToFloat", inputs, dtype: "float32", shape }).mul(largest);
}

/** Constants, which onnxruntime computes once, when it loads the graph. */
function turned(graph: Graph, { shape, blocks, scales }: BlockMatrix): IntegerMatrix {
  const [out, columns] = shape as [number, number];
  const bytes = graph.stored({ ...blocks, shape: [out, columns] }).cast("int32");
  const numbers = bytes.sub(graph.int64([], [ZERO]).cast("int32"));
  return { numbers: numbers.cast("int8").transpose([1, 0]), scales: graph.stored({ ...scales, shape: [out] }) };
}

/** How far from zero each row goes: [..., n] → [..., 1] */
function largestOfRows(x: Tensor): Tensor {
  const sizes = x.graph.emit({ op: "Abs", inputs: [x], shape: x.shape });
  const inputs = [sizes, x.graph.int64([1], [-1])];
  const shape = x.shape.with(-1, 1);
  const largest = x.graph.emit({ op: "ReduceMax", inputs, attributes: { keepdims: int(1) }, shape });
  return x.graph.emit({ op: "Max", inputs: [largest, x.graph.float32([], [LEAST])], shape });
}
