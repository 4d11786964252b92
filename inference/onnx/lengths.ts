import { int } from "./attributes.ts";
import type { Graph } from "./graph.ts";
import type { Dim } from "./shape.ts";
import type { Tensor } from "./tensor.ts";

/** Lengths of a graph's inputs, which are told when it runs. Each is read once, in the body, so that branches know it too. */
export class Lengths {
  readonly #graph: Graph;
  readonly #inputs: readonly Tensor[];
  /** By the names of their axes; several by all of theirs. */
  readonly #known = new Map<string, Tensor>();

  constructor(graph: Graph, inputs: readonly Tensor[]) {
    [this.#graph, this.#inputs] = [graph, inputs];
  }

  /** int64 [dims]; numbers stay what they are. Undefined where a name is that of no input's axis. */
  of(dims: readonly Dim[]): Tensor | undefined {
    return this.#once(dims.join(), () => {
      const parts = dims.map((dim) => this.#length(dim)).filter((part) => part !== undefined);
      return parts.length < dims.length ? undefined : this.#joined(parts);
    });
  }

  /** For what comes behind a cut: it can't read what was read before. */
  forget(): void {
    this.#known.clear();
  }

  #length(dim: Dim): Tensor | undefined {
    if (typeof dim === "number") return this.#graph.int64([1], [dim]);
    return this.#once(`length of ${dim}`, () => {
      const input = this.#inputs.find(({ shape }) => shape.includes(dim));
      return input && lengthOf(input, input.shape.indexOf(dim));
    });
  }

  #joined(parts: readonly Tensor[]): Tensor {
    if (parts.length === 1) return parts[0]!;
    return this.#graph.emit({ op: "Concat", inputs: parts, attributes: { axis: int(0) }, shape: [parts.length] });
  }

  #once(key: string, read: () => Tensor | undefined): Tensor | undefined {
    const known = this.#known.get(key);
    if (known !== undefined) return known;
    const length = this.#graph.inBody(read);
    if (length !== undefined) this.#known.set(key, length);
    return length;
  }
}

/** The length of one axis of `x`, int64 [1], read when `x` is there. */
export function lengthOf(x: Tensor, axis: number): Tensor {
  const attributes = { start: int(axis), end: int(axis + 1) };
  return x.graph.emit({ op: "Shape", inputs: [x], attributes, dtype: "int64", shape: [1] });
}
