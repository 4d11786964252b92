import { int } from "./attributes.ts";
import { concat, gemm } from "./operators.ts";
import type { Operand } from "./graph.ts";
import { productDim } from "./shape.ts";
import type { Tensor } from "./tensor.ts";

/** x [..., in] × transposed weight [out, in] (+ bias [out]) → [..., out], by Gemm, which knows only matrices. */
export function gemmOfRows(x: Tensor, weight: Operand, bias?: Operand): Tensor {
  const rows = x.shape.slice(0, -1);
  const y = gemm(x.reshape([productDim(rows), x.dim(-1)]), weight, bias);
  const shape = [...rows, y.dim(-1)];
  if (!hasSeveralNames(x)) return y.reshape(shape);
  const lengths = concat([leadingLengths(x), x.graph.int64([1], [y.dim(-1) as number])], 0);
  return x.graph.emit({ op: "Reshape", inputs: [y, lengths], shape });
}

/** Whether more than one of the lengths before the last is known only when the graph runs. */
export function hasSeveralNames(x: Tensor): boolean {
  return x.shape.slice(0, -1).filter((dim) => typeof dim === "string").length > 1;
}

/** The lengths of all axes but the last, int64. */
function leadingLengths(x: Tensor): Tensor {
  const attributes = { start: int(0), end: int(-1) };
  return x.graph.emit({ op: "Shape", inputs: [x], attributes, dtype: "int64", shape: [x.shape.length - 1] });
}
