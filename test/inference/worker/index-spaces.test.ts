import { expect, it } from "vitest";
import { IndexSpaces } from "../../../inference/worker/index-spaces.ts";

const nothing = { search: () => Promise.resolve([]) };

it("forgets the space that nobody used for longest, which is brought up again as after a restart", async () => {
  const spaces = new IndexSpaces(nothing, { maxSpaces: 2 });
  const apply = (space: string): { readonly at: number } =>
    spaces.apply({
      kind: "indexApply",
      space,
      from: 0,
      to: 1,
      removed: [],
      added: [1],
      vectors: Float32Array.of(1, 0),
    });
  const search = (space: string) =>
    spaces.search({ kind: "indexSearch", space, at: 1, query: Float32Array.of(1, 0), vectors: 1, k: 1 });
  for (const space of ["acme/blip", "bolt/blip"]) expect(apply(space)).toEqual({ at: 1 });
  expect(await search("acme/blip")).toMatchObject({ stale: false });
  apply("cats/blip");
  expect(await search("bolt/blip")).toEqual({ stale: true, at: 0 });
  expect(await search("acme/blip")).toMatchObject({ stale: false });
  expect(apply("bolt/blip")).toEqual({ at: 1 });
});
