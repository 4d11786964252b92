import { Graph } from "../onnx/graph.ts";
import { topIndexes } from "../top-k.ts";
import { createSession, type Session, type SessionOptions } from "./session.ts";
import type { VectorIndex } from "./vector-index.ts";

export interface Hit {
  readonly id: number;
  readonly similarity: number;
}

/** Exact nearest neighbours by dot product: one matrix product a block, then the best of all blocks. */
export class VectorScan {
  readonly #session: Session;

  private constructor(session: Session) {
    this.#session = session;
  }

  static async create(options: SessionOptions): Promise<VectorScan> {
    const graph = new Graph("scan");
    const vectors = graph.input("vectors", "float32", ["rows", "length"]);
    const query = graph.input("query", "float32", ["length", 1]);
    graph.output("similarities", graph.emit({ op: "MatMul", inputs: [vectors, query], shape: ["rows", 1] }));
    return new VectorScan(await createSession(graph.build(), options));
  }

  /** The k best of the index, best first. `query` has the index's length. */
  async search(index: VectorIndex, query: Float32Array, k: number): Promise<Hit[]> {
    const hits: Hit[] = [];
    for (const { vectors, ids } of index.blocks()) {
      const { similarities } = await this.#session.run({
        vectors: { dims: [ids.length, index.length], data: vectors },
        query: { dims: [index.length, 1], data: query },
      });
      const scores = similarities!.data as Float32Array;
      for (const row of topIndexes(scores, k)) hits.push({ id: ids[row]!, similarity: scores[row]! });
    }
    return hits.sort((a, b) => b.similarity - a.similarity).slice(0, k);
  }
}
