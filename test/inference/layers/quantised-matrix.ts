import { quantiseRows } from "../../../inference/checkpoint/quantise.ts";
import type { BlockFormat, QuantisedMatrix } from "../../../inference/checkpoint/quantised-matrix.ts";
import type { Tensor } from "../../../inference/tensor.ts";
import { dequantised } from "../checkpoint/dequantise.ts";
import { fileWith } from "../checkpoint/folder.ts";
import { values } from "./operators.ts";

/** A matrix [out, columns] quantised in a file of its own, and the elements that it stands for. */
export function quantisedMatrix(out: number, columns: number, format: BlockFormat) {
  const { blocks, scales } = quantiseRows(values([out, columns], 0.3).data as Float32Array, columns, format);
  const file = fileWith("matrix.bin", Buffer.concat([blocks, new Uint8Array(scales.buffer)]));
  const perRow = scales.length / out;
  const at = (name: string, offset: number, length: number) => ({ name, file, offset, length });
  const matrix: QuantisedMatrix = {
    ...format,
    name: "w",
    shape: [out, columns],
    blocks: { ...at("w#blocks", 0, blocks.length), dtype: "U8", shape: [out, perRow, blocks.length / scales.length] },
    scales: { ...at("w#scales", blocks.length, scales.byteLength), dtype: "F32", shape: [out, perRow] },
  };
  return { matrix, elements: dequantised({ blocks, scales }, columns, format) };
}

/** x [rows, columns] × transposed matrix [out, columns] (+ bias [out]) → [rows, out], in plain loops. */
export function naive(x: Tensor, matrix: Float32Array, columns: number, bias?: Float32Array): Float32Array {
  const [rows, out] = [x.data.length / columns, matrix.length / columns];
  return Float32Array.from({ length: rows * out }, (_, i) => {
    const [row, unit] = [Math.floor(i / out), i % out];
    let sum = bias?.[unit] ?? 0;
    for (let k = 0; k < columns; k++) sum += Number(x.data[row * columns + k]) * matrix[unit * columns + k]!;
    return sum;
  });
}
