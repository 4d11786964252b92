import { dirname } from "node:path";
import { float32Constant, int64Constant, uint8Constant } from "./constants.ts";
import { type Cut, cutGraph } from "./cut.ts";
import { Lengths } from "./lengths.ts";
import {
  modelProto,
  type DType,
  type GraphProto,
  type NodeProto,
  renamedNode,
  type TensorProto,
} from "./model-proto.ts";
import { nodeProto, Nodes, type NodeSpec } from "./nodes.ts";
import type { Dim, Shape } from "./shape.ts";
import { externalTensor, type StoredTensor } from "./stored-tensor.ts";
import { CPU, type Target } from "./target.ts";
import { Tensor, type TensorInit } from "./tensor.ts";

/** What an operator may be given: a value of the graph, a weight where it is stored, or a number. */
export type Operand = Tensor | StoredTensor | number;

/** A finished graph: a ModelProto whose weights are external data in files of `folder`. */
export interface BuiltGraph {
  readonly bytes: Uint8Array;
  /** `undefined`: there are no weights. */
  readonly folder: string | undefined;
}

/**
 * An ONNX graph while it is written. Operators check shapes when they are called, so an error points at the line of the
 * model; values are named after the weight they came from, so onnxruntime's own messages and profiles read likewise.
 */
export class Graph {
  readonly name: string;
  readonly target: Target;
  readonly #inputs: Tensor[] = [];
  readonly #outputs: Tensor[] = [];
  /** Values that are outputs, by the names that nodes know them by. */
  readonly #renamed = new Map<string, string>();
  readonly #nodes = new Nodes();
  readonly #lengths = new Lengths(this, this.#inputs);
  readonly #initializers = new Map<string, TensorProto>();
  /** By name and type. */
  readonly #weights = new Map<string, Tensor>();
  readonly #weightNames = new Set<string>();
  readonly #folders = new Set<string>();
  readonly #cuts: Cut[] = [];

  constructor(name: string, target = CPU) {
    this.name = name;
    this.target = target;
  }

  input(name: string, dtype: DType, shape: Shape): Tensor {
    const tensor = new Tensor(this, { name, dtype, shape, origin: name });
    this.#inputs.push(tensor);
    return tensor;
  }

