import { Graph } from "../onnx/graph.ts";
import { productInIntegers } from "../onnx/integers.ts";
import type { Target } from "../onnx/target.ts";
import { float32 } from "../tensor.ts";
import { createSession } from "./session.ts";

const COLUMNS = 64;
const LARGEST = 127;

/**
 * What this CPU is to multiply matrices of 8 bits in. Without instructions that add up in 32 bits (VNNI), x86 adds two
 * products in 16, and sums of large ones overflow.
 */
export async function integerProducts(): Promise<Target["products"]> {
  const graph = new Graph("integers");
  const row = graph.input("row", "float32", [1, COLUMNS]);
  const ones = graph.float32([COLUMNS, 1], new Float32Array(COLUMNS).fill(LARGEST));
  const matrix = { numbers: ones.cast("int8"), scales: graph.float32([1], [1 / LARGEST]) };
  graph.output("sum", productInIntegers(row, matrix));
  const session = await createSession(graph.build(), { threads: 1 });
  try {
    const { sum } = await session.run({ row: float32([1, COLUMNS], new Float32Array(COLUMNS).fill(1)) });
    return Math.abs((sum!.data[0] as number) - COLUMNS) < 1 ? "integers" : "blocks";
  } finally {
    await session.release();
  }
}
