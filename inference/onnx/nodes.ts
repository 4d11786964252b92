import type { Attributes } from "./attributes.ts";
import type { DType, NodeProto } from "./model-proto.ts";
import type { Tensor, TensorInit } from "./tensor.ts";

/** A node as operators ask for it. */
export interface NodeSpec {
  /** "Softmax", or with its domain "com.microsoft.FusedMatMul". */
  readonly op: string;
  /** `undefined` leaves an optional input out. */
  readonly inputs: readonly (Tensor | undefined)[];
  readonly attributes?: Attributes;
  /** That of the first input unless given. */
  readonly dtype?: DType;
}

export function nodeProto(spec: NodeSpec, outputs: readonly TensorInit[]): NodeProto {
  const [, domain = "", op = spec.op] = /^(.*)\.(\w+)$/.exec(spec.op) ?? [];
  return {
    name: outputs[0]!.name,
    op,
    domain,
    inputs: spec.inputs.map((input) => input?.name ?? ""),
    outputs: outputs.map((output) => output.name),
    attributes: spec.attributes ?? {},
  };
}

/** Nodes while they are written: of a graph's body, or for the time being of a branch of it. */
export class Nodes {
  readonly body: NodeProto[] = [];
  #current = this.body;
  #count = 0;

  /** How many there are, in branches too. */
  get count(): number {
    return this.#count;
  }

  get isInBranch(): boolean {
    return this.#current !== this.body;
  }

  add(node: NodeProto): void {
    this.#count++;
    this.#current.push(node);
  }

  /** Whether a value is made where nodes are being added. */
  makes(value: string): boolean {
    return this.#current.some(({ outputs }) => outputs.includes(value));
  }

  /** What `write` adds goes to `nodes`. */
  within<T>(nodes: NodeProto[], write: () => T): T {
    const around = this.#current;
    this.#current = nodes;
    try {
      return write();
    } finally {
      this.#current = around;
    }
  }
}
