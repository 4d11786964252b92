import type { NamedTensors } from "../../../inference/runtime/session.ts";
import { float32, type Tensor } from "../../../inference/tensor.ts";
import { type KeyValue, SHAPE } from "./fake-model.ts";

const WIDTH = SHAPE.heads * SHAPE.headDim;

/** [heads × headDim] of one row of [batch, heads, rows, headDim] */
export function rowOf({ dims, data }: Tensor, b: number, row: number): number[] {
  const [, heads, rows, headDim] = dims as [number, number, number, number];
  return Array.from({ length: WIDTH }, (_, i) => {
    const head = Math.floor(i / headDim);
    return Number(data[((b * heads + head) * rows + row) * headDim + (i % headDim)]);
  });
}

/** Keys and values of batch × rows as k.N and v.N [batch, heads, rows, headDim] */
export function headed(
  keyValues: readonly KeyValue[],
  { layer, batch, rows, prefix }: { layer: number; batch: number; rows: number; prefix: string },
): NamedTensors {
  const { heads, headDim } = SHAPE;
  const tensor = (of: (row: KeyValue) => readonly number[]): Tensor => {
    const data = new Float32Array(batch * heads * rows * headDim);
    keyValues.forEach((row, i) =>
      of(row).forEach((value, j) => {
        const [b, r, head] = [Math.floor(i / rows), i % rows, Math.floor(j / headDim)];
        data[((b * heads + head) * rows + r) * headDim + (j % headDim)] = value;
      }),
    );
    return float32([batch, heads, rows, headDim], data);
  };
  return {
    [`${prefix}k.${layer}`]: tensor(({ keys }) => keys),
    [`${prefix}v.${layer}`]: tensor(({ values }) => values),
  };
}
