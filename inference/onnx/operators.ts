/** Operators that read better as functions: https://onnx.ai/onnx/operators/ and onnxruntime's ContribOperators.md */
import { int, ints } from "./attributes.ts";
import type { Operand } from "./graph.ts";
import {
  broadcast,
  describe,
  matmulShape,
  productDim,
  sameShape,
  ShapeError,
  sumDims,
  transposed,
  type Dim,
  type Shape,
} from "./shape.ts";
import { lengthOf } from "./lengths.ts";
import type { Tensor } from "./tensor.ts";

/** Tensors of equal shape but for `axis`, one after the other along it. */
export function concat(tensors: readonly Tensor[], axis: number): Tensor {
  const [first] = tensors as [Tensor, ...Tensor[]];
  const at = axis < 0 ? first.shape.length + axis : axis;
  const shape = first.shape.with(at, sumDims(tensors.map((tensor) => tensor.dim(at))));
  const misfit = tensors.find((tensor) => !sameShape(tensor.shape.with(at, shape[at]!), shape));
  if (misfit) throw new ShapeError(`concatenation of ${describe(first)} and ${describe(misfit)} along axis ${axis}`);
  return first.graph.emit({ op: "Concat", inputs: tensors, attributes: { axis: int(axis) }, shape });
}

/** The way back: parts of the last axis, each so long. */
export function splitInto(x: Tensor, lengths: readonly number[]): Tensor[] {
  const shapes = lengths.map((length) => x.shape.with(-1, length));
  if (!sameShape([sumDims(lengths)], x.shape.slice(-1)))
    throw new ShapeError(`${describe(x)} into ${lengths.join(", ")}`);
  const inputs = [x, x.graph.int64([lengths.length], lengths)];
  return x.graph.emitAll({ op: "Split", inputs, attributes: { axis: int(-1) }, shapes });
}

export function sin(x: Tensor): Tensor {
  return x.graph.emit({ op: "Sin", inputs: [x], shape: x.shape });
}

export function cos(x: Tensor): Tensor {
  return x.graph.emit({ op: "Cos", inputs: [x], shape: x.shape });
}

/** Each integer of `x` moved into the span from `min` to `max`. */
export function clip(x: Tensor, min: number, max: number): Tensor {
  const inputs = [x, x.graph.int64([], [min]), x.graph.int64([], [max])];
  return x.graph.emit({ op: "Clip", inputs, shape: x.shape });
}

/** [m, k] × transposed [n, k] (+ bias [n]) → [m, n] */
export function gemm(x: Tensor, weight: Operand, bias?: Operand): Tensor {
  const w = x.graph.value(weight, x.dtype);
  const b = bias === undefined ? undefined : x.graph.value(bias, x.dtype);
  const shape = matmulShape(x.shape, transposed(w.shape));
  if (shape?.length !== 2 || w.dtype !== x.dtype || (b && !sameShape(b.shape, shape.slice(1)))) {
    throw new ShapeError(`${describe(x)} × transposed ${describe(w)}${b ? ` + ${describe(b)}` : ""}`);
  }
  return x.graph.emit({ op: "Gemm", inputs: b ? [x, w, b] : [x, w], attributes: { transB: int(1) }, shape });
}

/** [batch, in, height, width] → [batch, out, height / patch, width / patch]: patches that do not overlap; a rest is dropped. */
export function patchConvolution(x: Tensor, weight: Operand, bias?: Operand): Tensor {
  const w = x.graph.value(weight);
  const [[batch, channels, height, width], [out, inner, down, across]] = [fourAxes(x), fourAxes(w)];
  if (channels !== inner) throw new ShapeError(`convolution of ${describe(x)} by ${describe(w)}`);
  const inputs = [x, w, ...(bias === undefined ? [] : [x.graph.value(bias)])];
  const attributes = { kernel_shape: ints([down, across]), strides: ints([down, across]) };
  const shape = [batch, out, Math.floor(height / down), Math.floor(width / across)];
  return x.graph.emit({ op: "Conv", inputs, attributes, shape });
}

function fourAxes(x: Tensor): [Dim, Dim, number, number] {
  const [a, b, height, width] = x.shape;
  if (x.shape.length === 4 && typeof height === "number" && typeof width === "number") return [a!, b!, height, width];
  throw new ShapeError(`${describe(x)} is not a picture or kernel of known height and width`);
}

/** `x` repeated until it has `shape`, whose named lengths are those of the same axis of `like`. */
export function expand(x: Tensor, shape: Shape, like: Tensor): Tensor {
  if (!sameShape(broadcast(x.shape, shape) ?? [], shape)) {
    throw new ShapeError(`${describe(x)} does not expand to [${shape.join(", ")}]`);
  }
  return x.graph.emit({ op: "Expand", inputs: [x, runtimeShape(shape, like)], shape });
}

/** `x` over and over along one axis: of rows a and b, a b a b … */
export function repeat(x: Tensor, axis: number, times: number): Tensor {
  if (times === 1) return x;
  const repeats = x.shape.map((_, i) => (i === axis ? times : 1));
  const shape = x.shape.with(axis, productDim([x.dim(axis), times]));
  return x.graph.emit({ op: "Tile", inputs: [x, x.graph.int64([repeats.length], repeats)], shape });
}

