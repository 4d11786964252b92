import { number } from "../../postgres/row.ts";
import type { Sql, Statements } from "../../postgres/sql.ts";
import { maxFirst } from "../limits.ts";
import { waitFor } from "../signal.ts";
import type { Neighbour, VectorQuery, VectorSearch } from "../vector-search.ts";
import { valuesOf } from "./embedding-table.ts";
import { explained } from "./explained.ts";
import { findSpace, lockSpace, type Space } from "./space-table.ts";
import { createVectorTable, insertVectors, nearestVectors } from "./vector-table.ts";

export interface PgvectorSearchOptions {
  /** Up to so many pairs of vectors are compared one by one: nothing is missed, and it takes some 20 ms. */
  readonly maxExactPairs?: number;
}

/** Vectors that the index holds while it looks: enough for a page, and for the 256 that ITM ranks anew. */
const efSearch = { page: 300, many: 1_000 };
/** A picture's vectors are like each other: so many of them are looked at at first for each picture that is wanted. */
const vectorsPerPicture = 4;
/** When the table is filled: each statement takes seconds at most. */
const picturesPerInsert = 64;

/**
 * Search in the database, by pgvector. In a space of many vectors it is approximate: what the HNSW index misses is not
 * found (see docs/postgres.md). Similarities are those of 16-bit vectors, good to about four digits.
 */
export class PgvectorSearch implements VectorSearch {
  readonly #sql: Sql;
  readonly #gallery: number;
  readonly #maxExactPairs: number;

  constructor(sql: Sql, gallery: number, { maxExactPairs = 50_000 }: PgvectorSearchOptions = {}) {
    this.#sql = sql;
    this.#gallery = gallery;
    this.#maxExactPairs = maxExactPairs;
  }

  search({ space, query, k, signal }: VectorQuery): Promise<readonly Neighbour[]> {
    const found = explained(async () => {
      const known = await this.#withTable(space);
      const wanted = Math.min(k, known?.pictures ?? 0);
      if (known === undefined || wanted === 0) return [];
      const pairs = known.pictures * known.vectors * query.vectors;
      const look = { query, wanted };
      if (pairs <= this.#maxExactPairs) return this.#exact(known, look);
      return (await this.#approximate(known, look)) ?? (await this.#exact(known, look));
    });
    return waitFor(found, signal);
  }

  async warm(space: string): Promise<void> {
    await explained(() => this.#withTable(space));
  }

  /**
   * Goes deeper until it has enough pictures; undefined where the index has no more to give. What comes is put in order
   * here: a scan in strict order would leave out whatever it finds late.
   */
  #approximate(space: Space, { query, wanted }: Look): Promise<readonly Neighbour[] | undefined> {
    return this.#sql.transaction(async (sql) => {
      await sql.query(
        `SELECT set_config('hnsw.ef_search', $1, true), set_config('hnsw.iterative_scan', 'relaxed_order', true)`,
        [String(wanted > maxFirst ? efSearch.many : efSearch.page)],
      );
      let depth = wanted * Math.min(space.vectors, vectorsPerPicture);
      for (;;) {
        const nearest = await nearestVectors(sql, space, { query, depth });
        const last = nearest.neighbours[wanted - 1];
        if (last !== undefined && last.similarity >= nearest.bound) return nearest.neighbours.slice(0, wanted);
        if (!nearest.isFull) return undefined;
        depth *= vectorsPerPicture;
      }
    });
  }

  /** So deep that each vector of the query has its best pictures, even if all vectors of each are among the nearest. */
  #exact(space: Space, { query, wanted }: Look): Promise<readonly Neighbour[]> {
    return this.#sql.transaction(async (sql) => {
      await sql.query("SET LOCAL enable_indexscan = off");
      const depth = wanted * space.vectors;
      const { neighbours } = await nearestVectors(sql, space, { query, depth });
      return neighbours.slice(0, wanted);
    });
  }

  /** The space, with a vector table also if it was begun where there was no pgvector. */
  async #withTable(name: string): Promise<Space | undefined> {
    const space = await findSpace(this.#sql, this.#gallery, name);
    if (space === undefined || space.hasVectorTable) return space;
    return this.#sql.transaction(async (sql) => {
      const locked = await lockSpace(sql, this.#gallery, name);
      if (locked !== undefined && !locked.hasVectorTable) await fillVectorTable(sql, locked);
      return locked;
    });
  }
}

interface Look {
  readonly query: VectorQuery["query"];
  /** Pictures. */
  readonly wanted: number;
}

async function fillVectorTable(sql: Statements, space: Space): Promise<void> {
  await createVectorTable(sql, space);
  for (let after = 0; ;) {
    const rows = await sql.query(
      "SELECT row, vector FROM triptych.embedding WHERE space = $1 AND row > $2 ORDER BY row LIMIT $3",
      [space.id, after, picturesPerInsert],
    );
    if (rows.length === 0) return;
    const pictures = rows.map((row) => {
      return { row: number(row, "row"), embedding: { values: valuesOf(row), vectors: space.vectors } };
    });
    await insertVectors(sql, space, pictures);
    after = pictures.at(-1)!.row;
  }
}
