import { int, ints, float } from "./attributes.ts";
import type { Graph, Operand } from "./graph.ts";
import { dataTypes, type DType } from "./model-proto.ts";
import * as shapes from "./shape.ts";
import { describe, ShapeError, type Dim, type Shape } from "./shape.ts";

export interface TensorInit {
  readonly name: string;
  readonly dtype: DType;
  readonly shape: Shape;
  /** The weight, or the input of the graph, that it came from. */
  readonly origin: string;
}

/** A value of a graph: known by name, type and shape; it has elements only when the graph runs. */
export class Tensor implements TensorInit {
  readonly graph: Graph;
  readonly name: string;
  readonly dtype: DType;
  readonly shape: Shape;
  readonly origin: string;

  constructor(graph: Graph, { name, dtype, shape, origin }: TensorInit) {
    this.graph = graph;
    this.name = name;
    this.dtype = dtype;
    this.shape = shape;
    this.origin = origin;
  }

  add(other: Operand): Tensor {
    return this.#elementwise("Add", other);
  }

  sub(other: Operand): Tensor {
    return this.#elementwise("Sub", other);
  }

  mul(other: Operand): Tensor {
    return this.#elementwise("Mul", other);
  }

  /** [..., m, k] × [..., k, n] → [..., m, n] */
  matmul(other: Operand): Tensor {
    const b = this.graph.value(other, this.dtype);
    const shape = shapes.matmulShape(this.shape, b.shape);
    if (!shape || b.dtype !== this.dtype) throw new ShapeError(`${describe(this)} × ${describe(b)}`);
    return this.graph.emit({ op: "MatMul", inputs: [this, b], shape });
  }

  /** [..., m, k] × [..., n, k] → [..., m, n], times `scale`. Weights are stored that way round: no transposed copy is made. */
  matmulTransposed(other: Operand, scale = 1): Tensor {
    const b = this.graph.value(other, this.dtype);
    const shape = shapes.matmulShape(this.shape, shapes.transposed(b.shape));
    if (!shape || b.dtype !== this.dtype) throw new ShapeError(`${describe(this)} × transposed ${describe(b)}`);
    const attributes = { transB: int(1), alpha: float(scale) };
    return this.graph.emit({ op: "com.microsoft.FusedMatMul", inputs: [this, b], attributes, shape });
  }

  /** The same elements in another shape. At most one named length may appear at a new place. */
  reshape(shape: Shape): Tensor {
    if (shapes.sameShape(this.shape, shape)) return this;
    const moved = shape.filter((dim, i) => typeof dim === "string" && dim !== this.shape[i]);
    if (!shapes.sameElements(this.shape, shape) || moved.length > 1) {
      throw new ShapeError(`${describe(this)} does not reshape to [${shape.join(", ")}]`);
    }
    // Reshape reads 0 as "as it was" and -1 as "what is left".
    const target = shape.map((dim, i) => (typeof dim === "number" ? dim : dim === this.shape[i] ? 0 : -1));
    const inputs = [this, this.graph.int64([target.length], target)];
    return this.graph.emit({ op: "Reshape", inputs, shape });
  }

  /** Axis i of the result is axis order[i] of this. */
  transpose(order: readonly number[]): Tensor {
    const shape = order.map((axis) => this.dim(axis));
    return this.graph.emit({ op: "Transpose", inputs: [this], attributes: { perm: ints(order) }, shape });
  }

  /** Equal parts along the last axis. */
  split(parts: number): Tensor[] {
    const width = this.dim(-1);
    if (typeof width !== "number" || width % parts !== 0) {
      throw new ShapeError(`${describe(this)} does not split into ${parts} equal parts`);
    }
    const shape = [...this.shape.slice(0, -1), width / parts];
    const attributes = { axis: int(-1), num_outputs: int(parts) };
    return this.graph.emitAll({ op: "Split", inputs: [this], attributes, shapes: Array<Shape>(parts).fill(shape) });
  }

  /** [..., index of `axis`, ...] → [..., ...] */
  select(axis: number, index: number): Tensor {
    return this.gather(this.graph.int64([], [index]), axis);
  }

  /** The slices of `axis` that `indices` name, in its shape. */
  gather(indices: Tensor, axis = 0): Tensor {
    const shape = [...this.shape.slice(0, axis), ...indices.shape, ...this.shape.slice(axis + 1)];
    return this.graph.emit({ op: "Gather", inputs: [this, indices], attributes: { axis: int(axis) }, shape });
  }

  softmax(): Tensor {
    return this.graph.emit({ op: "Softmax", inputs: [this], attributes: { axis: int(-1) }, shape: this.shape });
  }

  cast(dtype: DType): Tensor {
    if (dtype === this.dtype) return this;
    const attributes = { to: int(dataTypes[dtype]) };
    return this.graph.emit({ op: "Cast", inputs: [this], attributes, dtype, shape: this.shape });
  }

  /** The length of an axis; a negative one counts from the last. */
  dim(axis: number): Dim {
    const dim = this.shape.at(axis);
    if (dim === undefined) throw new ShapeError(`${describe(this)} has no axis ${axis}`);
    return dim;
  }

  /** Of float16 and float32, in float32. */
  #elementwise(op: string, other: Operand): Tensor {
    const b = this.graph.value(other, this.dtype);
    const dtype = isWider(b, this) ? b.dtype : this.dtype;
    const inputs = [isWider(b, this) ? this.cast(dtype) : this, isWider(this, b) ? b.cast(dtype) : b] as const;
    const shape = shapes.broadcast(this.shape, b.shape);
    if (!shape || inputs[0].dtype !== inputs[1].dtype) {
      throw new ShapeError(`${op} of ${describe(this)} and ${describe(b)}`);
    }
    return this.graph.emit({ op, inputs, shape });
  }
}

function isWider(a: Tensor, b: Tensor): boolean {
  return a.dtype === "float32" && b.dtype === "float16";
}
