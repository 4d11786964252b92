import { Graph } from "../onnx/graph.ts";
import { largest } from "../onnx/operators.ts";
import { int64 } from "../tensor.ts";
import { topIndexes } from "../top-k.ts";
import { createSession, type Session, type SessionOptions } from "./session.ts";
import type { VectorIndex } from "./vector-index.ts";

export interface Hit {
  readonly id: number;
  readonly similarity: number;
}

/** One vector or several, one after the other. */
export interface VectorQuery {
  /** [vectors, length] */
  readonly values: Float32Array;
  readonly vectors: number;
}

/**
 * Exact nearest neighbours by dot product, the largest of all pairs where an id or the query has several vectors: one
 * matrix product a block, then the best of all blocks.
 */
export class VectorScan {
  readonly #session: Session;

  private constructor(session: Session) {
    this.#session = session;
  }

  static async create(options: SessionOptions): Promise<VectorScan> {
    const graph = new Graph("scan");
    const vectors = graph.input("vectors", "float32", ["vectors", "length"]);
    const query = graph.input("query", "float32", ["queries", "length"]);
    const pairs = graph.input("pairs", "int64", [2]);
    const products = vectors.matmulTransposed(query);
    const ofEach = graph.emit({ op: "Reshape", inputs: [products, pairs], shape: ["ids", "pairs"] });
    graph.output("similarities", largest(ofEach));
    return new VectorScan(await createSession(graph.build(), options));
  }

  /** The k best of the index, best first. The index's rows are made of vectors as long as the query's. */
  async search(index: VectorIndex, { values, vectors: queries }: VectorQuery, k: number): Promise<Hit[]> {
    const length = values.length / queries;
    const vectorsEach = index.length / length;
    const hits: Hit[] = [];
    for (const { vectors, ids } of index.blocks()) {
      const { similarities } = await this.#session.run({
        vectors: { dims: [ids.length * vectorsEach, length], data: vectors },
        query: { dims: [queries, length], data: values },
        pairs: int64([ids.length, vectorsEach * queries]),
      });
      const scores = similarities!.data as Float32Array;
      for (const row of topIndexes(scores, k)) hits.push({ id: ids[row]!, similarity: scores[row]! });
    }
    return hits.sort((a, b) => b.similarity - a.similarity).slice(0, k);
  }
}
