import type { Operand } from "../onnx/graph.ts";
import { lengthOf, slice } from "../onnx/operators.ts";
import type { Tensor } from "../onnx/tensor.ts";

/** The rows of a table [entries, width] that ids [batch, rows] name → [batch, rows, width] */
export function embedding(ids: Tensor, table: Operand): Tensor {
  return ids.graph.value(table).gather(ids);
}

/** A table's first rows, as many as ids [batch, rows] has: learned positions from 0 → [rows, width] */
export function leadingPositions(ids: Tensor, table: Operand): Tensor {
  const from = ids.graph.int64([1], [0]);
  return slice(ids.graph.value(table), 0, { from, to: lengthOf(ids, 1), length: ids.dim(1) });
}
