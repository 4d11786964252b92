import type { Weights } from "../../checkpoint/weights.ts";
import { clip, indices } from "../../onnx/operators.ts";
import type { Tensor } from "../../onnx/tensor.ts";
import type { T5Config } from "./config.ts";

/** T5's only sense of place: a bias for each head and bucket of distances, added to scores (models.md §2.8). */

type Buckets = Pick<T5Config, "relative_attention_num_buckets" | "relative_attention_max_distance">;

/** The bucket of a key that lies `relative` rows after its query, where both directions are looked in. */
export function encoderBucket(relative: number, config: Buckets): number {
  const each = config.relative_attention_num_buckets / 2;
  const side = relative > 0 ? each : 0;
  return side + bucketOf(Math.abs(relative), each, config.relative_attention_max_distance);
}

/** The bucket of a key that lies `distance` rows before its query, or at it. */
export function decoderBucket(distance: number, config: Buckets): number {
  return bucketOf(distance, config.relative_attention_num_buckets, config.relative_attention_max_distance);
}

/** Half of the buckets hold one distance each; the others grow with the distance, the last holds all from `furthest` on. */
function bucketOf(distance: number, buckets: number, furthest: number): number {
  const exact = Math.floor(buckets / 2);
  if (distance < exact) return distance;
  // In float32, step by step, as torch does: at a bucket's border the rounding decides.
  const grown = Math.fround(Math.fround(Math.log(distance / exact)) / Math.fround(Math.log(furthest / exact)));
  return Math.min(exact + Math.trunc(Math.fround(grown * (buckets - exact))), buckets - 1);
}

/** Rows of x [batch, rows, width] to each other: [heads, rows, rows] */
export function encoderBias(x: Tensor, w: Weights, config: T5Config): Tensor {
  const furthest = config.relative_attention_max_distance;
  const rows = indices(x, 1);
  const relative = rows.reshape([1, x.dim(1)]).sub(rows.reshape([x.dim(1), 1]));
  const table = biasTable(
    x,
    w,
    config,
    distances(-furthest, furthest).map((n) => encoderBucket(n, config)),
  );
  return table.gather(clip(relative, -furthest, furthest).add(x.graph.int64([], [furthest]))).transpose([2, 0, 1]);
}

/** How far each row looks back, int64 [batch, rows, past + rows] → [batch, heads, rows, past + rows] */
export function decoderBias(distance: Tensor, w: Weights, config: T5Config): Tensor {
  const furthest = config.relative_attention_max_distance;
  const table = biasTable(
    distance,
    w,
    config,
    distances(0, furthest).map((n) => decoderBucket(n, config)),
  );
  return table.gather(clip(distance, 0, furthest)).transpose([0, 3, 1, 2]);
}

/** A row of biases for each of the distances that have these buckets: [distances, heads] */
function biasTable({ graph }: Tensor, w: Weights, config: T5Config, buckets: readonly number[]): Tensor {
  const shape = [config.relative_attention_num_buckets, config.num_heads];
  return graph.value(w.tensor("relative_attention_bias.weight", shape)).gather(graph.int64([buckets.length], buckets));
}

function distances(from: number, to: number): number[] {
  return Array.from({ length: to - from + 1 }, (_, i) => from + i);
}
