import { int } from "../onnx/attributes.ts";
import { lengthOf } from "../onnx/lengths.ts";
import { concat, repeat, widenedAfter } from "../onnx/operators.ts";
import { describe, productDim, ShapeError } from "../onnx/shape.ts";
import type { Tensor } from "../onnx/tensor.ts";
import { matmulTransposed } from "./matmul.ts";

/** Added to a score, it leaves nothing of it: float32's lowest number. */
export const MASKED = -3.4028234663852886e38;

/**
 * Written out, attention is computed in float32, whatever its queries, keys and values are: WebGPU's MatMul would add up
 * in float16, over as many values as there are keys, and products of queries and keys may be larger than float16's largest.
 */

/** What queries look at, each [batch, heads, rows, headDim]. */
export interface KeyValues {
  readonly keys: Tensor;
  readonly values: Tensor;
}

/**
 * q [batch, rows, heads × headDim] over k and v [batch, keys, heads × headDim] → [batch, rows, heads × headDim].
 * Every row sees every key.
 */
export function multiHeadAttention(q: Tensor, k: Tensor, v: Tensor, heads: number): Tensor {
  for (const x of [k, v]) {
    if (x.shape.length === 3 && x.dim(-1) === q.dim(-1)) continue;
    throw new ShapeError(`attention of ${describe(q)} over ${describe(x)}`);
  }
  if (q.graph.target.attention === "decomposed") {
    const [queries, keys, values] = [q, k, v].map((x) => splitHeads(x, heads)) as [Tensor, Tensor, Tensor];
    return attend(queries, { keys, values });
  }
  const attributes = { num_heads: int(heads) };
  return q.graph.emit({ op: "com.microsoft.MultiHeadAttention", inputs: [q, k, v], attributes, shape: q.shape });
}

/**
 * The same over keys and values that are in heads already: q [batch, heads, rows, headDim] → [batch, rows, heads × headDim].
 * Scores [batch, heads, rows, keys] are products times `scale`, plus `mask`.
 */
export function attend(q: Tensor, { keys, values }: KeyValues, mask?: Tensor, scale = usualScale(q)): Tensor {
  const { queries, left } = prescaled(q, scale);
  const scores = matmulTransposed(queries, keys, left);
  const weights = (mask ? scores.add(mask) : scores).softmax();
  return mergeHeads(weights.matmul(widenedAfter(values, weights)));
}

/**
 * Attention over the cached rows and over this pass's own, which come after them. The past is read where it lies: joining
 * it with the new rows would copy it, so only the scores are joined, [batch, heads, rows, past + rows]. q and what comes of
 * it are [batch, heads, rows, headDim].
 */
export function attendWithPast(
  q: Tensor,
  past: KeyValues,
  own: KeyValues,
  mask: Tensor,
  scale = usualScale(q),
): Tensor {
  const { queries, left } = prescaled(q, scale);
  const scores = [past, own].map(({ keys }) => matmulTransposed(queries, keys, left));
  const weights = concat(scores, -1).add(mask).softmax();
  const [toPast, toOwn] = splitAt(weights, past.keys, own.keys);
  return toPast.matmul(widenedAfter(past.values, toPast)).add(toOwn.matmul(widenedAfter(own.values, toOwn)));
}

/**
 * The same where several heads of queries share one of keys and values: query head h looks at the keys of head
 * ⌊h / group⌋. A group's queries stand below each other, [batch, kvHeads, group × rows, headDim], so that keys and
 * values are read once and never repeated; `mask` is `maskOfGroup`'s.
 */
export function attendInGroups(q: Tensor, past: KeyValues, own: KeyValues, mask: Tensor): Tensor {
  const [batch, heads, rows, headDim] = q.shape as [string, number, string, number];
  const kvHeads = past.keys.dim(1) as number;
  if (heads % kvHeads !== 0) throw new ShapeError(`attention of ${describe(q)} over ${describe(past.keys)}`);
  const together = q.reshape([batch, kvHeads, productDim([rows, heads / kvHeads]), headDim]);
  return attendWithPast(together, past, own, mask).reshape([batch, heads, rows, headDim]);
}

/** A mask [batch, 1, rows, past + rows] for the rows of each query of a group → [batch, 1, group × rows, past + rows] */
export function maskOfGroup(mask: Tensor, group: number): Tensor {
  return repeat(mask, 2, group);
}

/**
 * Of one row, as in nearly every pass of a decoder, the CPU's kernel takes three times as long for products that it is to
 * multiply by a number too. So there queries are scaled before; by a vector, for onnxruntime would take a number into the
 * product (MatMulScaleFusion).
 */
function prescaled(q: Tensor, scale: number): { readonly queries: Tensor; readonly left: number } {
  if (q.graph.target.device !== "cpu" || scale === 1) return { queries: q, left: scale };
  const headDim = q.dim(-1) as number;
  const factors = new Float32Array(headDim).fill(scale);
  return { queries: q.mul(q.graph.float32([headDim], factors, `${headDim} times ${scale}`)), left: 1 };
}

/** [batch, rows, heads × headDim] → [batch, heads, rows, headDim] */
export function splitHeads(x: Tensor, heads: number): Tensor {
  const [batch, rows, width] = [x.dim(0), x.dim(1), x.dim(2)];
  if (typeof width !== "number" || width % heads !== 0) {
    throw new ShapeError(`${describe(x)} has no ${heads} equal heads`);
  }
  return x.reshape([batch, rows, heads, width / heads]).transpose([0, 2, 1, 3]);
}

/** [batch, heads, rows, headDim] → [batch, rows, heads × headDim] */
export function mergeHeads(x: Tensor): Tensor {
  const [batch, heads, rows, headDim] = x.shape as [string, number, string, number];
  return x.transpose([0, 2, 1, 3]).reshape([batch, rows, heads * headDim]);
}

/** 1/√headDim */
function usualScale(q: Tensor): number {
  return (q.dim(-1) as number) ** -0.5;
}

/** [..., past + rows] → [..., past] and [..., rows], where keys are [batch, heads, past or rows, headDim]. */
function splitAt(weights: Tensor, pastKeys: Tensor, ownKeys: Tensor): [Tensor, Tensor] {
  const { graph, shape } = weights;
  const lengths = [pastKeys.dim(2), ownKeys.dim(2)];
  const told = graph.lengths(lengths) ?? concat([lengthOf(pastKeys, 2), lengthOf(ownKeys, 2)], 0);
  const shapes = lengths.map((length) => shape.with(-1, length));
  const [toPast, toOwn] = graph.emitAll({
    op: "Split",
    inputs: [weights, told],
    attributes: { axis: int(-1) },
    shapes,
  });
  return [toPast!, toOwn!];
}
