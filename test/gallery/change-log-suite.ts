import { createHash } from "node:crypto";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import type { Embedding, GalleryStore } from "../../gallery/store.ts";
import { openIn, png, type StorePlace } from "./store-suite.ts";

const space = "digest/squash";

/** A copy of a space, as the worker keeps one. */
class Follower {
  readonly vectors = new Map<number, number>();
  at = 0;

  /** Takes one chunk; resolves to whether it brought anything. */
  async take(store: GalleryStore, limit: number): Promise<boolean> {
    const { from, to, removed, added, vectors } = await store.changesSince(space, this.at, limit);
    expect(from).toBe(this.at);
    expect(removed.length + added.length).toBeLessThanOrEqual(limit);
    expect(vectors.length).toBe(added.length * 2);
    for (const row of removed) this.vectors.delete(row);
    added.forEach((row, i) => this.vectors.set(row, vectors[2 * i]!));
    this.at = to;
    return to > from;
  }

  async catchUp(store: GalleryStore, limit: number): Promise<void> {
    while (await this.take(store, limit));
    expect(this.at).toBe(await store.latestChange(space));
  }
}

type Step =
  { readonly add: number } | { readonly remove: number } | { readonly follow: number } | { readonly restart: number };

const step = fc.oneof<fc.Arbitrary<Step>[]>(
  fc.record({ add: fc.nat(11) }),
  fc.record({ remove: fc.nat(11) }),
  fc.record({ follow: fc.nat(1) }),
  fc.record({ restart: fc.nat(1) }),
);

/** What must hold of every store's change log, which copies of its spaces follow. */
export function changeLogSuite(name: string, newPlace: () => Promise<StorePlace>): void {
  const openNew = async (): Promise<GalleryStore> => openIn(await newPlace());

  describe(`the change log of a gallery ${name}`, () => {
    test("a space that nothing has happened in is at 0", async () => {
      const store = await openNew();
      expect(await store.latestChange(space)).toBe(0);
      expect(await store.changesSince(space, 0, 9)).toMatchObject({ from: 0, to: 0, added: [], removed: [] });
    });

    test("tells a new follower only what is there, and one that lags only the difference", async () => {
      const store = await openNew();
      const [a, b, c] = [await store.add(png("a")), await store.add(png("b")), await store.add(png("c"))];
      await store.putEmbedding(space, a.row, { values: Float32Array.of(1, 1), vectors: 1 });
      await store.putEmbedding(space, b.row, { values: Float32Array.of(2, 2), vectors: 1 });
      await store.remove([a.id]);
      await store.putEmbedding(space, c.row, { values: Float32Array.of(3, 3), vectors: 1 });
      expect(await store.changesSince(space, 0, 9)).toEqual({
        from: 0,
        to: 4,
        removed: [],
        added: [b.row, c.row],
        vectors: Float32Array.of(2, 2, 3, 3),
      });
      expect(await store.changesSince(space, 2, 9)).toMatchObject({ to: 4, removed: [a.row], added: [c.row] });
      expect(await store.changesSince(space, 2, 1)).toMatchObject({ to: 3, removed: [a.row], added: [] });
      expect(await store.changesSince(space, 4, 9)).toMatchObject({ to: 4, removed: [], added: [] });
    });

    test("reaches the newest change also when nothing of it is left to tell", async () => {
      const store = await openNew();
      const { id, row } = await store.add(png("a"));
      await store.putEmbedding(space, row, { values: Float32Array.of(1, 1), vectors: 1 });
      await store.remove([id]);
      expect(await store.changesSince(space, 0, 9)).toMatchObject({ to: 2, removed: [], added: [] });
    });

    test("tells of several vectors of each picture, no more at once than it is asked for, or one picture's", async () => {
      const store = await openNew();
      const [a, b, c] = [await store.add(png("a")), await store.add(png("b")), await store.add(png("c"))];
      const put = (row: number): Promise<void> =>
        store.putEmbedding(space, row, { values: Float32Array.of(row, 1, row, 2, row, 3), vectors: 3 });
      for (const { row } of [a, b, c]) await put(row);
      expect(await store.changesSince(space, 0, 100)).toMatchObject({ to: 3, added: [a.row, b.row, c.row] });
      expect(await store.changesSince(space, 0, 8)).toMatchObject({ to: 2, added: [a.row, b.row] });
      expect(await store.changesSince(space, 0, 1)).toMatchObject({ to: 1, added: [a.row] });
      const { vectors } = await store.changesSince(space, 1, 6);
      expect([...vectors]).toEqual([b.row, c.row].flatMap((row) => [row, 1, row, 2, row, 3]));
    });

    test("a follower that takes chunks at any moments, and restarts, ends equal to the store", async () => {
      const store = await openNew();
      await fc.assert(
        fc.asyncProperty(fc.array(step, { maxLength: 40 }), fc.integer({ min: 1, max: 4 }), async (steps, limit) => {
          const followers = [new Follower(), new Follower()];
          for (const step of steps) await run(store, step, { followers, limit });
          const expected = await everything(store);
          for (const follower of followers) {
            await follower.catchUp(store, limit);
            expect(follower.vectors).toEqual(expected);
          }
        }),
        { numRuns: 25 },
      );
    });
  });
}

async function run(
  store: GalleryStore,
  step: Step,
  { followers, limit }: { readonly followers: Follower[]; readonly limit: number },
): Promise<void> {
  if ("add" in step) await store.add(png(`${step.add}`)).then(({ row }) => store.putEmbedding(space, row, vector(row)));
  if ("remove" in step) await store.remove([idOf(`${step.remove}`)]);
  if ("follow" in step) await followers[step.follow]!.take(store, limit);
  if ("restart" in step) followers[step.restart] = new Follower();
}

function vector(row: number): Embedding {
  return { values: Float32Array.of(row, -row), vectors: 1 };
}

function idOf(content: string): string {
  return createHash("sha256").update(content).digest("hex");
}

async function everything(store: GalleryStore): Promise<ReadonlyMap<number, number>> {
  const pictures = await store.page({ before: undefined, limit: 100 });
  return new Map(pictures.map(({ row }) => [row, row]));
}