/** A part of `x` along one axis, from and up to lengths that may be known only when the graph runs: int64 [1]. */
export function slice(
  x: Tensor,
  axis: number,
  part: { readonly from: Tensor; readonly to: Tensor; readonly length: Dim },
): Tensor {
  const inputs = [x, part.from, part.to, x.graph.int64([1], [axis])];
  return x.graph.emit({ op: "Slice", inputs, shape: x.shape.with(axis, part.length) });
}

/** `x` [batch, rows, width] with `updates` [updated, width] at the places (batch, row) of `indices` int64 [updated, 2]. */
export function scatterRows(x: Tensor, indices: Tensor, updates: Tensor): Tensor {
  if (!sameShape(updates.shape, [indices.dim(0), x.dim(-1)]) || indices.dim(1) !== 2) {
    throw new ShapeError(`${describe(updates)} at ${describe(indices)} of ${describe(x)}`);
  }
  return x.graph.emit({ op: "ScatterND", inputs: [x, indices, updates], shape: x.shape });
}

/** The largest of the last axis, and int64 where they are. */
interface Top {
  readonly values: Tensor;
  readonly indices: Tensor;
}

/** The `k` int64 [1] largest of the last axis, largest first, of equals the first; `length` names how many those are. */
export function topK(x: Tensor, k: Tensor, length: Dim): Top {
  const shape = x.shape.with(-1, length);
  const dtypes = [x.dtype, "int64"] as const;
  const attributes = { axis: int(-1), largest: int(1), sorted: int(1) };
  const [values, indices] = x.graph.emitAll({ op: "TopK", inputs: [x, k], attributes, shapes: [shape, shape], dtypes });
  return { values: values!, indices: indices! };
}

/** The largest of the last axis, which is gone: [..., n] → [...] */
export function largest(x: Tensor): Tensor {
  const inputs = [x, x.graph.int64([1], [-1])];
  return x.graph.emit({ op: "ReduceMax", inputs, attributes: { keepdims: int(0) }, shape: x.shape.slice(0, -1) });
}

/**
 * log Σ exp over the last axis, which is gone, where the largest of each row is known: [..., n], largest [..., 1] → [...].
 * On the CPU it comes from what softmax makes of the largest, whose kernel takes a tenth of ReduceLogSumExp's time.
 */
export function logSumExp(x: Tensor, largest: Top): Tensor {
  if (x.graph.target.device !== "cpu") return reduceLogSumExp(x);
  const inputs = [x.softmax(), largest.indices];
  const shape = largest.indices.shape;
  const share = x.graph.emit({ op: "GatherElements", inputs, attributes: { axis: int(-1) }, shape });
  const total = largest.values.sub(x.graph.emit({ op: "Log", inputs: [share], shape }));
  return total.reshape(x.shape.slice(0, -1));
}

function reduceLogSumExp(x: Tensor): Tensor {
  const inputs = [x, x.graph.int64([1], [-1])];
  const attributes = { keepdims: int(0) };
  return x.graph.emit({ op: "ReduceLogSumExp", inputs, attributes, shape: x.shape.slice(0, -1) });
}

/**
 * x in float32, made when `other` is there, which is as long along the first axis. onnxruntime computes what depends on
 * inputs alone at the beginning of a pass: the keys of all layers would be there in float32 at once.
 */
export function widenedAfter(x: Tensor, other: Tensor): Tensor {
  if (x.dtype === "float32" || x.graph.target.device !== "cpu") return x.cast("float32");
  // [length, 0, …]: Reshape reads 0 as "as it was". Put together by Concat, onnxruntime would make it a constant.
  const first = x.graph.int64(
    [x.shape.length],
    x.shape.map((_, axis) => (axis === 0 ? 1 : 0)),
  );
  const inputs = [x, lengthOf(other, 0).mul(first)];
  return x.graph.emit({ op: "Reshape", inputs, shape: x.shape }).cast("float32");
}

/** The mean over one axis, which is gone. */
export function mean(x: Tensor, axis: number): Tensor {
  const inputs = [x, x.graph.int64([1], [axis])];
  return x.graph.emit({
    op: "ReduceMean",
    inputs,
    attributes: { keepdims: int(0) },
    shape: x.shape.toSpliced(axis, 1),
  });
}

/** 0, 1, 2 …, as many as an axis of `x` is long: int64 [length] */
export function indices(x: Tensor, axis: number): Tensor {
  const { graph } = x;
  const inputs = [graph.int64([], [0]), lengthOf(x, axis).select(0, 0), graph.int64([], [1])];
  return graph.emit({ op: "Range", inputs, shape: [x.dim(axis)] });
}

/** `shape` as an int64 vector, its named lengths taken from the same axes of `like`. */
function runtimeShape(shape: Shape, like: Tensor): Tensor {
  const lengths = shape.map((dim, axis) =>
    typeof dim === "number" ? like.graph.int64([1], [dim]) : lengthOf(like, axis),
  );
  return concat(lengths, 0);
}
