import type { NodeProto } from "./model-proto.ts";

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
