import type { Embedding } from "./store.ts";

/** A picture's row, and its similarity to the query: the largest dot product of any two of their vectors. */
export interface Neighbour {
  readonly row: number;
  readonly similarity: number;
}

export interface VectorQuery {
  readonly space: string;
  readonly query: Embedding;
  readonly k: number;
  readonly signal: AbortSignal | undefined;
}

/** Search over the embeddings of a gallery's pictures. */
export interface VectorSearch {
  /** The `k` most similar pictures, best first, over everything that was embedded when the search began. */
  search(query: VectorQuery): Promise<readonly Neighbour[]>;
  /** Does beforehand what the first search in a space would have to wait for. */
  warm(space: string): Promise<void>;
}
