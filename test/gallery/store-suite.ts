import { readFile, unlink } from "node:fs/promises";
import { describe, expect, onTestFinished, test } from "vitest";
import type { Embedding, GalleryStore, NewPicture } from "../../gallery/store.ts";

/** A gallery that is empty when a test begins. */
export interface StorePlace {
  /** Opens it as another process would. */
  open(): Promise<GalleryStore>;
}

export function png(content: string, caption?: string): NewPicture {
  const facts = { bytes: Buffer.from(content), width: 3, height: 2, format: "png" as const };
  return caption === undefined ? facts : { ...facts, caption };
}

/** An embedding of one vector. */
export function one(...values: readonly number[]): Embedding {
  return { values: Float32Array.from(values), vectors: 1 };
}

/** Closed when the test ends. */
export async function openIn(place: StorePlace): Promise<GalleryStore> {
  const store = await place.open();
  onTestFinished(() => store.close());
  return store;
}

/** What must hold of every store of pictures. */
export function storeSuite(name: string, newPlace: () => Promise<StorePlace>): void {
  const openNew = async (): Promise<GalleryStore> => openIn(await newPlace());

  describe(`a gallery ${name}`, () => {
    test("keeps a picture, its file and its facts over a restart", async () => {
      const place = await newPlace();
      const first = await openIn(place);
      const added = await first.add(png("a", "the letter a"));
      expect(await readFile(await first.file(added), "utf8")).toBe("a");
      await first.close();
      const store = await openIn(place);
      const [again] = await store.get([added.id]);
      expect(again).toEqual(added);
      expect(again).toMatchObject({ width: 3, height: 2, byteSize: 1, format: "png", caption: "the letter a" });
      expect(added.id).toBe("ca978112ca1bbdcafac231b39a23dc4da786eff8147c4e72b9807785afee48bb");
      expect(await readFile(await store.file(again!), "utf8")).toBe("a");
    });

    test("adds the same picture once; a new caption replaces the old one, an absent one leaves it", async () => {
      const store = await openNew();
      const first = await store.add(png("a", "one"));
      expect(await store.add(png("a"))).toEqual(first);
      expect(await store.add(png("a", "two"))).toEqual({ ...first, caption: "two" });
      expect(await store.count()).toBe(1);
    });

    test("takes the time of a picture that comes from elsewhere, and says when others came", async () => {
      const store = await openNew();
      const createdAt = new Date("2020-02-03T04:05:06.789Z");
      const before = Date.now();
      expect((await store.add({ ...png("a"), createdAt })).createdAt).toEqual(createdAt);
      expect((await store.add({ ...png("a") })).createdAt).toEqual(createdAt);
      expect((await store.add(png("b"))).createdAt.getTime()).toBeGreaterThanOrEqual(before - 1);
    });

    test("has a picture's file anew if it was lost", async () => {
      const store = await openNew();
      const added = await store.add(png("a"));
      await unlink(await store.file(added));
      await store.add(png("a"));
      expect(await readFile(await store.file(added), "utf8")).toBe("a");
    });

    test("removes row and embeddings, once, and gives a re-added picture a new row", async () => {
      const store = await openNew();
      const a = await store.add(png("a"));
      const b = await store.add(png("b"));
      await store.putEmbedding("s", b.row, one(1, 2));
      expect(await store.remove([b.id, "unknown", b.id])).toEqual([b.id]);
      expect(await store.remove([b.id])).toEqual([]);
      expect(await store.get([b.id, a.id])).toEqual([undefined, a]);
      expect(await store.embedding("s", b.row)).toBeUndefined();
      expect((await store.add(png("b"))).row).toBeGreaterThan(b.row);
    });

    test("pages from the newest to the oldest, and finds by row", async () => {
      const store = await openNew();
      const [a, b, c] = [await store.add(png("a")), await store.add(png("b")), await store.add(png("c"))];
      expect(await store.page({ before: undefined, limit: 2 })).toEqual([c, b]);
      expect(await store.page({ before: b.row, limit: 2 })).toEqual([a]);
      await store.remove([b.id]);
      expect(await store.page({ before: b.row, limit: 2 })).toEqual([a]);
      expect(await store.byRow([c.row, b.row, a.row, c.row + 1])).toEqual(
        new Map([
          [a.row, a],
          [c.row, c],
        ]),
      );
    });

    test("gives back an embedding bit for bit, and only in its space", async () => {
      const store = await openNew();
      const { row } = await store.add(png("a"));
      const vector = one(0.1, -1e-40, 0.99999994, -0);
      await store.putEmbedding("s", row, vector);
      expect(await store.embedding("s", row)).toEqual(vector);
      expect(await store.embedding("t", row)).toBeUndefined();
      expect(await store.embedding("s", row + 1)).toBeUndefined();
      expect(await store.spaces()).toEqual(["s"]);
    });

    test("keeps a vector that is a view into a larger buffer", async () => {
      const store = await openNew();
      const { row } = await store.add(png("a"));
      await store.putEmbedding("s", row, { values: Float32Array.of(1, 2, 3, 4).subarray(1, 3), vectors: 1 });
      expect(await store.embedding("s", row)).toEqual(one(2, 3));
    });

    test("refuses a vector of another length, and drops that of a picture that is gone", async () => {
      const store = await openNew();
      const a = await store.add(png("a"));
      const b = await store.add(png("b"));
      await store.putEmbedding("s", a.row, one(1, 2));
      await expect(store.putEmbedding("s", b.row, one(1))).rejects.toThrow(
        "space s holds 1 × 2 numbers of each picture, not 1 × 1",
      );
      await store.remove([b.id]);
      await store.putEmbedding("s", b.row, one(1, 2));
      expect(await store.latestChange("s")).toBe(1);
    });

    test("keeps several vectors of a picture, as many of each", async () => {
      const store = await openNew();
      const [a, b] = [await store.add(png("a")), await store.add(png("b"))];
      const several = { values: Float32Array.of(1, 2, 3, 4, 5, 6), vectors: 3 };
      await store.putEmbedding("s", a.row, several);
      expect(await store.embedding("s", a.row)).toEqual(several);
      const fewer = { values: Float32Array.of(1, 2, 3, 4), vectors: 2 };
      await expect(store.putEmbedding("s", b.row, fewer)).rejects.toThrow("3 × 2 numbers of each picture, not 2 × 2");
      await store.putEmbedding("t", b.row, fewer);
      expect(await store.embedding("t", b.row)).toEqual(fewer);
    });

    test("lists what has no embedding in a space, oldest first, in parts", async () => {
      const store = await openNew();
      const [a, b, c] = [await store.add(png("a")), await store.add(png("b")), await store.add(png("c"))];
      await store.putEmbedding("s", b.row, one(1));
      expect(await store.unembedded("s", { after: 0, limit: 9 })).toEqual([a, c]);
      expect(await store.unembedded("s", { after: 0, limit: 1 })).toEqual([a]);
      expect(await store.unembedded("s", { after: a.row, limit: 9 })).toEqual([c]);
      expect(await store.unembedded("t", { after: 0, limit: 9 })).toEqual([a, b, c]);
    });

    test("adds the same picture from many callers at once as one picture", async () => {
      const place = await newPlace();
      const stores = [await openIn(place), await openIn(place)];
      const rows = await Promise.all(Array.from({ length: 20 }, (_, i) => stores[i % 2]!.add(png("a"))));
      expect(new Set(rows.map(({ row }) => row)).size).toBe(1);
      expect(await readFile(await stores[0]!.file(rows[0]!), "utf8")).toBe("a");
    });

    test("remembers marks", async () => {
      const place = await newPlace();
      const first = await openIn(place);
      expect(await first.isMarked("examples")).toBe(false);
      await first.mark("examples");
      await first.mark("examples");
      await first.close();
      expect(await (await openIn(place)).isMarked("examples")).toBe(true);
    });

    test("rejects with CANCELLED after it is closed", async () => {
      const store = await openNew();
      await store.close();
      await store.close();
      await expect(store.count()).rejects.toMatchObject({ code: "CANCELLED" });
    });
  });
}
