import { randomUUID } from "node:crypto";
import { afterAll, beforeAll, describe, expect, it, onTestFinished } from "vitest";
import { Gallery } from "../../../gallery/gallery.ts";
import { galleryNumber } from "../../../gallery/postgres/picture-table.ts";
import { findPgvector } from "../../../gallery/postgres/pgvector-extension.ts";
import { PgvectorSearch } from "../../../gallery/postgres/pgvector-search.ts";
import { gallerySchema } from "../../../gallery/postgres/schema.ts";
import { findSpace } from "../../../gallery/postgres/space-table.ts";
import { nearestQuery } from "../../../gallery/postgres/vector-table.ts";
import { migrate } from "../../../postgres/migrate.ts";
import { text } from "../../../postgres/row.ts";
import type { Embedding } from "../../../gallery/store.ts";
import { Sql } from "../../../postgres/sql.ts";
import { type PgliteServer, startPglite } from "../../support/pglite-server.ts";
import { changeLogSuite } from "../change-log-suite.ts";
import { FakeInference, model, picture } from "../fake-inference.ts";
import { captions, galleryOf, search, words } from "../galleries.ts";
import { one, openIn, png, storeSuite } from "../store-suite.ts";
import { newPostgresPlace } from "./place.ts";
import { nearestRows, recall, syntheticEmbeddings, type SyntheticSpace, writeSpace } from "./synthetic-space.ts";

/** Other pictures of the same world. */
function queriesOf(space: SyntheticSpace): readonly Embedding[] {
  return syntheticEmbeddings(space, { seed: 3, clusters: 7 });
}

type Find = (query: Embedding, k: number) => Promise<readonly number[]>;

/** A synthetic space that pgvector searches, by its index or not. */
interface Searched {
  readonly id: number;
  readonly space: SyntheticSpace;
  readonly all: readonly Embedding[];
  readonly find: Find;
  readonly findExactly: Find;
}

async function searched(sql: Sql, shape: Omit<SyntheticSpace, "name">): Promise<Searched> {
  const space = { ...shape, name: randomUUID() };
  const all = syntheticEmbeddings(space, { seed: 2 });
  const gallery = await galleryNumber(sql, randomUUID());
  await writeSpace(sql, gallery, space, all);
  const findBy = (maxExactPairs: number): Find => {
    const search = new PgvectorSearch(sql, gallery, { maxExactPairs });
    return async (query, k) => {
      const found = await search.search({ space: space.name, query, k, signal: undefined });
      return found.map(({ row }) => row);
    };
  };
  await new PgvectorSearch(sql, gallery).warm(space.name);
  const { id } = (await findSpace(sql, gallery, space.name))!;
  return { id, space, all, find: findBy(0), findExactly: findBy(1e6) };
}

/** An empty database of a server with pgvector, to test with instead of PGlite's. */
const given = process.env.PGVECTOR_URL;