  /**
   * Makes `tensor` an output of the graph, in float32 where it is float16 and nothing else is asked for. What a node made takes
   * that name; an input, or what has one already, is copied.
   */
  output(name: string, tensor: Tensor, asked: DType = tensor.dtype === "float16" ? "float32" : tensor.dtype): void {
    const given = tensor.cast(asked);
    const output = new Tensor(this, { name, dtype: asked, shape: given.shape, origin: given.origin });
    this.#outputs.push(output);
    if (this.makes(given) && !this.#renamed.has(given.name)) this.#renamed.set(given.name, name);
    else this.#add({ op: "Identity", inputs: [given] }, [output]);
  }

  /** Whether a node that is written at this place, the graph's body or a branch, makes a value. */
  makes(value: Tensor): boolean {
    return this.#nodes.makes(value.name);
  }

  /** Nodes that are a graph of their own, of which these values come; they may read all that is made before. */
  branch(write: () => readonly Tensor[]): GraphProto {
    const nodes: NodeProto[] = [];
    const outputs = this.#nodes.within(nodes, write);
    return { name: `${this.name}/branch_${this.#nodes.count}`, nodes, inputs: [], outputs, initializers: [] };
  }

  /** What `write` adds goes to the body, also from within a branch. */
  inBody<T>(write: () => T): T {
    return this.#nodes.within(this.#nodes.body, write);
  }

  /** Lengths of inputs when the graph runs, by the names of their axes, int64 [dims]; undefined where no input has such. */
  lengths(dims: readonly Dim[]): Tensor | undefined {
    return this.#lengths.of(dims);
  }

  /** Adds a node with one output. */
  emit(spec: NodeSpec & { readonly shape: Shape }): Tensor {
    return this.emitAll({ ...spec, shapes: [spec.shape] })[0]!;
  }

  /** Adds a node with one output for each of `shapes`. */
  emitAll(spec: NodeSpec & { readonly shapes: readonly Shape[]; readonly dtypes?: readonly DType[] }): Tensor[] {
    const inputs = spec.inputs.filter((input) => input !== undefined);
    const stray = inputs.find((input) => input.graph !== this);
    if (stray) throw new Error(`${this.name}: ${stray.name} is a value of the graph ${stray.graph.name}`);
    const origin = (inputs.findLast((input) => this.#weightNames.has(input.origin)) ?? inputs[0]!).origin;
    const dtype = spec.dtype ?? inputs[0]!.dtype;
    const name = `${origin}/${spec.op.split(".").at(-1)!}_${this.#nodes.count}`;
    const names = spec.shapes.map((_, i) => (spec.shapes.length === 1 ? name : `${name}.${i}`));
    return this.#add(
      spec,
      names.map((name, i) => ({ name, dtype: spec.dtypes?.[i] ?? dtype, shape: spec.shapes[i]!, origin })),
    );
  }

  /** A value of this graph for whatever an operator was given: numbers, and weights of whatever float type, in `dtype`. */
  value(operand: Operand, dtype: DType = "float32"): Tensor {
    if (operand instanceof Tensor) return operand;
    return typeof operand === "number" ? this.float32([], [operand]).cast(dtype) : this.#weight(operand, dtype);
  }

  /** A weight in the type that it is stored in. */
  stored(tensor: StoredTensor): Tensor {
    this.#folders.add(dirname(tensor.file));
    return this.#constant(externalTensor(tensor));
  }

  /** A small int64 constant, kept inside the graph. */
  int64(shape: readonly number[], values: readonly number[]): Tensor {
    return this.#constant(int64Constant(shape, values));
  }

  /** A uint8 constant of no axes, kept inside the graph. */
  uint8(value: number): Tensor {
    return this.#constant(uint8Constant(value));
  }

  /** A float32 constant, kept inside the graph. One that is computed from a weight takes a name after it. */
  float32(shape: readonly number[], values: ArrayLike<number>, name?: string): Tensor {
    return this.#constant(float32Constant(shape, values, name));
  }

  /** From here on, of all that was computed only this value is needed, so that `buildParts` may part the graph here. */
  cut(value: Tensor): void {
    this.#cuts.push({ at: this.#nodes.body.length, value });
    this.#lengths.forget();
  }

  build(): BuiltGraph {
    return { bytes: modelProto(this.#proto()), folder: this.#folder() };
  }

  /** The graph in the parts that it was cut into. */
  buildParts(): BuiltGraph[] {
    const folder = this.#folder();
    return cutGraph(
      this.#proto(),
      this.#cuts.map((cut) => this.#renamedCut(cut)),
    ).map((part) => ({ bytes: modelProto(part), folder }));
  }

  #renamedCut({ at, value }: Cut): Cut {
    return { at, value: { name: this.#renamed.get(value.name) ?? value.name, dtype: value.dtype, shape: value.shape } };
  }

  #folder(): string | undefined {
    const [folder, ...others] = this.#folders;
    if (others.length === 0) return folder;
    throw new Error(`${this.name}: all weights must lie in one folder, found ${[folder, ...others].join(", ")}`);
  }

  #proto(): GraphProto {
    const rename = (value: string): string => this.#renamed.get(value) ?? value;
    const nodes = this.#nodes.body.map((node) => renamedNode(node, rename));
    const { name } = this;
    return {
      ...{ name, nodes, inputs: this.#inputs, outputs: this.#outputs },
      initializers: [...this.#initializers.values()],
    };
  }

  #add(spec: NodeSpec, outputs: readonly TensorInit[]): Tensor[] {
    this.#nodes.add(nodeProto(spec, outputs));
    return outputs.map((output) => new Tensor(this, output));
  }

  #constant(tensor: TensorProto): Tensor {
    this.#initializers.set(tensor.name, tensor);
    return new Tensor(this, { name: tensor.name, dtype: tensor.dtype, shape: tensor.dims, origin: tensor.name });
  }

  #weight(stored: StoredTensor, dtype: DType): Tensor {
    const key = `${dtype} ${stored.name}`;
    const known = this.#weights.get(key);
    if (known) return known;
    this.#weightNames.add(stored.name);
    const tensor = this.stored(stored);
    const usable = isFloat(tensor.dtype) ? tensor.cast(dtype) : tensor;
    // What a branch made of it is nothing to others.
    if (usable === tensor || !this.#nodes.isInBranch) this.#weights.set(key, usable);
    return usable;
  }
}

function isFloat(dtype: DType): boolean {
  return dtype === "float32" || dtype === "float16" || dtype === "bfloat16" || dtype === "float64";
}
