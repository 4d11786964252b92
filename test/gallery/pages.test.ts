import fc from "fast-check";
import { expect, onTestFinished, test } from "vitest";
import { Gallery } from "../../gallery/gallery.ts";
import { FakeInference, picture } from "./fake-inference.ts";
import { temporaryFolder } from "./temporary-folder.ts";

async function open(): Promise<Gallery> {
  const gallery = await Gallery.open(await temporaryFolder(), new FakeInference([]));
  onTestFinished(() => gallery.close());
  return gallery;
}

let pictures = 0;

async function addOne(gallery: Gallery): Promise<string> {
  const [added] = await gallery.add([{ image: { bytes: picture(`p${pictures++}`) } }]);
  return added!.id;
}

test("lists the newest first, and counts all", async () => {
  const gallery = await open();
  const ids = [await addOne(gallery), await addOne(gallery), await addOne(gallery)].reverse();
  const first = await gallery.page({ first: 2 });
  expect(first.edges.map((edge) => edge.picture.id)).toEqual(ids.slice(0, 2));
  expect(first).toMatchObject({ hasNextPage: true, hasPreviousPage: false, totalCount: 3 });
  const second = await gallery.page({ first: 2, after: first.edges[1]!.cursor });
  expect(second.edges.map((edge) => edge.picture.id)).toEqual(ids.slice(2));
  expect(second).toMatchObject({ hasNextPage: false, hasPreviousPage: true, totalCount: 3 });
  expect(await gallery.page({ first: 0 })).toMatchObject({ edges: [], hasNextPage: true });
});

test.each([
  "",
  "nonsense",
  Buffer.from("picture:1:2").toString("base64url"),
  Buffer.from("picture:-1").toString("base64url"),
])("refuses the cursor %j", async (after) => {
  const gallery = await open();
  await expect(gallery.page({ first: 1, after })).rejects.toMatchObject({ code: "BAD_USER_INPUT" });
});

test("refuses pages of more than 100", async () => {
  await expect((await open()).page({ first: 101 })).rejects.toMatchObject({ code: "BAD_USER_INPUT" });
});

interface Change {
  readonly add: number;
  /** Which of the pictures that are there are removed, as shares of the list. */
  readonly remove: readonly number[];
}

const change: fc.Arbitrary<Change> = fc.record({
  add: fc.nat(2),
  remove: fc.array(fc.double({ min: 0, max: 0.999, noNaN: true }), { maxLength: 2 }),
});

test("pages show every picture that stays exactly once, while others come and go", { timeout: 60_000 }, async () => {
  const gallery = await open();
  await fc.assert(
    fc.asyncProperty(
      fc.nat(9),
      fc.integer({ min: 1, max: 4 }),
      fc.infiniteStream(change),
      async (size, first, changes) => {
        const there = new Set<string>();
        for (let i = 0; i < size; i++) there.add(await addOne(gallery));
        const staying = new Set(there);
        const seen: string[] = [];
        for (let after: string | undefined, isMore = true; isMore;) {
          const { edges, hasNextPage } = await gallery.page({ first, after });
          seen.push(...edges.map((edge) => edge.picture.id));
          after = edges.at(-1)?.cursor;
          isMore = hasNextPage;
          await apply(gallery, there, changes.next().value as Change);
          for (const id of staying) if (!there.has(id)) staying.delete(id);
        }
        expect(new Set(seen).size).toBe(seen.length);
        expect([...staying].filter((id) => !seen.includes(id))).toEqual([]);
        expect((await gallery.page({ first: 1 })).totalCount).toBe(there.size);
        await gallery.remove([...there]);
      },
    ),
    { numRuns: 30 },
  );
});

async function apply(gallery: Gallery, there: Set<string>, { add, remove }: Change): Promise<void> {
  for (const share of remove) {
    const id = [...there][Math.floor(share * there.size)];
    if (id === undefined) continue;
    await gallery.remove([id]);
    there.delete(id);
  }
  for (let i = 0; i < add; i++) there.add(await addOne(gallery));
}