describe("with pgvector", () => {
  let server: PgliteServer;
  let sql: Sql;
  beforeAll(async () => {
    server = given === undefined ? await startPglite() : { url: given, close: () => Promise.resolve() };
    sql = await Sql.open(server.url);
    await migrate(sql, gallerySchema);
    expect(await findPgvector(sql)).toEqual({ vectors: "searched" });
  });
  afterAll(async () => {
    await sql.close();
    await server.close();
  });

  storeSuite("in PostgreSQL", () => newPostgresPlace(server.url));
  changeLogSuite("in PostgreSQL", () => newPostgresPlace(server.url));

  describe("in a space begun without it", () => {
    let [single, several]: Searched[] = [];
    beforeAll(async () => {
      single = await searched(sql, { pictures: 2_000, vectors: 1, length: 64 });
      several = await searched(sql, { pictures: 200, vectors: 5, length: 32 });
    });

    it("finds by its index nearly all that an exact search finds", async () => {
      const { all, find, space } = single!;
      const queries = queriesOf({ ...space, pictures: 25 });
      for (const k of [10, 100]) {
        const recalls: number[] = [];
        for (const query of queries) recalls.push(recall(await find(query, k), nearestRows(all, query, k)));
        expect(recalls.reduce((sum, each) => sum + each, 0) / recalls.length).toBeGreaterThanOrEqual(0.95);
      }
    });

    it("searches by an index of the space's own", async () => {
      const { id, space } = single!;
      await sql.query(`ANALYZE triptych.vectors_${id}`);
      const [query] = queriesOf({ ...space, pictures: 1 });
      const values = [[`[${query!.values.join(",")}]`], 10] as const;
      const plan = await sql.query(`EXPLAIN ${nearestQuery({ id, length: space.length })}`, values);
      const lines = plan.map((line) => text(line, "QUERY PLAN")).join("\n");
      expect(lines).toMatch(new RegExp(`Index Scan using vectors_${id}_vector_idx`));
    });

    it.each([1, 5])("finds pictures of several vectors once, by the best pair, for queries of %i", async (vectors) => {
      const { all, find, findExactly, space } = several!;
      for (const query of queriesOf({ ...space, pictures: 3, vectors })) {
        const expected = nearestRows(all, query, 30);
        const found = await find(query, 30);
        expect(new Set(found).size).toBe(30);
        expect(recall(found, expected)).toBeGreaterThanOrEqual(0.93);
        // 16 bits may put two in the other order at the end.
        expect(recall(await findExactly(query, 30), expected)).toBeGreaterThanOrEqual(0.96);
      }
    });

    it("gives all pictures where all are asked for, and pages that go on where the last ended", async () => {
      const { all, find, space } = several!;
      const [query] = queriesOf({ ...space, pictures: 1 });
      expect(new Set(await find(query!, 1_000)).size).toBe(all.length);
      expect(await find(query!, 20)).toEqual((await find(query!, 60)).slice(0, 20));
    });
  });

  it("searches exactly what is embedded, whatever machines do at once", async () => {
    const place = await newPostgresPlace(server.url);
    const machines = [await openIn(place), await openIn(place), await openIn(place)];
    const work = machines.map(async (store, machine) => {
      for (let i = 0; i < 12; i++) {
        const { row, id } = await store.add(png(`${place.gallery} ${(i * 5 + machine * 3) % 7}`));
        await store.putEmbedding("s", row, one(row / 100, 1));
        if ((i + machine) % 3 === 0) await store.remove([id]);
      }
    });
    await Promise.all(work);
    const [store] = machines;
    const { added } = await store!.changesSince("s", 0, 1_000);
    const found = await store!.vectorSearch!.search({ space: "s", query: one(1, 0), k: 1_000, signal: undefined });
    expect(found.map(({ row }) => row)).toEqual([...added].sort((a, b) => b - a));
  });

  it("finds nothing where nothing is, and nothing for nobody", async () => {
    const store = await openIn(await newPostgresPlace(server.url));
    const vectorSearch = store.vectorSearch!;
    const query = { space: "s", query: one(1, 0), k: 3, signal: undefined };
    expect(await vectorSearch.search(query)).toEqual([]);
    const signal = AbortSignal.abort();
    await expect(vectorSearch.search({ ...query, signal })).rejects.toMatchObject({ code: "CANCELLED" });
  });

  it("gives a gallery's searches as an exact one does, and asks no worker for them", async () => {
    const inference = new FakeInference([model("blip"), model("blip2", { family: "BLIP2" })]);
    const store = await (await newPostgresPlace(server.url)).open();
    const gallery = new Gallery(store, inference, { firstPauseMs: 1 });
    onTestFinished(() => gallery.close());
    await gallery.add(words.map((seen) => ({ image: { bytes: picture(seen) }, caption: seen })));
    for (const name of ["blip", "blip2"]) {
      const elsewhere = await galleryOf(new FakeInference(inference.served), ...words);
      for (const asked of [{ rerank: 0 }, { rerank: 4 }, { first: 3 }]) {
        const page = await search(gallery, "cat dog", { model: name, ...asked });
        expect(captions(page)).toEqual(captions(await search(elsewhere, "cat dog", { model: name, ...asked })));
      }
    }
    expect(inference.count("indexSearch") + inference.count("indexApply")).toBe(0);
    const [gone] = (await search(gallery, "cat")).hits;
    await gallery.remove([gone!.picture.id]);
    expect(captions(await search(gallery, "cat"))).not.toContain(gone!.picture.caption);
  });
});
