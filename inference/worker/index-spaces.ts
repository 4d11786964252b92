import { InferenceError } from "../errors.ts";
import { VectorIndex } from "../runtime/vector-index.ts";
import type { VectorScan } from "../runtime/vector-scan.ts";
import type { IndexApplyResult, IndexSearchResult } from "../result.ts";
import type { IndexApplyTask, IndexSearchTask } from "../task.ts";

/** Of a few models, for as many galleries as are open at once. */
const MAX_SPACES = 256;

/**
 * The vector spaces that this worker holds. Each follows a store's change log; after a restart all are at 0, and so is one
 * that had to go for others, which nobody had used for longer.
 */
export class IndexSpaces {
  readonly #scan: Pick<VectorScan, "search">;
  readonly #maxSpaces: number;
  /** In order of use, the latest last. */
  readonly #spaces = new Map<string, VectorIndex>();

  constructor(scan: Pick<VectorScan, "search">, { maxSpaces = MAX_SPACES }: { readonly maxSpaces?: number } = {}) {
    this.#scan = scan;
    this.#maxSpaces = maxSpaces;
  }

  /** Applies changes that begin where the copy stands; others are answered with where it stands, and left. */
  apply({ space, from, to, removed, added, vectors }: IndexApplyTask): IndexApplyResult {
    const index = this.#spaces.get(space) ?? new VectorIndex(added.length === 0 ? 0 : vectors.length / added.length);
    if (index.at !== from) return { at: index.at };
    if (index.length === 0 && added.length > 0) return this.#begin(space, { to, added, vectors });
    if (vectors.length !== added.length * index.length)
      throw wrongLength(space, index.length, vectors.length / added.length);
    index.remove(removed);
    index.add(added, vectors);
    index.at = to;
    this.#keep(space, index);
    return { at: to };
  }

  async search({ space, at, query, vectors, k }: IndexSearchTask): Promise<IndexSearchResult> {
    const index = this.#spaces.get(space);
    if (index !== undefined) this.#keep(space, index);
    if ((index?.at ?? 0) < at) return { stale: true, at: index?.at ?? 0 };
    if (index === undefined || index.size === 0) return { stale: false, ids: [], similarities: [] };
    const length = query.length / vectors;
    if (!Number.isInteger(index.length / length)) throw wrongLength(space, index.length, length);
    const hits = await this.#scan.search(index, { values: query, vectors }, k);
    return { stale: false, ids: hits.map(({ id }) => id), similarities: hits.map(({ similarity }) => similarity) };
  }

  #begin(
    space: string,
    { to, added, vectors }: { to: number; added: readonly number[]; vectors: Float32Array },
  ): IndexApplyResult {
    const index = new VectorIndex(vectors.length / added.length);
    index.add(added, vectors);
    index.at = to;
    this.#keep(space, index);
    return { at: to };
  }

  #keep(space: string, index: VectorIndex): void {
    this.#spaces.delete(space);
    this.#spaces.set(space, index);
    const [oldest] = this.#spaces.keys();
    if (this.#spaces.size > this.#maxSpaces) this.#spaces.delete(oldest!);
  }
}

function wrongLength(space: string, expected: number, found: number): InferenceError {
  return new InferenceError("BAD_USER_INPUT", `Rows of ${space} have ${expected} elements, which ${found} do not fit.`);
}
