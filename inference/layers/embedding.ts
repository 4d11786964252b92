import type { Operand } from "../onnx/graph.ts";
import type { StoredTensor } from "../onnx/stored-tensor.ts";
import { lengthOf } from "../onnx/lengths.ts";
import { slice } from "../onnx/operators.ts";
import type { Tensor } from "../onnx/tensor.ts";

/**
 * The rows of a table [entries, width] that ids [batch, rows] name → [batch, rows, width]. On the CPU the table stays in
 * its file, of which only the pages that are read take memory: widened to float32 are the rows, not the whole. Elsewhere
 * it takes the type of products, for some are multiplied by as well.
 */
export function embedding(ids: Tensor, table: StoredTensor): Tensor {
  const { graph } = ids;
  const { device, dtype } = graph.target;
  const rows = device === "cpu" ? graph.stored(rowsOf(table)) : graph.value(table, dtype);
  return rows.gather(ids).cast("float32");
}

/**
 * By a name of its own: a head that is tied to the table is packed when it is loaded, for which all of it is read, and
 * under the same name it would stay mapped beside what was made of it.
 */
function rowsOf(table: StoredTensor): StoredTensor {
  return { ...table, name: `${table.name}/rows` };
}

/** A table's first rows, as many as ids [batch, rows] has: learned positions from 0 → [rows, width] */
export function leadingPositions(ids: Tensor, table: Operand): Tensor {
  const from = ids.graph.int64([1], [0]);
  return slice(ids.graph.value(table), 0, { from, to: lengthOf(ids, 1), length: ids.dim(1) });
}
